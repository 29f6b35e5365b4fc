import { expect, it } from 'vitest';
import { metrics } from '../../../src/domain/metrics/index.js';
import { seedRules } from '../../../src/features/ruleset/seed-rules.js';
import { becauseValueWords } from '../../../src/insights/words/value-words.js';
import { ruleWords } from '../../../src/insights/words/rule-words.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, MONDAY } from '../../support/test-product.js';
import { aListeningProduct } from './a-listening-product.js';

const MINUTE = 60_000;
/** An internal code, like `monthly_cap`, `stage:asleep`, `orders_90d`. */
const code = /[a-z]+_[a-z_0-9]+|\b(?:stage|tier|tag|campaign|move|policy):/u;

eachDatabase('a command of an operator', (open) => {
  const aProduct = async (operators?: readonly string[]) => {
    const product = await aListeningProduct(await open(), operators);
    for (const [who, name] of [
      ['c1', '小鹿'],
      ['c2', '小鹿'],
      ['c3', '小鹿妈妈'],
      ['c4', '100%'],
    ] as const)
      await product.contact(who, name);
    return product;
  };

  it('lists several matches, whose list numbers hold for ten minutes and whose member numbers always hold', async () => {
    const product = await aProduct();
    const list = await product.operator('查 小鹿。');
    expect(list).toMatch(
      /1\. 「小鹿」（#\d，普通 · LinXia）\n2\. 「小鹿」（#\d，普通 · LinXia）\n3\. 「小鹿妈妈」（#3，普通 · LinXia）/u,
    );
    const [, first, second] = /#(\d)[^]*?#(\d)/u.exec(list)!;
    expect(await product.operator('２。')).toContain(`「小鹿」（#${second}）`);
    expect(await product.operator('第1个')).toContain(`「小鹿」（#${first}）`);
    expect(await product.operator('9')).toContain('只有 3 位');
    product.clock.pushTo(product.clock.now() + 10 * MINUTE + 1);
    // Too late for the list: it is the member's number again.
    expect(await product.operator('3')).toContain('「小鹿妈妈」（#3）');
    for (const said of [
      '查 #3',
      '查 3',
      '查 ＃３',
      '#3',
      '查 「小鹿妈妈」（#3，普通 · LinXia）',
      '查 wmc3',
      '小鹿妈妈',
      '查 妈妈',
      'find 3',
    ])
      expect(await product.operator(said), said).toContain('「小鹿妈妈」（#3）');
    expect(await product.operator('查 %')).toContain('「100%」（#4）');
    expect(await product.operator('查 _')).toContain('没有找到');
  });

  it('opts out only a member who is named exactly or confirmed, and records who did it', async () => {
    const product = await aProduct();
    expect(await product.operator('退订 妈妈')).toContain('要替 「小鹿妈妈」（#3，普通 · LinXia） 退订吗');
    expect(await product.optedOut('c3')).toBe(false);
    expect(await product.operator('1')).toContain('已替 「小鹿妈妈」');
    expect(await product.optedOut('c3')).toBe(true);
    // Dated before the question.
    await product.operator('退订 鹿');
    await product.operator('1', { at: product.clock.now() - 2_000 });
    expect(await product.optedOut('c1')).toBe(false);
    await product.operator('退订 小鹿');
    await product.operator('待办');
    // Another command came in between, so 1 is no longer an answer.
    await product.operator('1');
    expect(await product.optedOut('c1')).toBe(false);
    expect(await product.db.read.all(`SELECT who, what, detail FROM audit`)).toEqual([
      { who: 'LinXia', what: 'opted_out_for', detail: '{"member":3}' },
    ]);
  });

  it('is not carried out when it is more than ten minutes old, and the answer says so', async () => {
    const product = await aProduct();
    const now = product.clock.now();
    expect(await product.operator('暂停', { at: now - 10 * MINUTE })).toContain('已暂停');
    expect(await product.operator('恢复', { at: now - 10 * MINUTE - 1 })).toMatch(
      /「恢复」现在才收到，太晚了，没有执行/u,
    );
    expect(await product.db.read.all(`SELECT value FROM setting WHERE name = 'paused'`)).toEqual([{ value: '1' }]);
    expect(await product.operator('恢复', { at: 1_500_000_000_000 })).toContain('太晚了');
    expect(await product.operator('恢复。')).toContain('已恢复');
  });

  it('pauses once, and is answered by how many messages wait', async () => {
    const product = await aProduct();
    await product.db.write((tx) =>
      tx.insert('outbox', [
        {
          key: 'w-1',
          kind: 'chat_dm',
          action: '{}',
          state: 'planned',
          proactive: 1,
          not_before: MONDAY * 2,
          created_at: MONDAY,
        },
      ]),
    );
    const [{ n }] = (await product.db.read.all<{ n: number }>(
      `SELECT COUNT(*) AS n FROM outbox WHERE state = 'planned' AND proactive = 1`,
    )) as [{ n: number }];
    expect(await product.operator('暂停')).toContain(`${n} 条排好的先留着`);
    expect(await product.operator('暂停')).toContain('已经是暂停状态');
    expect(await product.db.read.all(`SELECT what FROM audit`)).toEqual([{ what: 'paused' }]);
  });

  it('notifies the other operators once of who paused or resumed', async () => {
    const product = await aProduct(['LinXia', 'ZhouMing', 'linxia', 'SunYue']);
    const others = () => product.channel.ofKind('notify_staff').filter(({ text }) => text.startsWith('LinXia '));
    await product.operator('暂停');
    await product.operator('暂停');
    expect(others()).toMatchObject([
      { staff: ['ZhouMing', 'SunYue'], text: 'LinXia 暂停了所有主动消息，0 条排好的先不发。回复「恢复」继续。' },
    ]);
    await product.operator('恢复');
    expect(others()).toHaveLength(2);
    expect(others()[1]).toMatchObject({
      staff: ['ZhouMing', 'SunYue'],
      text: expect.stringContaining('恢复了主动消息'),
    });
  });

  it('is answered without internal codes', async () => {
    const product = await aProduct();
    await product.db.write((tx) => seedRules(tx, 'config', MONDAY));
    const ids = { externalUserId: 'wmc3', chatContactId: 'c3' };
    await product.happens(aFact('order_paid', MONDAY, ids, { orderId: 'o-1', amountCents: 107_925 }));
    await product.later(70 * 24);
    const why = await product.operator('为什么 #3');
    expect(why.indexOf('层级')).toBeLessThan(why.indexOf('阶段'));
    expect(why.indexOf('阶段')).toBeLessThan(why.indexOf('标签：近 30 天'));
    expect(why).toContain('「会员」的进入条件成立：累计订单至少 1 笔。当时：累计订单 1 笔。');
    expect(why).toContain('规则是 配置文件 在 03-02 定的（层级第 1 版）');
    // A flag is said as it is, not as a value that equals another.
    expect(why).toContain('层级定为普通：是好友，');
    expect(why).toMatch(/天没来（满 60 天）/u);
    const answers = [why];
    for (const said of [
      '查 #3',
      '日报',
      '日报 昨天',
      '日报 3月2日',
      '待办',
      '暂停',
      '恢复',
      '日抱',
      'hello',
      '完成 99',
      '同意 99',
      '专属码 #3',
      '为什么 nobody',
    ])
      answers.push(await product.operator(said));
    for (const answer of answers) expect(answer).not.toMatch(code);
    expect(answers[3]).toContain('被删好友');
  });
});

