import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { aSandbox, keys, START } from '../../testing/a-sandbox.js';
import { pretendProduct } from '../../testing/pretend-product.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function aCorp({ withCallback = true } = {}) {
  const product = await pretendProduct(keys);
  open.push(product);
  const corp = await aSandbox(withCallback ? { callbackUrl: product.callbackUrl } : {});
  open.push(corp.sandbox);
  const { sandbox, post } = corp;
  const send = (change: object) =>
    post('message/send', { touser: 'LinXia', agentid: 1000002, msgtype: 'text', text: { content: '你好' }, ...change });
  const sendCard = (change: object, card: object = button) =>
    send({ msgtype: 'template_card', template_card: { ...card, ...change } });
  const inbox = () => sandbox.record().inbox;
  const update = (change: object) =>
    post('message/update_template_card', {
      userids: ['LinXia'],
      agentid: 1000002,
      button: { replace_name: '已处理' },
      ...change,
    });
  const tap = (key: string, change: object = {}) =>
    sandbox.act({ do: 'tap_card', staff: 'LinXia', taskId: 'pull-1', key, ...change });
  const lastSent = (): string => sandbox.record().callbacks.at(-1)!.plaintext;
  return { ...corp, send, sendCard, inbox, update, tap, lastSent };
}

const button = {
  card_type: 'button_interaction',
  main_title: { title: '请拉小鹿进群', desc: '会员群①' },
  sub_title_text: '她刚升级',
  horizontal_content_list: [{ keyname: '成员', value: '小鹿' }],
  button_list: [
    { text: '已拉', key: 'btn_done', style: 1 },
    { text: '看详情', type: 1, url: 'https://example.invalid' },
  ],
  task_id: 'pull-1',
};

const elements = (xml: string): string[] => [...xml.matchAll(/<([A-Za-z]+)>/g)].map((match) => match[1]!);

test('a card arrives with its text and buttons, and a tap sends the documented event', async () => {
  const { sendCard, inbox, tap, lastSent } = await aCorp();
  const sent = await sendCard({
    button_selection: { question_key: 'reason', option_list: [{ id: 'pulled', text: '已拉' }] },
  });
  expect(sent).toMatchObject({ errcode: 0, response_code: expect.stringMatching(/^\S{40}$/) as string });
  expect(inbox()).toMatchObject([
    {
      msgtype: 'template_card',
      text: '请拉小鹿进群\n会员群①\n她刚升级\n成员：小鹿\n[已拉]',
      card: { taskId: 'pull-1', buttons: [{ key: 'btn_done', text: '已拉' }] },
    },
  ]);
  const { responseCode } = await tap('btn_done', { choices: [{ question: 'reason', options: ['pulled'] }] });
  const documented = readFileSync(
    new URL('../../../../test/fixtures/wecom/cb_app_template_card_event.xml', import.meta.url),
    'utf8',
  );
  expect(elements(lastSent())).toEqual(elements(documented));
  expect(lastSent()).toContain('<EventKey><![CDATA[btn_done]]></EventKey><TaskId><![CDATA[pull-1]]></TaskId>');
  expect(lastSent()).toContain(`<ResponseCode><![CDATA[${responseCode as string}]]></ResponseCode>`);
  expect(lastSent()).toContain('<OptionIds><OptionId><![CDATA[pulled]]></OptionId></OptionIds>');
  expect(await tap('btn_none')).toEqual({ not: 'no_such_key' });
});

test('a response code closes the card for those named, once, and within 72 hours', async () => {
  const { send, inbox, update, tap, sandbox } = await aCorp();
  const { response_code } = await send({ touser: 'LinXia|ZhaoMin', msgtype: 'template_card', template_card: button });
  expect(await update({ response_code, userids: ['linxia', 'nobody'] })).toMatchObject({
    errcode: 0,
    invaliduser: ['nobody'],
  });
  expect(inbox().map((message) => message.card!.replaced)).toEqual(['已处理', undefined]);
  expect(await tap('btn_done')).toEqual({ not: 'closed' });
  expect(await update({ response_code })).toMatchObject({ errcode: 60140 });
  const { responseCode } = await sandbox.act({ do: 'tap_card', staff: 'ZhaoMin', taskId: 'pull-1', key: 'btn_done' });
  await sandbox.advance(START + 72 * HOUR + 1);
  expect(await update({ response_code: responseCode, userids: ['ZhaoMin'] })).toMatchObject({ errcode: 60140 });
});

