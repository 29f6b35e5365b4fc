import { afterEach, describe, expect, it, test } from 'vitest';
import { aSandbox, START } from '../../testing/a-sandbox.js';

const DAY = 86_400_000;
const YEAR = 365 * DAY;
const ON = 'externalcontact/customer_acquisition';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

interface Link {
  readonly link_id: string;
  readonly url: string;
}

async function aCorp(options: Parameters<typeof aSandbox>[0] = {}) {
  const corp = await aSandbox(options);
  open.push(corp.sandbox);
  const { sandbox, post, get } = corp;
  const create = (change: object = {}) =>
    post(`${ON}/create_link`, { link_name: '短信', range: { user_list: ['LinXia'] }, ...change });
  const link = async (change: object = {}): Promise<Link> => (await create(change))['link'] as Link;
  const newcomer = async (name: string): Promise<string> =>
    (await sandbox.act({ do: 'newcomer', name }))['externalUserId'] as string;
  const scan = (who: string, url: string) => sandbox.act({ do: 'scan_acquisition_link', who, url });
  const speak = (who: string, staff: string) => sandbox.act({ do: 'write_to_staff', who, staff });
  const customers = async (link_id: string) => (await post(`${ON}/customer`, { link_id }))['customer_list'];
  const quota = () => get('externalcontact/customer_acquisition_quota');
  const events = (): string[] =>
    sandbox
      .record()
      .callbacks.map(({ plaintext }) => plaintext)
      .filter((text) => text.includes('[customer_acquisition]'))
      .map((text) => /<ChangeType><!\[CDATA\[(\w+)/.exec(text)?.[1] ?? '');
  return { ...corp, create, link, newcomer, scan, speak, customers, quota, events };
}

describe('a customer who opens a link', () => {
  it('becomes a contact without being accepted, with the channel in the event, in the contact and in the list', async () => {
    const { link, newcomer, scan, sandbox, get, customers } = await aCorp();
    const { link_id, url } = await link();
    const deer = await newcomer('小鹿');
    const { added, welcomeCode } = await scan('小鹿', `${url}?customer_channel=sms-11`);
    expect(added).toBe('LinXia');
    expect(sandbox.record().callbacks.at(-1)?.plaintext).toContain(
      `<ChangeType><![CDATA[add_external_contact]]></ChangeType><UserID><![CDATA[LinXia]]></UserID>` +
        `<ExternalUserID><![CDATA[${deer}]]></ExternalUserID><State><![CDATA[sms-11]]></State>` +
        `<WelcomeCode><![CDATA[${welcomeCode as string}]]></WelcomeCode>`,
    );
    const { follow_user } = await get(`externalcontact/get?external_userid=${deer}`);
    expect(follow_user).toMatchObject([{ userid: 'LinXia', state: 'sms-11', add_way: 16 }]);
    expect(await customers(link_id)).toEqual([
      { external_userid: deer, userid: 'LinXia', chat_status: 0, state: 'sms-11' },
    ]);
    expect(await scan('小鹿', url)).toEqual({ not: 'already_contact' });
  });

  it('without a channel has no state, and with one of more than 64 bytes a cut one', async () => {
    const { link, newcomer, scan, customers, events } = await aCorp();
    const { link_id, url } = await link();
    await newcomer('小鹿');
    await newcomer('小羊');
    await scan('小鹿', url);
    expect(events()).toEqual([]);
    await scan('小羊', `${url}?customer_channel=${encodeURIComponent('渠'.repeat(30))}`);
    expect(await customers(link_id)).toMatchObject([{ state: '' }, { state: '渠'.repeat(21) }]);
    expect(events()).toEqual(['friend_request']);
  });

  it('waits for the staff member, if the link asks for verification', async () => {
    const { link, newcomer, scan, sandbox, customers, get } = await aCorp();
    const { link_id, url } = await link({ skip_verify: false });
    const deer = await newcomer('小鹿');
    expect(await scan('小鹿', `${url}?customer_channel=ad`)).toEqual({ waiting: 'LinXia' });
    expect(await customers(link_id)).toEqual([]);
    await sandbox.act({ do: 'accept_contact', who: '小鹿', staff: 'LinXia' });
    expect(await customers(link_id)).toMatchObject([{ external_userid: deer, state: 'ad' }]);
    const { follow_user } = await get(`externalcontact/get?external_userid=${deer}`);
    expect(follow_user).toMatchObject([{ add_way: 16, state: 'ad' }]);
  });

  it('is led to the staff of the range in turn, and with a priority to whom they know', async () => {
    const { link, newcomer, scan, sandbox } = await aCorp();
    const { url } = await link({ range: { user_list: ['LinXia', 'ZhaoMin'] } });
    for (const name of ['甲', '乙', '丙']) await newcomer(name);
    expect([await scan('甲', url), await scan('乙', url)]).toMatchObject([{ added: 'LinXia' }, { added: 'ZhaoMin' }]);
    await sandbox.act({ do: 'add_contact', who: '丙', staff: 'ChenYu' });
    const whole = await link({ priority_option: { priority_type: 1 } });
    const listed = await link({ priority_option: { priority_type: 2, priority_userid_list: ['ZhaoMin'] } });
    expect(await scan('丙', whole.url)).toEqual({ not: 'already_contact' });
    expect(await scan('丙', listed.url)).toMatchObject({ added: 'LinXia' });
  });

  it('adds nobody by a link that was deleted, is blocked or has no staff; each of these sends a callback unless the app did it', async () => {
    const { link, newcomer, scan, sandbox, post, events } = await aCorp();
    const [deleted, blocked, lonely] = [await link(), await link(), await link({ range: { user_list: ['ZhaoMin'] } })];
    const byHand = await sandbox.act({ do: 'new_acquisition_link', name: '手工', staff: ['LinXia'] });
    await newcomer('小鹿');
    await post(`${ON}/delete_link`, { link_id: deleted.link_id });
    expect(events()).toEqual([]);
    await sandbox.act({ do: 'block_acquisition_link', linkId: blocked.link_id });
    await sandbox.act({ do: 'customer_right', staff: 'ZhaoMin', has: false });
    await sandbox.act({ do: 'staff_leaves', staff: 'TangGuo' });
    await sandbox.act({ do: 'delete_acquisition_link', linkId: byHand['linkId'] as string });
    expect(events()).toEqual(['link_unavailable', 'link_unavailable', 'delete_link']);
    const outcomes = [deleted, blocked, lonely].map(async ({ url }) => (await scan('小鹿', url))['not']);
    expect(await Promise.all(outcomes)).toEqual(['no_such_link', 'unavailable', 'nobody']);
    await sandbox.act({ do: 'block_acquisition_link', linkId: blocked.link_id, off: true });
    expect(await scan('小鹿', blocked.url)).toMatchObject({ added: 'LinXia' });
  });
});

describe('the bought uses', () => {
  it('are used up by customers who speak, once for each of them', async () => {
    const { link, newcomer, scan, speak, quota, customers, events, sandbox } = await aCorp();
    const { link_id, url } = await link();
    const before = (await quota())['balance'] as number;
    await newcomer('小鹿');
    await scan('小鹿', url);
    expect(await quota()).toMatchObject({ balance: before });
    await speak('小鹿', 'LinXia');
    await speak('小鹿', 'LinXia');
    expect(await quota()).toMatchObject({ total: before, balance: before - 1 });
    expect(await customers(link_id)).toMatchObject([{ chat_status: 1 }]);
    expect(events()).toEqual(['customer_start_chat']);
    await newcomer('小羊');
    await sandbox.act({ do: 'add_contact', who: '小羊', staff: 'LinXia' });
    await speak('小羊', 'LinXia');
    expect(await quota()).toMatchObject({ balance: before - 1 });
    await expect(speak('小羊', 'ZhaoMin')).rejects.toThrow('no contacts');
  });

  it('run low below 20, run out at 0, and increase when more are bought', async () => {
    const { link, newcomer, scan, speak, sandbox, quota, events } = await aCorp();
    const { url } = await link();
    const news = () => events().filter((one) => one.startsWith('balance'));
    // What the corp has from the start expires.
    await sandbox.advance(START + 400 * DAY);
    expect(news()).toEqual(['balance_exhausted']);
    await sandbox.act({ do: 'buy_acquisition_quota', count: 20, days: 30 });
    expect(news().at(-1)).toBe('balance_increased');
    const buyer = async (name: string) => {
      await newcomer(name);
      await scan(name, url);
      await speak(name, 'LinXia');
    };
    await buyer('甲1');
    expect(news().slice(2)).toEqual(['balance_low']);
    for (let i = 2; i <= 20; i += 1) await buyer(`甲${i}`);
    expect(news().slice(2)).toEqual(['balance_low', 'balance_exhausted']);
    expect(await quota()).toMatchObject({ balance: 0, quota_list: [] });
    await newcomer('小鹿');
    expect(await scan('小鹿', url)).toEqual({ not: 'exhausted' });
    sandbox.trouble({ acquisition: { exhausted: 'open' } });
    expect(await scan('小鹿', url)).toMatchObject({ added: 'LinXia' });
  });

  it('that expire at one moment are reported once', async () => {
    const { sandbox, events } = await aCorp();
    for (const count of [5, 7]) await sandbox.act({ do: 'buy_acquisition_quota', count, days: 500 });
    await sandbox.advance(START + 499 * DAY);
    const before = events().length;
    await sandbox.advance(START + 500 * DAY);
    expect(events().slice(before)).toEqual(['balance_exhausted']);
  });

  it('that expire first are used first', async () => {
    const { sandbox, quota, link, newcomer, scan, speak } = await aCorp();
    const { url } = await link();
    await sandbox.act({ do: 'buy_acquisition_quota', count: 5, days: 10 });
    await newcomer('小鹿');
    await scan('小鹿', url);
    await speak('小鹿', 'LinXia');
    expect(await quota()).toMatchObject({ total: 205, balance: 204, quota_list: [{ balance: 4 }, { balance: 200 }] });
    await sandbox.advance(START + 10 * DAY);
    expect(await quota()).toMatchObject({ total: 205, balance: 200 });
  });
});

describe('the app', () => {
  it('reads, changes and deletes the links it made, and no others', async () => {
    const { link, post, sandbox } = await aCorp();
    const { link_id, url } = await link();
    const { linkId } = await sandbox.act({ do: 'new_acquisition_link', name: '手工', staff: ['LinXia'] });
    expect(url).toBe(`${sandbox.url}/ca/${link_id}`);
    expect(await post(`${ON}/list_link`, {})).toMatchObject({ link_id_list: [link_id], next_cursor: '' });
    await post(`${ON}/update_link`, {
      link_id,
      link_name: '网站',
      range: { department_list: [1] },
      skip_verify: false,
    });
    expect(await post(`${ON}/get`, { link_id })).toMatchObject({
      link: { link_id, link_name: '网站', url, create_time: START / 1000, skip_verify: false },
      range: { user_list: [], department_list: [1] },
    });
    for (const call of ['get', 'update_link', 'delete_link', 'customer'])
      expect(await post(`${ON}/${call}`, { link_id: linkId })).toMatchObject({ errcode: 40058 });
    await post(`${ON}/delete_link`, { link_id });
    expect(await post(`${ON}/get`, { link_id })).toMatchObject({ errcode: 40058, link: {}, range: {} });
  });

  test.each([
    ['no name', { link_name: undefined }, 40063],
    ['a name of more than 30 characters', { link_name: '名'.repeat(31) }, 40058],
    ['no range', { range: undefined }, 40063],
    ['an empty range', { range: { user_list: [] } }, 40063],
    ['an unknown user', { range: { user_list: ['Nobody'] } }, 40003],
    ['a user who may have no customers', { range: { user_list: ['GuBei'] } }, 41054],
    ['an unknown department', { range: { department_list: [9] } }, 60123],
    ['a priority of no kind', { priority_option: { priority_type: 3 } }, 40058],
    ['a priority for nobody', { priority_option: { priority_type: 2 } }, 40058],
  ])('cannot make a link with %s', async (_what, change, errcode) => {
    const { create } = await aCorp();
    expect(await create(change)).toMatchObject({ errcode, link: {} });
  });

  it('cannot make more links than the corp may have, nor ones for too many staff', async () => {
    const { create } = await aCorp({ quotas: { acquisitionLinks: 1, usersOfLink: 4 } });
    expect(await create({ range: { department_list: [1] } })).toMatchObject({ errcode: 40058 });
    expect(await create()).toMatchObject({ errcode: 0 });
    expect(await create()).toMatchObject({ errcode: 41095, link: {} });
  });

  it('cannot set a priority in some industries, nor learn who has spoken', async () => {
    const { create, link, newcomer, scan, customers, sandbox } = await aCorp();
    sandbox.trouble({ acquisition: { priority: false, chatStatus: 'unknown' } });
    expect(await create({ priority_option: { priority_type: 1 } })).toMatchObject({ errcode: 48002 });
    const { link_id, url } = await link();
    await newcomer('小鹿');
    await scan('小鹿', url);
    expect(await customers(link_id)).toMatchObject([{ chat_status: 2 }]);
  });

  it('counts customers who opened a link and who were added, by whole days', async () => {
    const { link, newcomer, scan, post, sandbox } = await aCorp();
    const { link_id, url } = await link();
    await newcomer('小鹿');
    await scan('小鹿', url);
    await scan('小鹿', url);
    await sandbox.advance(START + DAY);
    const [today, yesterday] = [(START + DAY) / 1000, START / 1000];
    const count = (start_time: number, end_time: number) => post(`${ON}/statistic`, { link_id, start_time, end_time });
    expect(await count(yesterday, today)).toMatchObject({ click_link_customer_cnt: 1, new_customer_cnt: 1 });
    expect(await count(today, today)).toMatchObject({ click_link_customer_cnt: 0, new_customer_cnt: 0 });
    expect(await count(today, yesterday)).toMatchObject({ errcode: 600018 });
    expect(await count(today - 31 * 86_400, today)).toMatchObject({ errcode: 600018 });
  });

  it('gets lists in pages', async () => {
    const { link, post } = await aCorp();
    const ids = [(await link()).link_id, (await link()).link_id];
    const first = await post(`${ON}/list_link`, { limit: 1 });
    const next = await post(`${ON}/list_link`, { limit: 1, cursor: first.next_cursor });
    expect([first, next].map((page) => page['link_id_list'])).toEqual(ids.map((id) => [id]));
    expect(await post(`${ON}/list_link`, { limit: 101 })).toMatchObject({ errcode: 40058 });
  });
});

test('people of the year come by a published link, with its channel, and some speak', async () => {
  const { link, sandbox } = await aCorp({ people: 150 });
  const { link_id, url } = await link({ range: { user_list: ['LinXia', 'ChenYu'] } });
  await sandbox.act({ do: 'publish_acquisition_link', url: `${url}?customer_channel=web-ad` });
  for (let at = START; at < START + YEAR;) at = (await sandbox.advance(START + YEAR)).at;
  const { customers = [] } = sandbox.record().acquisitionLinks.find(({ linkId }) => linkId === link_id) ?? {};
  expect(customers.length).toBeGreaterThan(10);
  expect(new Set(customers.map(({ state }) => state))).toEqual(new Set(['web-ad']));
  const spoke = customers.filter(({ hasSpoken }) => hasSpoken).length;
  expect(spoke / customers.length).toBeGreaterThan(0.3);
  expect(spoke / customers.length).toBeLessThan(0.9);
});