it('has words for every figure and every rule that may be stored', () => {
  const tier = () => ({ zh: '铁杆', en: 'loyal' });
  for (const { name, type } of [...metrics, { name: 'gone_metric', type: 'int' }, { name: 'tags', type: 'bool' }])
    for (const need of [
      '≥ 3',
      '> 0',
      '≤ 5',
      '< 2',
      '= loyal',
      '≠ 是',
      '∈ loyal、regular',
      '含 a',
      '为空',
      '不为空',
      '≥ 3 或为空',
      '有 高活跃',
    ])
      for (const have of type === 'int'
        ? [0, 121_237, null]
        : type === 'bool'
          ? [true, null]
          : ['loyal', 'asleep', null]) {
        const [words] = becauseValueWords([{ metric: name, have, need }], tier, 1);
        const odd = name === 'region' || name === 'source' ? /_/u : /_|\d{6}(?!.*¥)|^\s*$/u;
        expect(words?.zh).not.toMatch(odd);
        expect(words?.en).not.toMatch(odd);
        // What rules compare with is in the language of the rule: the tag 高活跃.
        expect(words?.en.replace('高活跃', '')).not.toMatch(/\p{Script=Han}/u);
      }
  const names = { tier, template: () => '相识一周年' };
  for (const rule of [
    'tier:loyal:enter',
    'tier:loyal:stay',
    'tier:lock',
    'tier::rest',
    'stage:asleep',
    'tag:高活跃',
    'move:loyal',
    'campaign:one-week',
    'policy:stage',
    'what:ever',
  ])
    expect(ruleWords(rule, names).zh).not.toMatch(/[a-z]/u);
});