test('a card can be replaced by another one, which keeps its task', async () => {
  const { sendCard, inbox, update, tap } = await aCorp();
  await sendCard({});
  const { responseCode } = await tap('btn_done');
  const next = { ...button, main_title: { title: '已完成' }, button_list: [{ text: '撤回', key: 'btn_undo' }] };
  expect(
    await update({ response_code: responseCode, button: undefined, template_card: { ...next, task_id: 'other' } }),
  ).toMatchObject({ errcode: 0, invaliduser: [] });
  expect(inbox()[0]!.card).toMatchObject({ taskId: 'pull-1', title: '已完成' });
  expect(await tap('btn_undo')).toHaveProperty('responseCode');
});

test('without a callback address cards with buttons are 43012, those without go through', async () => {
  const { sendCard } = await aCorp({ withCallback: false });
  expect(await sendCard({})).toMatchObject({ errcode: 43012 });
  const notice = {
    card_type: 'text_notice',
    main_title: { title: '日报' },
    card_action: { type: 1, url: 'https://example.invalid' },
  };
  const sent = await sendCard({}, notice);
  expect(sent.errcode).toBe(0);
  expect(sent['response_code']).toBeUndefined();
});

test('a line of the menu of a notice sends a menu event', async () => {
  const { sendCard, tap, lastSent } = await aCorp();
  const notice = {
    card_type: 'text_notice',
    sub_title_text: '今天 3 人升级',
    card_action: { type: 1, url: 'https://example.invalid' },
    action_menu: { desc: '更多', action_list: [{ text: '不再提醒', key: 'mute' }] },
    task_id: 'pull-1',
  };
  await sendCard({}, notice);
  await tap('mute');
  expect(lastSent()).toContain('<Event><![CDATA[template_card_menu_event]]></Event><EventKey><![CDATA[mute]]>');
});

test('the event of a button carries the chosen options', async () => {
  const { sendCard, tap, lastSent } = await aCorp();
  const vote = {
    card_type: 'vote_interaction',
    main_title: { title: '下周主题' },
    checkbox: {
      question_key: 'topic',
      mode: 1,
      option_list: [
        { id: 'a', text: '水果' },
        { id: 'b', text: '茶' },
      ],
    },
    submit_button: { key: 'submit' },
    task_id: 'pull-1',
  };
  await sendCard({}, vote);
  expect(await tap('submit', { choices: [{ question: 'topic', options: ['c'] }] })).toEqual({ not: 'no_such_option' });
  await tap('submit', { choices: [{ question: 'topic', options: ['a', 'b'] }] });
  expect(lastSent()).toContain(
    '<OptionIds><OptionId><![CDATA[a]]></OptionId><OptionId><![CDATA[b]]></OptionId></OptionIds>',
  );
});

test('a single-choice vote and a drop-down take exactly one option', async () => {
  const { sendCard, tap } = await aCorp();
  const options = [
    { id: 'a', text: '水果' },
    { id: 'b', text: '茶' },
  ];
  const vote = {
    card_type: 'vote_interaction',
    main_title: { title: '下周主题' },
    checkbox: { question_key: 'topic', option_list: options },
    submit_button: { text: '提交', key: 'submit' },
    task_id: 'pull-1',
  };
  await sendCard({}, vote);
  expect(await tap('submit', { choices: [{ question: 'topic', options: ['a', 'b'] }] })).toEqual({
    not: 'no_such_option',
  });
  expect(await tap('submit', { choices: [{ question: 'topic', options: [] }] })).toEqual({ not: 'no_such_option' });
  expect(await tap('submit', { choices: [{ question: 'topic', options: ['b'] }] })).toHaveProperty('responseCode');
});

test('fields of another kind of card cannot be chosen, and a menu does not send them', async () => {
  const { sendCard, tap, inbox, lastSent } = await aCorp();
  const checkbox = { question_key: 'topic', option_list: [{ id: 'a', text: '水果' }] };
  const menu = { desc: '更多', action_list: [{ text: '不再提醒', key: 'mute' }] };
  await sendCard({ checkbox, button_selection: { ...checkbox, question_key: 'reason' }, action_menu: menu });
  expect(inbox()[0]!.card!.questions.map(({ key }) => key)).toEqual(['reason']);
  await tap('mute', { choices: [{ question: 'reason', options: ['a'] }] });
  expect(lastSent()).not.toContain('SelectedItems');
});

