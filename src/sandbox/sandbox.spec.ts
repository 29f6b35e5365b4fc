import { afterEach, expect, test } from 'vitest';
import { aSandbox, keys, START } from './testing/a-sandbox.js';
import { pretendProduct } from './testing/pretend-product.js';
import { signatureOf } from './doors/callback/crypto.js';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function corpAndProduct(options: Parameters<typeof aSandbox>[0] = {}) {
  const product = await pretendProduct(keys);
  const corp = await aSandbox({ callbackUrl: product.callbackUrl, ...options });
  open.push(product, corp.sandbox);
  return { product, ...corp };
}

test('sends a new contact as an encrypted, signed callback with state and welcome code', async () => {
  const { product, sandbox } = await corpAndProduct();
  const { externalUserId } = await sandbox.act({ do: 'newcomer', name: '小鹿' });
  const { welcomeCode } = await sandbox.act({ do: 'add_contact', who: '小鹿', staff: 'LinXia', state: 'expo-2026' });
  const [post] = product.callbacks();
  const { query, plaintext, body } = post!;
  const sealed = /<Encrypt><!\[CDATA\[(.*?)\]\]>/.exec(body)![1]!;
  expect(query.get('msg_signature')).toBe(
    signatureOf(keys.token, query.get('timestamp')!, query.get('nonce')!, sealed),
  );
  expect(plaintext).toBe(
    `<xml><ToUserName><![CDATA[${keys.receiveId}]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName><CreateTime>${START / 1000}</CreateTime>` +
      '<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[change_external_contact]]></Event><ChangeType><![CDATA[add_external_contact]]></ChangeType>' +
      `<UserID><![CDATA[LinXia]]></UserID><ExternalUserID><![CDATA[${String(externalUserId)}]]></ExternalUserID><State><![CDATA[expo-2026]]></State><WelcomeCode><![CDATA[${String(welcomeCode)}]]></WelcomeCode></xml>`,
  );
  expect(sandbox.record().callbacks).toMatchObject([{ plaintext, state: 'answered', posts: 1, answers: 1 }]);
});

test('repeats a callback without a 200 three times, encrypted anew each time, then counts it lost', async () => {
  const { product, sandbox } = await corpAndProduct();
  product.answers(() => 500);
  await sandbox.act({ do: 'write_to_app', staff: 'LinXia', text: '日报' });
  const posts = product.callbacks();
  expect(posts).toHaveLength(4);
  expect(new Set(posts.map((post) => post.plaintext)).size).toBe(1);
  expect(new Set(posts.map((post) => post.body)).size).toBe(4);
  expect(new Set(posts.map((post) => post.query.get('nonce'))).size).toBe(4);
  expect(sandbox.record().callbacks[0]).toMatchObject({ state: 'lost', posts: 4, answers: 0 });
});

test('cuts off a product that does not answer in time and repeats', async () => {
  const { product, sandbox } = await corpAndProduct({ answerLimitMs: 300 });
  let asked = 0;
  product.answers(() => ((asked += 1) < 3 ? 'hang' : 200));
  await sandbox.act({ do: 'write_to_app', staff: 'LinXia', text: '日报' });
  expect(sandbox.record().callbacks[0]).toMatchObject({ state: 'answered', posts: 3, answers: 1 });
});

test('keeps callbacks and facts of the shop while the product is down, and delivers them afterwards', async () => {
  const product = await pretendProduct(keys);
  product.isDown(true);
  const { sandbox } = await aSandbox({ callbackUrl: product.callbackUrl, shop: { url: product.url, token: 'api' } });
  open.push(product, sandbox);
  await sandbox.act({ do: 'newcomer', name: '小鹿' });
  const done = sandbox
    .act({ do: 'add_contact', who: '小鹿', staff: 'LinXia' })
    .then(() => sandbox.act({ do: 'buy', who: '小鹿', amountCents: 9_900 }));
  product.isDown(false);
  await done;
  expect(product.callbacks()).toHaveLength(1);
  expect(product.facts()).toMatchObject([{ kind: 'order_paid' }]);
  expect(sandbox.record()).toMatchObject({ callbacks: [{ state: 'answered' }], shop: { accepted: 1, waiting: 0 } });
});

test('gives up a callback when the product is down for too long', async () => {
  const gone = await pretendProduct(keys);
  gone.isDown(true);
  const { sandbox } = await aSandbox({ callbackUrl: gone.callbackUrl, patienceMs: 100 });
  open.push(gone, sandbox);
  await sandbox.act({ do: 'write_to_app', staff: 'LinXia', text: '日报' });
  expect(sandbox.record().callbacks[0]).toMatchObject({ state: 'lost', answers: 0 });
});

test('sends a share of callbacks twice and some out of order, and loses none', async () => {
  const { product, sandbox } = await corpAndProduct({ mischief: { duplicate: 0.3, reorder: 0.3 } });
  await sandbox.act({ do: 'newcomer', name: '小鹿' });
  for (let i = 0; i < 40; i += 1) await sandbox.act({ do: 'write_to_app', staff: 'LinXia', text: `第${i}句` });
  const { callbacks } = sandbox.record();
  expect(callbacks.every((callback) => callback.state === 'answered')).toBe(true);
  expect(callbacks.filter((callback) => callback.answers === 2).length).toBeGreaterThan(3);
  expect(product.callbacks().length).toBe(callbacks.reduce((sum, callback) => sum + callback.posts, 0));
});

