import { describe, expect, it } from 'vitest';
import type { CommandRequest } from '../../../src/channels/channel.js';
import { changeGroupCommand } from '../../../src/commands/change-group.command.js';
import { checkInCommand } from '../../../src/commands/check-in.command.js';
import type { MemberCommand } from '../../../src/commands/command.js';
import { handOverCommand } from '../../../src/commands/hand-over.command.js';
import { memberCommands } from '../../../src/commands/index.js';
import type { ActionKind } from '../../../src/domain/action.js';
import type { Fact, MemberIds } from '../../../src/domain/fact.js';
import { intentInGroup, intentInPrivate } from '../../../src/domain/opt-out/opt-out-intent.js';
import { GiveUp } from '../../../src/platform/errors.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, groupRead, MONDAY, withKey, type TestProduct } from '../../support/test-product.js';
import { FakeChannel } from '../../support/fake-channel.js';

const lu: MemberIds = { externalUserId: 'wmLu', chatContactId: 'c-lu' };
const kinds: readonly ActionKind[] = ['chat_dm', 'group_say', 'kf_say', 'kf_hand_over'];
const inService = (menuId?: string): CommandRequest['replyTo'] => ({
  kind: 'kf',
  account: 'wkAccount',
  externalUserId: 'wmLu',
  ...(menuId === undefined ? {} : { menuId }),
});
const inGroup: CommandRequest['replyTo'] = { kind: 'group', chatId: 'R:1', mention: 'c-lu' };
const inPrivate: CommandRequest['replyTo'] = { kind: 'dm', chatContactId: 'c-lu' };

let written = 0;

type Database = Parameters<typeof aProduct>[0];

/** 小鹿 is a contact of ZhaoMin and writes by every way. */
async function aMember(db: Database, options: Parameters<typeof aProduct>[1] = {}) {
  const channel = new FakeChannel([...new FakeChannel().abilities, ...kinds]);
  const product = await aProduct(db, { channel, ...options });
  await product.happens(
    aFact('contact_added', MONDAY, lu, { staff: 'ZhaoMin' }),
    aFact('profile_updated', MONDAY, lu, { name: '小鹿' }),
  );
  const writes = async (text: string, replyTo: CommandRequest['replyTo'] = inService(), key = `said-${++written}`) => {
    const { kf, dm, group } = {
      kf: channel.ofKind('kf_say').length,
      dm: channel.ofKind('chat_dm').length,
      group: channel.ofKind('group_say').length,
    };
    const command = { key, at: product.clock.now(), from: { kind: 'member' as const, ids: lu }, replyTo, text };
    // Customer service reports each message as a fact, too: it opens the window for answers.
    const data = { account: 'wkAccount', type: 'text', length: text.length };
    const wrote = withKey(`${key}:0`, aFact('wrote_to_service', command.at, { externalUserId: 'wmLu' }, data));
    await product.inbox.receive([
      ...(replyTo.kind === 'kf' ? [{ kind: 'fact' as const, fact: wrote }] : []),
      { kind: 'command', command },
    ]);
    await product.workLoop.drain();
    return {
      kf: channel.ofKind('kf_say').slice(kf),
      dm: channel.ofKind('chat_dm').slice(dm),
      group: channel
        .ofKind('group_say')
        .slice(group)
        .map((sent) => sent.text),
    };
  };
  const facts = (kind: string) =>
    product.db.read.all<{ at: number; data: string }>('SELECT at, data FROM fact WHERE kind = $1 ORDER BY id', [kind]);
  const tasks = () =>
    product.db.read.all<{ staff: string; text: string; due_at: number | null }>(
      `SELECT staff, text, due_at FROM operator_task WHERE kind = 'member_reply' ORDER BY id`,
    );
  const move = () =>
    product.db.read.one<{ state: string; tier: string }>('SELECT state, tier FROM move ORDER BY id DESC LIMIT 1');
  /** Gives a command on the member's page; `key` is of the form. Resolves to the answer. */
  const presses = async (command: MemberCommand, { key, argument = '' }: { key: string; argument?: string }) => {
    const act = { key, externalUserId: 'wmLu' };
    await product.commands.answerNow({ ...act, command, argument, language: 'zh' });
    await product.workLoop.drain();
    return product.commands.answerOnPage(act);
  };
  return { ...product, channel, writes, presses, facts, tasks, move };
}