test('a replacing card needs no task id, and may say why it cannot be tapped', async () => {
  const { sendCard, inbox, update, tap } = await aCorp();
  const { response_code } = await sendCard({});
  const { task_id: _task, ...next } = { ...button, replace_text: '许诺处理了' };
  expect(await update({ response_code, button: undefined, template_card: next })).toMatchObject({ errcode: 0 });
  expect(inbox()[0]!.card).toMatchObject({ taskId: 'pull-1', replaced: '许诺处理了' });
  expect(await tap('btn_done')).toEqual({ not: 'closed' });
});

test('a department alone is a valid receiver, and a notice has no button to replace', async () => {
  const { sendCard, inbox, update } = await aCorp();
  const { response_code } = await sendCard({});
  expect(await update({ response_code, userids: undefined, partyids: [1] })).toMatchObject({ errcode: 0 });
  expect(inbox()[0]!.card!.replaced).toBe('已处理');
  const notice = {
    card_type: 'text_notice',
    sub_title_text: '今天 3 人升级',
    card_action: { type: 1, url: 'https://example.invalid' },
    action_menu: { desc: '更多', action_list: [{ text: '不再提醒', key: 'mute' }] },
    task_id: 'mute-1',
  };
  const second = await sendCard({}, notice);
  expect(second['response_code']).toMatch(/^\S{40}$/);
  expect(await update({ response_code: second['response_code'] })).toMatchObject({ errcode: 40058 });
  expect(await update({ userids: undefined, response_code: second['response_code'] })).toMatchObject({
    errcode: 40063,
  });
});

test('a card whose only button opens a page has a response code', async () => {
  const { sendCard } = await aCorp();
  const sent = await sendCard({ button_list: [{ text: '看详情', type: 1, url: 'https://example.invalid' }] });
  expect(sent['response_code']).toMatch(/^\S{40}$/);
});

const option = { id: 'a', text: '水果' };
const asking = (question: object): object => ({
  button_selection: { question_key: 'reason', option_list: [option], ...question },
});

test.each([
  ['an unknown kind', { card_type: 'big_card' }, 40058],
  ['no title', { main_title: {} }, 41016],
  ['no task', { task_id: '' }, 40063],
  ['a task with other signs', { task_id: '任务' }, 40058],
  ['a task of 129 signs', { task_id: 'a'.repeat(129) }, 40058],
  ['no button', { button_list: [] }, 40063],
  ['seven buttons', { button_list: Array(7).fill({ text: '好', key: 'ok' }) }, 40058],
  ['a button without key', { button_list: [{ text: '好' }] }, 40063],
  ['a button that opens no page', { button_list: [{ text: '好', type: 1 }] }, 40063],
  ['a key that stands twice', { button_list: Array(2).fill({ text: '好', key: 'ok' }) }, 40058],
  [
    'a key that stands twice in the menu',
    { action_menu: { action_list: Array(2).fill({ text: '好', key: 'ok' }) } },
    40058,
  ],
  [
    'eleven options',
    asking({ option_list: Array.from({ length: 11 }, (_, n) => ({ id: `${n}`, text: '好' })) }),
    40058,
  ],
  ['an option twice', asking({ option_list: [option, option] }), 40058],
  ['an option id of 129 bytes', asking({ option_list: [{ id: 'a'.repeat(129), text: '好' }] }), 40058],
  ['an option without words', asking({ option_list: [{ id: 'a' }] }), 40063],
  ['a question key of 1025 bytes', asking({ question_key: 'a'.repeat(1_025) }), 40058],
  ['seven facts', { horizontal_content_list: Array(7).fill({ keyname: '成员', value: '小鹿' }) }, 40058],
  ['a fact without name', { horizontal_content_list: [{ value: '小鹿' }] }, 40063],
  ['a fact of a member without id', { horizontal_content_list: [{ type: 3, keyname: '负责', value: '赵敏' }] }, 40063],
  [
    'a fact of a file without medium',
    { horizontal_content_list: [{ type: 2, keyname: '附件', value: 'a.pdf' }] },
    40063,
  ],
  ['four jumps', { jump_list: Array(4).fill({ title: '去', type: 0 }) }, 40058],
  ['a jump without title', { jump_list: [{ type: 1, url: 'https://example.invalid' }] }, 40063],
  ['an action that leads nowhere', { card_action: { type: 1 } }, 40063],
  ['an action of an unknown type', { card_action: { type: 3, url: 'https://example.invalid' } }, 40058],
  ['a notice that leads nowhere', { card_type: 'text_notice' }, 40063],
  ['a vote without options', { card_type: 'vote_interaction' }, 40063],
])('a card with %s is refused', async (_what, change, errcode) => {
  const { sendCard, inbox } = await aCorp();
  expect(await sendCard(change)).toMatchObject({ errcode });
  expect(inbox()).toEqual([]);
});

