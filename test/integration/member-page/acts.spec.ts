import { afterEach, expect, it } from 'vitest';
import { answerTask } from '../../../src/engine/answer-task.js';
import type { MemberId } from '../../../src/domain/ids.js';
import type { Engine } from '../../../src/engine/engine.js';
import { recordReply } from '../../../src/features/tasks/member-replies.js';
import { taskStore } from '../../../src/features/tasks/task.store.js';
import { RetryLater } from '../../../src/platform/errors.js';
import { eachDatabase } from '../../support/databases.js';
import {
  aMemberPage,
  hiddenFieldsOf,
  type MemberPageApp,
  type PageReply,
  type PageVisitor,
} from '../../support/member-page-app.js';
import { aFact, aProduct, groupRead, MONDAY, withKey, xiaolu, type TestProduct } from '../../support/test-product.js';

const CUSTOMER = { openid: 'oXiaolu', external_userid: 'wmXiaolu' };
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

eachDatabase('what a member does on their page', (open) => {
  let page: MemberPageApp | undefined;
  afterEach(async () => {
    await page?.close();
    page = undefined;
  });

  async function aSignedInMember(
    options: Parameters<typeof aProduct>[1] = {},
    applyFacts?: (engine: Engine) => Promise<unknown>,
  ) {
    const product = await aProduct(await open(), options);
    await product.happens(aFact('contact_added', MONDAY - 10 * DAY, xiaolu));
    page = await aMemberPage(product, applyFacts && { applyFacts: () => applyFacts(product.engine) });
    const visitor = page.visitor();
    page.wecom.codes.set('c', CUSTOMER);
    await visitor.signIn('c');
    const another = async (who: Readonly<Record<string, string>>): Promise<PageVisitor> => {
      const other = page!.visitor();
      page!.wecom.codes.set('other', who);
      await other.signIn('other');
      return other;
    };
    return { product, visitor, another };
  }

  const kindsOf = async (product: TestProduct): Promise<string[]> => {
    const rows = await product.db.read.all<{ kind: string }>(
      `SELECT kind FROM fact WHERE (key LIKE '%page:%' OR kind = 'checked_in') AND kind <> 'visited' ORDER BY id`,
    );
    return rows.map(({ kind }) => kind);
  };

  it('counts a check-in once a day, however often the button is pressed, and shows the streak', async () => {
    const { product, visitor } = await aSignedInMember();
    const { text } = await visitor.get('/m');
    const fields = hiddenFieldsOf(text);
    const pressed = await Promise.all([1, 2, 3].map(() => visitor.post('/m/acts/check-in', fields)));
    expect(new Set(pressed.map(({ status, location }) => `${status} ${location}`)).size).toBe(1);
    expect(await kindsOf(product)).toEqual(['checked_in']);
    const after = await visitor.get(pressed[0]!.location);
    expect(after.text).toContain('打卡成功');
    expect(after.text).toContain('连续 1 天');
    expect(after.text).not.toContain('action="/m/acts/check-in"');
    await product.later('2026-03-03T08:00');
    await visitor.submit('/m', '/m/acts/check-in');
    expect((await visitor.get('/m')).text).toContain('连续 2 天');
    expect(await kindsOf(product)).toEqual(['checked_in', 'checked_in']);
  });

  it.each([
    ['customer service and then here', ['kf', 'page', 'kf']],
    ['here and then customer service', ['page', 'kf', 'page']],
    ['a shop and then here', ['shop', 'page', 'kf']],
  ] as const)('counts one check-in a day for %s', async (_name, places) => {
    const { product, visitor } = await aSignedInMember();
    // The form of the morning stays open while the member checks in elsewhere.
    const fields = hiddenFieldsOf((await visitor.get('/m')).text);
    for (const [n, place] of places.entries()) {
      await product.later(1);
      const at = product.clock.now();
      if (place === 'page') await visitor.post('/m/acts/check-in', fields);
      else if (place === 'shop') await product.happens(aFact('checked_in', at, xiaolu));
      else {
        const replyTo = { kind: 'kf', account: 'wkAccount', externalUserId: 'wmXiaolu' } as const;
        const from = { kind: 'member', ids: xiaolu } as const;
        await product.inbox.receive([
          { kind: 'command', command: { key: `said-${n}`, at, from, replyTo, text: '打卡' } },
        ]);
        await product.workLoop.drain();
      }
    }
    expect(await product.db.read.all('SELECT checkins FROM member_day WHERE checkins > 0')).toEqual([{ checkins: 1 }]);
    expect((await visitor.get('/m')).text).toContain('今天已打卡');
  });

  it('lets the last choice count, also when an old form chooses the same again', async () => {
    const { product, visitor } = await aSignedInMember();
    const fields = hiddenFieldsOf((await visitor.get('/m/messages')).text);
    for (const pace of ['none', 'less', 'none']) {
      await product.later(1);
      await visitor.post('/m/acts/pace', { ...fields, pace });
      expect((await visitor.get('/m/messages')).text).toMatch(new RegExp(`value="${pace}"\\s+checked`));
    }
    for (const until of ['480', '540', '480']) {
      await product.later(1);
      await visitor.post('/m/acts/quiet-hours', { ...fields, from: '1320', until });
      expect((await visitor.get('/m/messages')).text).toMatch(new RegExp(`value="${until}"\\s+selected`));
    }
  });

  it('opts in again also while the opt-out is stored and not applied', async () => {
    const { product, visitor } = await aSignedInMember();
    const fields = hiddenFieldsOf((await visitor.get('/m/messages')).text);
    await product.inbox.receive([{ kind: 'fact', fact: aFact('opted_out', MONDAY, xiaolu) }]);
    const answer = await visitor.post('/m/acts/pace', { ...fields, pace: 'less' });
    expect((await visitor.get(answer.location)).text).toContain('欢迎回来');
    expect((await visitor.get('/m/messages')).text).toMatch(/value="less"\s+checked/);
  });

  it('opts out and in again, each with a fact', async () => {
    const { product, visitor } = await aSignedInMember();
    const { text } = await visitor.get('/m/messages');
    const fields = { ...hiddenFieldsOf(text), pace: 'none' };
    await visitor.post('/m/acts/pace', fields);
    const again = await visitor.post('/m/acts/pace', fields);
    expect((await visitor.get(again.location)).text).toContain('不再主动发消息给你。');
    expect(await kindsOf(product)).toEqual(['opted_out']);
    expect((await visitor.get('/m/messages')).text).toMatch(/value="none"\s+checked/);
    const welcome = await visitor.submit('/m/messages', '/m/acts/pace', { pace: 'all' });
    expect((await visitor.get(welcome.location)).text).toContain('欢迎回来');
    expect(await kindsOf(product)).toEqual(['opted_out', 'opted_in', 'preference_changed']);
    expect((await visitor.get('/m/messages')).text).toMatch(/value="all"\s+checked/);
    await visitor.submit('/m/messages', '/m/acts/pace', { pace: 'less' });
    expect((await visitor.get('/m/messages')).text).toMatch(/value="less"\s+checked/);
  });

  it('shows an opt-out at once, also while the engine has not applied it', async () => {
    const { product, visitor } = await aSignedInMember();
    await product.inbox.receive([{ kind: 'fact', fact: aFact('opted_out', MONDAY, xiaolu) }]);
    expect((await visitor.get('/m/messages')).text).toMatch(/value="none"\s+checked/);
  });

  it.each([
    [{ from: '1320', until: '480' }, 'done=saved', { fromMinute: 1320, toMinute: 480 }],
    [{ from: '', until: '' }, 'done=saved', null],
    [{ from: '1320', until: '' }, 'refused=bad_time', undefined],
    [{ from: '600', until: '600' }, 'refused=bad_time', undefined],
    [{ from: '-1', until: '1440' }, 'refused=bad_time', undefined],
    [{ from: 'noon', until: '5e2' }, 'refused=bad_time', undefined],
  ])('takes quiet hours %j or says what is wrong with them', async (fields, said, stored) => {
    const { product, visitor } = await aSignedInMember();
    expect((await visitor.submit('/m/messages', '/m/acts/quiet-hours', fields)).location).toBe(`/m/messages?${said}`);
    const rows = await product.db.read.all<{ data: string }>(`SELECT data FROM fact WHERE kind = 'preference_changed'`);
    expect(rows.map(({ data }) => (JSON.parse(data) as { quiet: unknown }).quiet)).toEqual(
      stored === undefined ? [] : [stored],
    );
    const { text } = await visitor.get('/m/messages');
    for (const minute of stored ? [stored.fromMinute, stored.toMinute] : [])
      expect(text).toMatch(new RegExp(`value="${minute}"\\s+selected`));
  });

  it('makes a task of a question and shows the answer, to the one who asked alone', async () => {
    const { product, visitor, another } = await aSignedInMember();
    const { text } = await visitor.get('/m/help');
    const fields = { ...hiddenFieldsOf(text), words: '  礼品卡怎么用？\r\n<b>急</b> ' };
    await visitor.post('/m/acts/ask', fields);
    await visitor.post('/m/acts/ask', fields);
    await product.workLoop.drain();
    const [task, ...others] = await taskStore.open(product.db.read, 'LinXia', 10);
    expect(others).toEqual([]);
    expect(task).toMatchObject({ kind: 'member_reply', staff: 'LinXia', dueAt: expect.any(Number) });
    expect(task!.text).toContain('礼品卡怎么用？');
    const asked = (await visitor.get('/m/help')).text;
    expect(asked).toContain('礼品卡怎么用？\n&lt;b&gt;急&lt;/b&gt;');
    expect(asked).toContain('等待答复');
    const context = await product.engine.context();
    const given = {
      task: task!.id,
      answer: 'done',
      words: '在结账页输入卡号。',
      by: 'LinXia',
      isOperator: true,
    } as const;
    await product.db.write((tx) => answerTask({ tx, context, now: product.clock.now() }, given));
    expect((await visitor.get('/m/help')).text).toContain('在结账页输入卡号。');
    const other = await another({ openid: 'o2', external_userid: 'wmOther' });
    expect((await other.get('/m/help')).text).not.toContain('礼品卡');
  });

  it('stores each text that was sent from one form, and a repeated one once', async () => {
    const { visitor } = await aSignedInMember();
    const fields = hiddenFieldsOf((await visitor.get('/m/help')).text);
    for (const words of ['周末开门吗？', '几点开门？', '周末开门吗？'])
      await visitor.post('/m/acts/ask', { ...fields, words });
    await visitor.post('/m/acts/data', { ...fields, topic: 'data_copy' });
    const { text } = await visitor.get('/m/help');
    for (const words of ['周末开门吗？', '几点开门？', '要一份我的资料。Request'])
      expect([words, text.split(words).length - 1]).toEqual([words, 1]);
  });

  it('shows what staff answered to a message that the member wrote elsewhere', async () => {
    const { product, visitor, another } = await aSignedInMember();
    const context = await product.engine.context();
    const { id } = (await product.db.read.one<{ id: MemberId }>('SELECT id FROM member'))!;
    const run = { context, now: product.clock.now() };
    const written = { key: 'kf-1', member: id, at: MONDAY, words: '还有停车位吗', isUnseen: true };
    const { task } = await product.db.write((tx) => recordReply({ tx, ...run }, written));
    const given = { task, answer: 'done', words: '地下二层有。', by: 'LinXia', isOperator: true } as const;
    await product.db.write((tx) => answerTask({ tx, ...run }, given));
    expect((await visitor.get('/m/help')).text.split('地下二层有。')).toHaveLength(2);
    const other = await another({ openid: 'o2', external_userid: 'wmOther' });
    expect((await other.get('/m/help')).text).not.toContain('地下二层有。');
  });

  it.each([
    ['', '还没有写内容'],
    ['   \n ', '还没有写内容'],
    ['字'.repeat(1_001), '写得太长了'],
    ['字'.repeat(1_000), '答复会写在这一页'],
  ])('checks a question before it is stored', async (words, said) => {
    const { visitor } = await aSignedInMember();
    const { location, text } = await visitor.submit('/m/help', '/m/acts/ask', { words });
    expect(location === '' ? text : (await visitor.get(location)).text).toContain(said);
  });

  it('gives a question that is refused back in the form, from which it can be sent later', async () => {
    const { product, visitor } = await aSignedInMember();
    const long = await visitor.submit('/m/help', '/m/acts/ask', { words: `\n<b>${'字'.repeat(1_001)}` });
    expect([long.status, long.text.includes('写得太长了')]).toEqual([422, true]);
    expect(long.text).toContain(`>&lt;b&gt;${'字'.repeat(1_001)}</textarea>`);
    for (let n = 1; n <= 10; n++) await visitor.submit('/m/help', '/m/acts/ask', { words: `问题 ${n}` });
    const eleventh = await visitor.submit('/m/help', '/m/acts/ask', { words: '问题 11' });
    expect([eleventh.status, eleventh.text.includes('今天已经发来很多条了')]).toEqual([422, true]);
    expect(eleventh.text).toContain('>问题 11</textarea>');
    await product.later(25);
    const sent = await visitor.post('/m/acts/ask', { ...hiddenFieldsOf(eleventh.text), words: '问题 11' });
    expect((await visitor.get(sent.location)).text).toContain('答复会写在这一页');
    expect((await visitor.get('/m/help')).text).toMatch(/<textarea[^>]*><\/textarea>/);
  });

  it('says that it was done when it is stored and cannot be applied yet', async () => {
    let isBusy = false;
    const { product, visitor } = await aSignedInMember({}, (engine) =>
      isBusy ? Promise.reject(new RetryLater('database_busy', 1_000)) : engine.advance(),
    );
    const fields = hiddenFieldsOf((await visitor.get('/m/help')).text);
    isBusy = true;
    for (const [act, more, said] of [
      ['ask', { words: '周末开门吗？' }, '答复会写在这一页'],
      ['check-in', {}, '打卡成功'],
      ['pace', { pace: 'none' }, '不再主动发消息给你'],
    ] as const) {
      const { status, location } = await visitor.post(`/m/acts/${act}`, { ...fields, ...more });
      expect([act, status]).toEqual([act, 302]);
      expect((await visitor.get(location)).text).toContain(said);
    }
    await product.workLoop.drain();
    expect((await visitor.get('/m/help')).text).toContain('周末开门吗？');
  });

  it('gives the words back when they could not be stored', async () => {
    const { product, visitor } = await aSignedInMember();
    const fields = { ...hiddenFieldsOf((await visitor.get('/m/help')).text), words: '周末开门吗？' };
    const rename = (from: string, to: string) =>
      product.db.write((tx) => tx.run(`ALTER TABLE ${from} RENAME TO ${to}`));
    await rename('command_request', 'no_table');
    const { status, text } = await visitor.post('/m/acts/ask', fields, { origin: 'http://localhost:80' });
    await rename('no_table', 'command_request');
    expect([status, text.includes('没能完成'), text.includes('周末开门吗？')]).toEqual([500, true, true]);
  });

  it('takes ten questions a day, so that one person cannot bury the staff', async () => {
    const { product, visitor } = await aSignedInMember();
    const answers: PageReply[] = [];
    for (let n = 1; n <= 12; n++) answers.push(await visitor.submit('/m/help', '/m/acts/ask', { words: `问题 ${n}` }));
    expect(answers.filter(({ location }) => location.startsWith('/m/help?answer='))).toHaveLength(10);
    expect(answers.at(-1)!.text).toContain('今天已经发来很多条了');
    expect((await taskStore.open(product.db.read, null, 20)).map(({ kind }) => kind)).toEqual(['member_reply']);
  });

  it('makes a task of a request about data, and refuses a topic that is no request', async () => {
    const { product, visitor } = await aSignedInMember();
    await visitor.submit('/m/help', '/m/acts/data', { topic: 'data_deletion' });
    expect((await visitor.submit('/m/help', '/m/acts/data', { topic: 'question' })).location).toBe(
      '/m/help?refused=empty',
    );
    expect(await taskStore.open(product.db.read, null, 10)).toMatchObject([
      { kind: 'member_reply', text: expect.stringContaining('删除我的资料') },
    ]);
    expect((await visitor.get('/m/help')).text).toContain('删除我的资料');
  });

  it('shows the code of the group of the tier to the member who asks for it, and that the member is in it', async () => {
    const { product, visitor } = await aSignedInMember();
    await product.happens(groupRead('wrRegular', '普通群①', [], MONDAY));
    await product.workLoop.drain();
    await visitor.submit('/m/group', '/m/acts/change-group');
    const { text } = await visitor.get('/m/group');
    expect(text).toContain('普通群①');
    expect(text).toContain('src="/m/pictures/group"');
    await product.happens(groupRead('wrRegular', '普通群①', ['wmXiaolu'], MONDAY + HOUR));
    expect((await visitor.get('/m/group')).text).toContain('你已经在「普通群①」里了');
  });

  it('shows no code while an operator still has to approve the move', async () => {
    const { product, visitor } = await aSignedInMember({ approve: 'all' });
    await product.happens(
      groupRead('wrRegular', '普通群①', [], MONDAY),
      withKey('order', aFact('order_paid', MONDAY, xiaolu, { orderId: 'O1', amountCents: 12_900 })),
    );
    const replyTo = { kind: 'dm', chatContactId: 'c-xiaolu' } as const;
    const from = { kind: 'member', ids: { externalUserId: 'wmXiaolu' } } as const;
    const command = { key: 'move', at: product.clock.now(), from, replyTo, text: '换群' };
    await product.happens(groupRead('wrMember', '会员群①', [], MONDAY));
    await product.inbox.receive([{ kind: 'command', command }]);
    await product.workLoop.drain();
    expect(await product.db.read.all(`SELECT kind FROM operator_task WHERE kind = 'approve_move'`)).toHaveLength(1);
    const { text } = await visitor.get('/m/group');
    expect(text).toContain('先确认一下');
    expect(text).not.toContain('/m/pictures/group');
    expect((await visitor.get('/m/pictures/group')).status).toBe(404);
  });

  it('shows what is kept, and no internal figure of the corp', async () => {
    const { visitor } = await aSignedInMember();
    const { text } = await visitor.get('/m/help');
    expect(text).toContain('微信给我们的编号');
    for (const path of ['/m', '/m/group', '/m/messages', '/m/invite', '/m/help'])
      expect((await visitor.get(path)).text, path).not.toMatch(/wmXiaolu|top_fifth|流失|沉睡|undefined|\[object/);
  });

  it.each([
    ['without the token of the form', { csrf: '' }],
    ['with the token of another session', { csrf: 'x'.repeat(43) }],
    ['without the number of the form', { once: '' }],
  ])('does nothing %s', async (_what, changed) => {
    const { product, visitor } = await aSignedInMember();
    const answer = await visitor.submit('/m', '/m/acts/check-in', changed);
    expect([answer.status, answer.text]).toEqual([403, expect.stringContaining('放得太久')]);
    expect(await kindsOf(product)).toEqual([]);
  });

  it("does nothing with another member's token, and nothing without a session", async () => {
    const { product, visitor, another } = await aSignedInMember();
    const other = await another({ openid: 'o2', external_userid: 'wmOther' });
    const fields = hiddenFieldsOf((await other.get('/m')).text);
    expect((await visitor.post('/m/acts/check-in', fields)).status).toBe(403);
    expect((await page!.visitor().post('/m/acts/check-in', fields)).location).toBe('/m/sign-in?to=level');
    const stolen = page!.visitor();
    stolen.cookies.set('qunjie_member', 'a'.repeat(43));
    expect((await stolen.get('/m')).status).toBe(302);
    expect(await kindsOf(product)).toEqual([]);
  });

  it.each([
    ['/m/nowhere', 404],
    ['/m/acts/check-in', 404],
    ['/m/assets/page.css', 404],
    ['/m/assets/..%2Fpage.css', 404],
    ['/m/pictures/secret', 404],
    ['/m/a/b/c', 404],
  ])('answers %s with a page', async (path, status) => {
    const { visitor } = await aSignedInMember();
    const answer = await visitor.get(path);
    expect([answer.status, String(answer.headers['content-type'])]).toEqual([status, 'text/html; charset=utf-8']);
  });

  it('answers an act that does not exist, a form that is too large and a body that is no form', async () => {
    const { visitor } = await aSignedInMember();
    expect((await visitor.submit('/m', '/m/acts/check-in')).status).toBe(302);
    const fields = hiddenFieldsOf((await visitor.get('/m/help')).text);
    expect((await visitor.post('/m/acts/fly', fields)).status).toBe(404);
    const long = await visitor.post('/m/acts/ask', { ...fields, words: 'x'.repeat(50_000) });
    expect([long.status, long.text]).toEqual([413, expect.stringContaining('写得太长')]);
    for (const type of ['application/json', 'text/plain', 'multipart/form-data; boundary=x']) {
      const answer = await visitor.ask('POST', '/m/acts/ask', { payload: '{}', headers: { 'content-type': type } });
      expect([type, answer.status, answer.text]).toEqual([type, 415, expect.stringContaining('没有看懂')]);
    }
  });

  it.each([
    ['GET', '/m/%zz', 404],
    ['GET', '/m/%E7%8', 404],
    ['GET', '/m/%00', 404],
    ['GET', '/m/help?to=%00', 400],
    ['GET', '/m/l/%E7%8', 404],
    ['POST', '/m', 405],
    ['POST', '/m/acts/a/b', 405],
    ['PUT', '/m/help', 405],
    ['DELETE', '/m/acts/ask', 405],
    ['OPTIONS', '/m', 405],
  ] as const)('answers %s %s with a page in the language of the visitor', async (method, path, status) => {
    const { visitor } = await aSignedInMember();
    for (const [language, htmlLang] of [
      ['zh-CN', 'zh-CN'],
      ['en', 'en'],
    ] as const) {
      const answer = await visitor.ask(method, path, { headers: { 'accept-language': language } });
      expect([answer.status, /<html lang="([^"]+)"/.exec(answer.text)?.[1]]).toEqual([status, htmlLang]);
    }
  });

  it('gives the words back that were not sent, because the session had ended or the form was of another one', async () => {
    const { product, visitor, another } = await aSignedInMember();
    const fields = { ...hiddenFieldsOf((await visitor.get('/m/help')).text), words: '我的<b>订单</b>在哪' };
    const ours = { origin: 'http://localhost:80' };
    const other = await another({ openid: 'o2', external_userid: 'wmOther' });
    for (const [from, status] of [
      [page!.visitor(), 401],
      [other, 403],
    ] as const) {
      const answer = await from.post('/m/acts/ask', fields, ours);
      expect([answer.status, answer.text]).toEqual([
        status,
        expect.stringContaining('我的&lt;b&gt;订单&lt;/b&gt;在哪'),
      ]);
      // Another site must not have its words shown on our page.
      for (const origin of ['https://evil.example', 'null', ''])
        expect((await from.post('/m/acts/ask', fields, { origin })).text).not.toContain('在哪');
    }
    expect(await kindsOf(product)).toEqual([]);
  });

  it('takes no more than ten of many questions that are sent at the same moment', async () => {
    const { product, visitor } = await aSignedInMember();
    const fields = hiddenFieldsOf((await visitor.get('/m/help')).text);
    const answers = await Promise.all(
      Array.from({ length: 25 }, (_each, n) => visitor.post('/m/acts/ask', { ...fields, words: `问题 ${n}` })),
    );
    expect(answers.filter(({ location }) => location.startsWith('/m/help?answer='))).toHaveLength(10);
    expect(await kindsOf(product)).toEqual(Array(10).fill('asked'));
  });

  it('stores of a question what can be read, and nothing of one that cannot be seen', async () => {
    const { product, visitor } = await aSignedInMember();
    for (const words of ['\u200b\u200b', ' \u3000\u200b ', '\u202e\u202c', '\u0000\u0007'])
      expect((await visitor.submit('/m/help', '/m/acts/ask', { words })).location).toBe('/m/help?refused=empty');
    await visitor.submit('/m/help', '/m/acts/ask', { words: 'a\u0000b\u001b[31m\u202ec\rd\r\n👨‍👩‍👧' });
    const rows = await product.db.read.all<{ words: string }>('SELECT words FROM member_question');
    expect(rows).toEqual([{ words: 'ab[31mc\nd\n👨‍👩‍👧' }]);
  });

  it('stays open for members behind one address whom strangers there flood', async () => {
    const { visitor } = await aSignedInMember();
    const stranger = page!.visitor();
    let flooded = 0;
    for (let n = 0; n < 2_500; n++) if ((await stranger.get('/m/nowhere')).status === 429) flooded++;
    expect(flooded).toBeGreaterThan(0);
    expect((await visitor.get('/m')).status).toBe(200);
    expect((await visitor.submit('/m', '/m/acts/check-in')).status).toBe(302);
  });

  it('admits thirty acts a minute', async () => {
    const { visitor } = await aSignedInMember();
    const fields = hiddenFieldsOf((await visitor.get('/m')).text);
    const statuses: number[] = [];
    for (let n = 0; n < 31; n++) statuses.push((await visitor.post('/m/acts/check-in', fields)).status);
    expect([statuses.slice(0, 30).every((status) => status === 302), statuses.at(-1)]).toEqual([true, 429]);
  });
});