const textsOf = (sent: readonly { readonly message: { readonly text: string } }[]) =>
  sent.map(({ message }) => message.text);

/** The group of regular members, with its code. */
async function aGroup(product: TestProduct, ...people: string[]): Promise<void> {
  await product.happens(groupRead('wrRegular', '普通1群', people, product.clock.now()) as Fact);
}

describe('the members’ commands', () => {
  it('have ids that a menu of customer service accepts, each once, and words that mean no opt-out', () => {
    const ids = memberCommands.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[A-Za-z0-9_]{1,128}$/.test(id))).toEqual([]);
    for (const { id, words } of memberCommands)
      for (const word of words.filter(() => id !== 'opt_out' && id !== 'opt_in'))
        expect([word, intentInPrivate(word), intentInGroup(word)]).toEqual([word, null, null]);
  });
});

/** At night the invitation of a new move waits for the morning. */
async function anInvitationForTomorrow(product: TestProduct): Promise<void> {
  await product.later('2026-03-02T22:30');
  await aGroup(product);
  await product.happens(aFact('sent_message', product.clock.now(), lu, { chatId: 'wrElse' }));
}

eachDatabase('打卡', (open) => {
  it('counts once a day wherever it is said, and is answered with the streak and the month', async () => {
    const { writes, facts, later, presses } = await aMember(await open());
    expect(textsOf((await writes('打卡')).kf)).toEqual(['打卡成功，这是这个月的第 1 天。']);
    expect(await presses(checkInCommand, { key: 'a' })).toBe('今天打过卡了，这个月 1 天。明天见。');
    await later('2026-03-03T09:00');
    expect(await presses(checkInCommand, { key: 'b' })).toBe('打卡成功，连续 2 天了。这个月第 2 天。');
    expect(await presses(checkInCommand, { key: 'b' })).toBe('打卡成功，连续 2 天了。这个月第 2 天。');
    expect(textsOf((await writes('打卡', inPrivate)).dm)).toEqual([
      '今天打过卡了，已经连续 2 天，这个月 2 天。明天见。',
    ]);
    expect(await facts('checked_in')).toHaveLength(2);
  });
});

eachDatabase('少发点 and 多发点', (open) => {
  it('change the preference by a fact of the message’s own time, and say how to change it back', async () => {
    const { writes, facts } = await aMember(await open());
    expect(textsOf((await writes('少发点')).kf)).toEqual([
      '好的，以后 14 天里最多打扰你一次。想多收到一些，回复「多发点」。',
    ]);
    await writes('多发点', inPrivate);
    expect(await facts('preference_changed')).toEqual([
      { at: MONDAY, data: '{"pace":"less"}' },
      { at: MONDAY, data: '{"pace":"all"}' },
    ]);
  });

  it('remind a member who has opted out that nothing is sent at all', async () => {
    const { writes } = await aMember(await open());
    await writes('退订');
    expect(textsOf((await writes('多发点')).kf)).toEqual(['记下了。你现在是退订状态，想重新收到消息，回复「订阅」。']);
  });
});

eachDatabase('为什么', (open) => {
  it('gives the last decisions in kind words with their figures, but not in a group', async () => {
    const { writes, happens } = await aMember(await open());
    await happens(aFact('order_paid', MONDAY, lu, { orderId: 'o-1', amountCents: 10_000 }));
    const [why] = textsOf((await writes('为什么')).kf);
    expect(why).toBe('3 月 2 日，升到了「会员」，恭喜。当时：累计订单 1 笔。\n3 月 2 日，从「普通」开始，欢迎你。');
    expect(await writes('为什么', inGroup)).toEqual({ kf: [], dm: [], group: [] });
  });
});