test('an app uses a task id once, also when the first card went to somebody else', async () => {
  const { sendCard, send, inbox } = await aCorp();
  await sendCard({});
  expect(await send({ touser: 'ZhaoMin', msgtype: 'template_card', template_card: button })).toMatchObject({
    errcode: 42014,
  });
  expect(inbox()).toHaveLength(1);
});

test('a message is recalled within a day, and not after', async () => {
  const { send, inbox, post, sandbox } = await aCorp();
  const [first, second] = [await send({}), await send({ text: { content: '二' } })];
  const recall = async (msgid: string) => (await post('message/recall', { msgid })).errcode;
  expect(await recall(first.msgid)).toBe(0);
  expect(inbox().map((message) => message.recalledAt)).toEqual([START, undefined]);
  await sandbox.advance(START + 24 * HOUR + 1);
  expect([await recall(second.msgid), await recall('none'), await recall('')]).toEqual([40058, 40058, 40063]);
});

test('messages above thirty a minute to one staff member are dropped without an error', async () => {
  const { send, inbox, sandbox } = await aCorp();
  for (let i = 0; i < 31; i += 1) expect(await send({ text: { content: `第 ${i} 条` } })).toMatchObject({ errcode: 0 });
  await send({ touser: 'ZhaoMin' });
  expect(inbox()).toHaveLength(31);
  await sandbox.advance(START + MINUTE);
  await send({ text: { content: '又一分钟' } });
  expect(inbox()).toHaveLength(32);
});

test('everybody, the only department and unknown departments are told apart', async () => {
  const { send, inbox } = await aCorp();
  expect(await send({ touser: 'linxia', toparty: '9', totag: '3' })).toMatchObject({
    errcode: 0,
    invaliduser: '',
    invalidparty: '9',
    invalidtag: '3',
  });
  expect(await send({ touser: 'WangQiang', toparty: '9' })).toMatchObject({
    errcode: 81013,
    invaliduser: 'wangqiang',
    invalidparty: '9',
  });
  await send({ touser: '', toparty: '1', text: { content: '全员' } });
  await send({ touser: '@all', text: { content: '全员二' } });
  expect(inbox().map((message) => message.userid)).toHaveLength(1 + 2 * 6);
});

test.each([
  ['an unknown kind', { msgtype: 'song' }, 40008],
  ['an empty text', { text: { content: '' } }, 44004],
  ['no agent', { agentid: undefined }, 40056],
  ['a dead medium', { msgtype: 'image', image: { media_id: 'none' } }, 40007],
  ['a card of text without address', { msgtype: 'textcard', textcard: { title: 'a', description: 'b' } }, 40063],
  [
    'a title of 129 bytes',
    { msgtype: 'textcard', textcard: { title: 'a'.repeat(129), description: 'b', url: 'c' } },
    45002,
  ],
  ['no article', { msgtype: 'news', news: { articles: [] } }, 40063],
  ['nine articles', { msgtype: 'news', news: { articles: Array(9).fill({ title: 'a', url: 'b' }) } }, 40058],
  ['a check over five hours', { enable_duplicate_check: 1, duplicate_check_interval: 18_000 }, 40058],
])('%s is refused', async (_what, change, errcode) => {
  const { send, inbox } = await aCorp();
  expect(await send(change)).toMatchObject({ errcode });
  expect(inbox()).toEqual([]);
});

test('a long text is cut at 2048 bytes, and a picture is sent by its media id', async () => {
  const { send, inbox, upload } = await aCorp();
  await send({ text: { content: '长'.repeat(1_000) } });
  const { media_id } = await upload('media/upload?type=image', Buffer.from('a picture of a kind'));
  await send({ msgtype: 'image', image: { media_id } });
  expect(inbox().map((message) => message.text)).toEqual(['长'.repeat(682), 'picture.png']);
});

test.each(['subscribe', 'enter_agent', 'click'] as const)('%s is sent with the documented fields', async (event) => {
  const { sandbox, lastSent } = await aCorp();
  await sandbox.act(
    event === 'click' ? { do: event, staff: 'LinXia', key: 'MENU_TODAY' } : { do: event, staff: 'LinXia' },
  );
  const documented = readFileSync(
    new URL(`../../../../test/fixtures/wecom/cb_app_${event}.xml`, import.meta.url),
    'utf8',
  );
  expect(elements(lastSent())).toEqual(elements(documented));
  expect(lastSent()).toContain(`<EventKey><![CDATA[${event === 'click' ? 'MENU_TODAY' : ''}]]></EventKey>`);
});