test('loses some callbacks and leaves out who joined, as often as mischief says', async () => {
  const { product, sandbox } = await corpAndProduct({ mischief: { lose: 0.5, bare: 1 } });
  for (let i = 0; i < 20; i += 1) {
    await sandbox.act({ do: 'newcomer', name: `新人${i}` });
    await sandbox.act({ do: 'invite', who: `新人${i}`, group: '会员群①', staff: 'ChenYu' });
  }
  const { callbacks } = sandbox.record();
  const lost = callbacks.filter((callback) => callback.state === 'lost');
  expect(lost.length).toBeGreaterThan(4);
  expect(lost.every((callback) => callback.posts === 0)).toBe(true);
  expect(product.callbacks()).toHaveLength(20 - lost.length);
  expect(
    callbacks.every(
      (callback) => callback.plaintext.includes('<MemChangeCnt>1<') && !callback.plaintext.includes('MemChangeList'),
    ),
  ).toBe(true);
});

test('stops the clock when somebody gets a welcome code or staff write to the app', async () => {
  const { sandbox } = await corpAndProduct({ people: 30 });
  const stopped = await sandbox.advance(START + 30 * 86_400_000);
  expect(stopped).toMatchObject({ urgent: true });
  expect(stopped.at).toBeLessThan(START + 30 * 86_400_000);
  expect(sandbox.now()).toBe(stopped.at);
  expect(sandbox.record().callbacks.at(-1)!.plaintext).toMatch(/<WelcomeCode>|<AgentID>/);
});

test('asks a callback address for its echo, as when an administrator saves it', async () => {
  const { product, sandbox } = await corpAndProduct();
  product.echoes(true);
  expect(await sandbox.verify()).toEqual({ ok: true });
  product.echoes(false);
  expect(await sandbox.verify()).toMatchObject({ ok: false, because: 'HTTP 403' });
});

test('another process controls it over HTTP, and gets a message for a mistake', async () => {
  const { sandbox, json } = await corpAndProduct();
  const act = (body: unknown) => json('/sandbox/act', { method: 'POST', body: JSON.stringify(body) });
  expect(await act({ do: 'newcomer', name: '小鹿' })).toMatchObject({
    name: '小鹿',
    externalUserId: expect.stringMatching(/^wm.{30}$/),
  });
  expect(await act({ do: 'leave', who: '小马', group: '会员群①' })).toEqual({
    error: 'impossible_act',
    message: 'no customer 小马',
  });
  const unknown = await act({ do: 'fly' });
  expect(unknown).toMatchObject({
    error: 'unknown_act',
    message: expect.stringMatching(/^没有这个动作 \/ no such act: "fly"。.*there are: .*newcomer/),
    acts: expect.arrayContaining(['newcomer', 'add_contact', 'send_callback', 'tap_card']),
  });
  for (const body of [{}, [], 'fly', null]) expect(await act(body)).toMatchObject({ error: 'unknown_act' });
  expect(await act({ do: 'add_contact', who: '小鹿' })).toMatchObject({
    error: 'bad_act',
    message: expect.stringMatching(/^「add_contact」的内容不对 \/ add_contact is not right: staff: [^[{]+$/),
  });
  expect(await json('/sandbox/advance', { method: 'POST', body: JSON.stringify({ until: START + 1_000 }) })).toEqual({
    at: START + 1_000,
    urgent: false,
    callbacks: 0,
  });
  expect(await json('/sandbox/clock')).toMatchObject({ now: START + 1_000, callbacksWaiting: 0 });
  expect(await json('/sandbox/record')).toMatchObject({ people: [{ name: '小鹿' }] });
  expect(sandbox.record().people).toHaveLength(1);
});

test("an administrator's changes to tags and groups send callbacks", async () => {
  const { sandbox, product } = await corpAndProduct();
  const { id } = await sandbox.act({ do: 'new_tag', group: '喜好', name: '咖啡' });
  await sandbox.act({ do: 'rename_tag', tag: '咖啡', name: '手冲' });
  await sandbox.act({ do: 'delete_tag', tag: id as string });
  await sandbox.act({ do: 'rename_group', group: '老友闲聊群', name: '老友群' });
  await sandbox.act({ do: 'dismiss_group', group: '老友群' });
  const changes = product
    .callbacks()
    .map((post) =>
      [...post.plaintext.matchAll(/<(?:Event|ChangeType|UpdateDetail)><!\[CDATA\[(\w+)/g)]
        .map((match) => match[1])
        .join(' '),
    );
  expect(changes).toEqual([
    'change_external_tag create',
    'change_external_tag update',
    'change_external_tag delete',
    'change_external_chat update change_name',
    'change_external_chat dismiss',
  ]);
  expect(sandbox.record().groups.map((group) => group.name)).not.toContain('老友群');
});

test('stops for everybody who waits for an answer, or only for those to whom a late one is of no use', async () => {
  const DAY = 86_400_000;
  const stopsOf = async (stopFor: 'anybody' | 'customers'): Promise<boolean[]> => {
    const { sandbox } = await corpAndProduct({ people: 60, months: 1, chat: true });
    const isForNewcomer: boolean[] = [];
    while (sandbox.now() < START + 10 * DAY) {
      const { urgent } = await sandbox.advance(START + 10 * DAY, stopFor);
      if (urgent) isForNewcomer.push(sandbox.clock().welcomesWaiting > 0);
    }
    return isForNewcomer;
  };
  const all = await stopsOf('anybody');
  expect(new Set(all)).toEqual(new Set([true, false]));
  expect(await stopsOf('customers')).toEqual(all.filter(Boolean));
});

test('stops for customers of customer service within minutes, also in a hurry, since nobody answers there late', async () => {
  const { sandbox } = await corpAndProduct({ people: 60, months: 1, chat: false });
  const wrote = () => sandbox.record().kf.talk.filter(({ by }) => by === 'customer');
  while (wrote().length === 0) await sandbox.advance(START + 10 * 86_400_000, 'customers');
  const [first] = wrote();
  expect(sandbox.now() - first!.at).toBeLessThanOrEqual(4 * 60_000);
});