eachDatabase('换群', (open) => {
  it('sends the code of the member’s group as a picture, and settles the move’s invitation', async () => {
    const product = await aMember(await open());
    await anInvitationForTomorrow(product);
    const { kf } = await product.writes('换群');
    expect(textsOf(kf)).toEqual(['这是「普通1群」的群码，长按识别就能进。']);
    expect(kf[0]!.message.attachments).toEqual([{ kind: 'image', url: expect.any(String) as string, title: '' }]);
    expect(await product.move()).toEqual({ state: 'invited', tier: 'regular' });
    // The invitation that was planned before is not sent as well.
    await product.later('2026-03-03T12:00');
    const invitations = await product.db.read.all(
      `SELECT state, reason FROM outbox WHERE move_id IS NOT NULL AND campaign IS NOT NULL`,
    );
    expect(invitations).toEqual([{ state: 'cancelled', reason: 'invited_on_request' }]);
    // Asked again, the same move gives the same code.
    expect(textsOf((await product.writes('换群')).kf)).toEqual(['这是「普通1群」的群码，长按识别就能进。']);
    expect(await product.db.read.one<{ n: number }>('SELECT COUNT(*) AS n FROM move')).toEqual({ n: 1 });
    // Not asked again, it does not come again.
    await product.later('2026-03-03T12:10');
    const thanks = await product.writes('谢谢');
    expect(thanks.kf.flatMap(({ message }) => message.attachments)).toEqual([]);
  });

  it('gives the page the same answer for the same request, and invites by it', async () => {
    const product = await aMember(await open());
    await aGroup(product);
    for (const _press of [1, 2])
      expect(await product.presses(changeGroupCommand, { key: 'act' })).toBe('这是「普通1群」的群码，长按识别就能进。');
    expect((await product.move())?.state).toBe('invited');
  });

  it('in a group goes by direct message, and the group reads nothing of it', async () => {
    const product = await aMember(await open());
    await aGroup(product);
    const { dm, group } = await product.writes('换群', inGroup);
    expect(textsOf(dm)).toEqual(['这是「普通1群」的群码，长按识别就能进。']);
    expect(group).toEqual(['已私信你。']);
  });

  it('leaves the move as it is when the code could not be sent', async () => {
    const product = await aMember(await open());
    await anInvitationForTomorrow(product);
    const before = (await product.move())?.state;
    product.channel.failNext('kf_say', new GiveUp('kf_window_closed'));
    await product.writes('换群');
    expect(before).toBe('planned');
    expect((await product.move())?.state).toBe('planned');
  });

  it('says that the member is inside already, waits for an operator, is full, or has no group', async () => {
    const inside = await aMember(await open());
    await aGroup(inside, 'wmLu');
    expect(textsOf((await inside.writes('换群')).kf)).toEqual(['你已经在「普通1群」里了，就是你这一级的群。']);

    const waiting = await aMember(await open(), { approve: 'all' });
    await aGroup(waiting);
    await waiting.writes('换群');
    expect(textsOf((await waiting.writes('换群')).kf)).toEqual(['换群要同事先确认一下，确认好就把群码发给你。']);
    expect(
      await waiting.db.read.one<{ n: number }>(`SELECT COUNT(*) AS n FROM operator_task WHERE kind = 'approve_move'`),
    ).toEqual({ n: 1 });

    const full = await aMember(await open());
    await aGroup(full, ...Array.from({ length: 200 }, (_, n) => `wm${n}`));
    expect(textsOf((await full.writes('换群')).kf)).toEqual(['你这一级的群刚好满了，已经请同事开新群，开好就邀请你。']);
  });
});

eachDatabase('人工', (open) => {
  it('hands the chat of customer service over with its line, and writes nothing after that', async () => {
    const { writes, channel, tasks } = await aMember(await open());
    expect((await writes('人工')).kf).toEqual([]);
    expect(channel.ofKind('kf_hand_over')).toEqual([
      {
        kind: 'kf_hand_over',
        account: 'wkAccount',
        externalUserId: 'wmLu',
        text: '好的，正在为你转接同事，请稍等。',
      },
    ]);
    expect(await tasks()).toEqual([]);
  });

  it('elsewhere becomes a task of the member’s own staff with the words, which are stored there alone', async () => {
    const { writes, tasks, db, presses } = await aMember(await open());
    expect(textsOf((await writes('人工 想换个地址', inPrivate)).dm)).toEqual(['收到，已经转给ZhaoMin了，会尽快回你。']);
    expect(await presses(handOverCommand, { key: 'a', argument: '发票开错了' })).toBe(
      '收到，已经转给ZhaoMin了，答复会写在这一页。',
    );
    const [task, ...others] = await tasks();
    expect(others).toEqual([]);
    expect(task?.staff).toBe('ZhaoMin');
    expect(task?.text).toContain('想换个地址');
    expect(task?.text).toContain('发票开错了');
    expect(task?.due_at).toBe(Date.parse('2026-03-03T09:00:00+08:00'));
    const texts = await db.read.all<{ text: string }>('SELECT text FROM command_request');
    expect(texts.map(({ text }) => text)).toEqual(['', '']);
  });

  it('keeps the words of somebody who is no member yet, because they reach nobody', async () => {
    const { inbox, clock, workLoop, db } = await aMember(await open());
    const from = { kind: 'member', ids: { chatContactId: 'c-new' } } as const;
    const replyTo = { kind: 'dm', chatContactId: 'c-new' } as const;
    await inbox.receive([
      { kind: 'command', command: { key: 'said-new', at: clock.now(), from, replyTo, text: '人工 想退款' } },
    ]);
    await workLoop.drain();
    expect(await db.read.all('SELECT text, answer FROM command_request')).toEqual([
      { text: '人工 想退款', answer: '还没有你的记录，在群里聊几句就有啦。' },
    ]);
  });
});

eachDatabase('any other text to customer service', (open) => {
  it('gets one answer with numbered choices, and goes to staff', async () => {
    const { writes, tasks, later } = await aMember(await open());
    const { kf } = await writes('你们周末开门吗');
    expect(textsOf(kf)).toEqual(['收到，ZhaoMin 会尽快回你。也可以点一下：']);
    expect(kf[0]!.menu?.items).toEqual([
      { id: 'my_tier', label: '1 我的等级' },
      { id: 'why', label: '2 为什么' },
      { id: 'change_group', label: '3 换群' },
      { id: 'check_in', label: '4 打卡' },
      { id: 'less', label: '5 少发点' },
      { id: 'hand_over', label: '6 人工' },
    ]);
    expect((await tasks()).map(({ staff, text }) => [staff, text.includes('你们周末开门吗')])).toEqual([
      ['ZhaoMin', true],
    ]);
    expect((await writes('还有停车位吗')).kf).toEqual([]);
    await later(1);
    expect(textsOf((await writes('还有停车位吗')).kf)).toEqual(['收到。想看什么，点一下或回复数字：']);
  });

  it('lets the member choose by a tap weeks later, or by the number', async () => {
    const { writes, facts, later } = await aMember(await open());
    await writes('在吗');
    expect(textsOf((await writes('4')).kf)).toEqual(['打卡成功，这是这个月的第 1 天。']);
    await later('2026-03-31T09:00');
    await writes('4 打卡', inService('check_in'));
    expect(await facts('checked_in')).toHaveLength(2);
    // Without an open menu a number is a message like any other.
    await later(1);
    expect((await writes('4')).kf[0]?.menu).toBeDefined();
  });

  it('answers an item that is not known any more as outdated, with the choices of today', async () => {
    const { writes, tasks } = await aMember(await open());
    const { kf } = await writes('抽奖', inService('lottery_2024'));
    expect(textsOf(kf)).toEqual(['这个选项已经过期了，请从这里选：']);
    expect(kf[0]!.menu?.items.length).toBeGreaterThan(0);
    expect(await tasks()).toEqual([]);
  });

  it('is answered once when it is delivered twice', async () => {
    const { writes, tasks } = await aMember(await open());
    expect((await writes('在吗', inService(), 'same')).kf).toHaveLength(1);
    expect((await writes('在吗', inService(), 'same')).kf).toHaveLength(0);
    expect(await tasks()).toHaveLength(1);
  });

  it('is answered however fast the member writes: the pace protects the chat account alone', async () => {
    const { writes } = await aMember(await open());
    for (const text of ['我的等级', '为什么', '打卡', '我的等级']) expect((await writes(text)).kf).toHaveLength(1);
  });
});
