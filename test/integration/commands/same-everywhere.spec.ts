import { afterEach, describe, expect, it } from 'vitest';
import type { CommandRequest } from '../../../src/channels/channel.js';
import type { MemberPlace } from '../../../src/commands/command.js';
import { memberCommands } from '../../../src/commands/index.js';
import type { ActionKind } from '../../../src/domain/action.js';
import type { Fact } from '../../../src/domain/fact.js';
import { eachDatabase } from '../../support/databases.js';
import { FakeChannel } from '../../support/fake-channel.js';
import { aMemberPage, type MemberPageApp, type PageVisitor } from '../../support/member-page-app.js';
import { aFact, aProduct, groupRead, MONDAY, withKey } from '../../support/test-product.js';

const lu = { externalUserId: 'wmLu', chatContactId: 'c-lu' };
const kinds: readonly ActionKind[] = ['chat_dm', 'group_say', 'kf_say'];
const replyTo = {
  kf: { kind: 'kf', account: 'wkAccount', externalUserId: 'wmLu' },
  chat_dm: { kind: 'dm', chatContactId: 'c-lu' },
  chat_group: { kind: 'group', chatId: 'R:1', mention: 'c-lu' },
} as const satisfies Readonly<Record<string, CommandRequest['replyTo']>>;
type Written = keyof typeof replyTo;

/** What each command does, wherever it is given. */
interface Row {
  readonly id: string;
  /** Where the page has it: a form, or a page that shows the answer. */
  readonly onPage:
    | { readonly form: string; readonly act: string; readonly fields?: Readonly<Record<string, string>> }
    | { readonly shownOn: string };
  /** The kinds and data of the facts that it stores. */
  readonly facts: readonly string[];
  /** What is said in every place: the page says it alone, the others may add which word changes it back. */
  readonly says: readonly string[];
}
const rows: readonly Row[] = [
  { id: 'my_tier', onPage: { shownOn: '/m' }, facts: [], says: ['会员', '近90天订单', '再下 2 单'] },
  {
    id: 'why',
    onPage: { shownOn: '/m' },
    facts: [],
    says: ['从「普通」开始，欢迎你。', '升到了「会员」，恭喜。', '当时：累计订单 1 笔', '为你准备了「会员」的群。'],
  },
  {
    id: 'change_group',
    onPage: { form: '/m/group', act: 'change-group' },
    facts: [],
    says: ['这是「会员群①」的群码，长按识别就能进。'],
  },
  {
    id: 'check_in',
    onPage: { form: '/m', act: 'check-in' },
    facts: ['checked_in {}'],
    says: ['打卡成功，这是这个月的第 1 天。'],
  },
  {
    id: 'less',
    onPage: { form: '/m/messages', act: 'pace', fields: { pace: 'less' } },
    facts: ['preference_changed {"pace":"less"}'],
    says: ['好的，以后 14 天里最多打扰你一次。'],
  },
  {
    id: 'more',
    onPage: { form: '/m/messages', act: 'pace', fields: { pace: 'all' } },
    facts: ['preference_changed {"pace":"all"}'],
    says: ['好的，有值得看的就发给你。'],
  },
  {
    id: 'opt_out',
    onPage: { form: '/m/messages', act: 'pace', fields: { pace: 'none' } },
    facts: ['opted_out {}'],
    says: ['好的，之后不再主动发消息给你。'],
  },
  {
    id: 'hand_over',
    onPage: { form: '/m/help', act: 'ask', fields: { words: '想找同事聊聊' } },
    facts: ['asked {"text":"想找同事聊聊"}'],
    says: ['收到，已经转给ZhaoMin了，'],
  },
];

/** 恢复 is no choice on the page for who has not opted out: there every pace opts in again. */
const optIn: Row = {
  id: 'opt_in',
  onPage: { form: '/m/messages', act: 'pace', fields: { pace: 'all' } },
  facts: ['opted_in {}'],
  says: ['欢迎回来，有值得说的我们才会发。'],
};

describe('the table of the members’ commands', () => {
  it('has every command', () => {
    expect([...rows, optIn].map(({ id }) => id).sort()).toEqual(memberCommands.map(({ id }) => id).sort());
  });
});

eachDatabase('a member’s command', (open) => {
  let page: MemberPageApp | undefined;
  afterEach(async () => {
    await page?.close();
    page = undefined;
  });

  /**
   * 小鹿 is a contact of ZhaoMin, has become 会员 and is not in its group yet. It is night: the invitation waits. The next
   * step is known since the threshold of the top fifth was computed in the morning.
   */
  async function aMember(options: Parameters<typeof aProduct>[1] = {}) {
    const channel = new FakeChannel([...new FakeChannel().abilities, ...kinds]);
    const product = await aProduct(await open(), { channel, ...options });
    await product.happens(aFact('contact_added', MONDAY, lu, { staff: 'ZhaoMin' }));
    await product.happens(aFact('order_paid', MONDAY, lu, { orderId: 'o-1', amountCents: 10_000 }));
    await product.later('2026-03-03T22:30');
    await product.happens(
      groupRead('wrRegular', '普通1群', ['wmLu'], product.clock.now()) as Fact,
      withKey('g2', groupRead('wrMember', '会员群①', [], product.clock.now()) as Fact),
    );
    page = await aMemberPage(product);
    const visitor = page.visitor();
    page.wecom.codes.set('c', { openid: 'oLu', external_userid: 'wmLu' });
    await visitor.signIn('c');
    await visitor.get('/m');
    const said = (): string[] =>
      channel.performed.flatMap(({ action }) =>
        action.kind === 'kf_say' || action.kind === 'chat_dm'
          ? [action.message.text]
          : action.kind === 'group_say'
            ? [action.text]
            : [],
      );
    const factsAfter = async (id: number): Promise<string[]> =>
      (
        await product.db.read.all<{ kind: string; data: string }>(
          `SELECT kind, data FROM fact WHERE id > $1 AND kind <> 'wrote_to_service' ORDER BY id`,
          [id],
        )
      ).map(({ kind, data }) => `${kind} ${data}`);
    const lastFact = async (): Promise<number> =>
      Number((await product.db.read.one<{ id: number }>('SELECT MAX(id) AS id FROM fact'))?.id ?? 0);
    let written = 0;
    const writes = async (text: string, to: CommandRequest['replyTo']): Promise<string> => {
      const before = said().length;
      const key = `said-${++written}`;
      const command = { key, at: product.clock.now(), from: { kind: 'member' as const, ids: lu }, replyTo: to, text };
      const wrote = aFact('wrote_to_service', command.at, lu, { account: 'wkAccount', type: 'text', length: 1 });
      await product.inbox.receive([
        ...(to.kind === 'kf' ? [{ kind: 'fact' as const, fact: withKey(`${key}:0`, wrote) }] : []),
        { kind: 'command', command },
      ]);
      await product.workLoop.drain();
      return said().slice(before).join('\n');
    };
    return { ...product, visitor, writes, factsAfter, lastFact };
  }

  async function onPage(visitor: PageVisitor, { onPage: way }: Row): Promise<string> {
    if ('shownOn' in way) return (await visitor.get(way.shownOn)).text;
    const { location } = await visitor.submit(way.form, `/m/acts/${way.act}`, way.fields);
    return /role="status">([^<]*)</.exec((await visitor.get(location)).text)?.[1] ?? '';
  }

  const placesOf = (id: string): readonly MemberPlace[] => memberCommands.find((known) => known.id === id)!.where;
  const cases = rows.flatMap((row) => placesOf(row.id).map((place) => ({ ...row, row, place })));

  it.each(cases)('$id does and says the same in every place: $place', async ({ id, row, place, facts, says }) => {
    const { visitor, writes, factsAfter, lastFact } = await aMember();
    const from = await lastFact();
    const [word = ''] = memberCommands.find((known) => known.id === id)!.words;
    const answer = place === 'page' ? await onPage(visitor, row) : await writes(word, replyTo[place as Written]);
    expect({ facts: await factsAfter(from), missing: says.filter((part) => !answer.includes(part)) }).toEqual({
      facts,
      missing: [],
    });
    // On the page nothing can be replied, so it names no word to reply.
    if (place === 'page') expect(answer).not.toContain('回复「');
  });

  it.each(placesOf('opt_in'))('opt_in does and says the same in every place: %s', async (place) => {
    const { visitor, writes, factsAfter, lastFact } = await aMember();
    await writes('退订', replyTo.kf);
    const from = await lastFact();
    const answer = place === 'page' ? await onPage(visitor, optIn) : await writes('订阅', replyTo[place as Written]);
    const pace = place === 'page' ? ['preference_changed {"pace":"all"}'] : [];
    expect([await factsAfter(from), answer]).toEqual([[...optIn.facts, ...pace], optIn.says[0]]);
  });

  it.each(placesOf('my_tier'))('我的等级 says in every place that staff keep a locked tier: %s', async (place) => {
    const { visitor, writes, happens, clock } = await aMember();
    await happens(aFact('tier_locked', clock.now(), lu, { tier: 'loyal', by: 'LinXia' }));
    const answer = place === 'page' ? (await visitor.get('/m')).text : await writes('我的等级', replyTo[place]);
    expect([answer.includes('铁杆'), answer.includes('你的等级由顾问为你保留着，不会自动调整。')]).toEqual([
      true,
      true,
    ]);
    expect(answer).not.toContain('再下');
  });

  it('人工 of every place is shown on the page with the answer of staff', async () => {
    const { visitor, writes, db } = await aMember();
    await writes('人工 发票开错了', replyTo.chat_dm);
    await writes('人工 还没收到', replyTo.kf);
    const { text } = await visitor.get('/m/help');
    expect([text.includes('发票开错了'), text.includes('还没收到')]).toEqual([true, true]);
    expect(await db.read.all(`SELECT staff FROM operator_task WHERE kind = 'member_reply'`)).toEqual([
      { staff: 'ZhaoMin' },
    ]);
  });

  describe('换群', () => {
    it('shows no code on the page before the member asks, and the same group everywhere afterwards', async () => {
      const { visitor, writes, happens, clock, db } = await aMember();
      await happens(withKey('fuller', groupRead('wrFuller', '会员群②', ['wmA', 'wmB', 'wmC'], clock.now()) as Fact));
      expect((await visitor.get('/m/group')).text).not.toContain('/m/pictures/group');
      expect((await visitor.get('/m/pictures/group')).status).toBe(404);
      await visitor.submit('/m/group', '/m/acts/change-group');
      expect(await db.read.all('SELECT state FROM move')).toEqual([{ state: 'invited' }]);
      const { text } = await visitor.get('/m/group');
      expect([text.includes('会员群①'), text.includes('/m/pictures/group'), text.includes('change-group')]).toEqual([
        true,
        true,
        false,
      ]);
      expect(await writes('换群', replyTo.kf)).toBe('这是「会员群①」的群码，长按识别就能进。');
      expect(await db.read.all('SELECT state FROM move')).toEqual([{ state: 'invited' }]);
    });

    it('shows no code anywhere while moves are approved and there is none to approve', async () => {
      const { visitor, writes, db } = await aMember({ approve: 'all' });
      await writes('退订', replyTo.kf);
      await db.write((tx) => tx.run('DELETE FROM operator_task'));
      await db.write((tx) => tx.run('DELETE FROM move'));
      const { text } = await visitor.get('/m/group');
      expect(text).toContain('换群要同事先确认，请找同事帮你办。');
      expect(text).not.toContain('/m/pictures/group');
      expect((await visitor.get('/m/pictures/group')).status).toBe(404);
      expect(await writes('换群', replyTo.kf)).toBe('换群要同事先确认，请找同事帮你办。回复「人工」就能找到同事。');
    });

    it('waits for the approval after the press on the page', async () => {
      const { visitor, db } = await aMember({ approve: 'all' });
      expect((await visitor.get('/m/group')).text).toContain('换群要同事先确认一下，确认好就把群码发给你。');
      await db.write((tx) => tx.run('DELETE FROM operator_task'));
      await db.write((tx) => tx.run('DELETE FROM move'));
      const { location } = await visitor.submit('/m/group', '/m/acts/change-group');
      expect((await visitor.get(location)).text).toContain('换群要同事先确认一下');
      expect(await db.read.all(`SELECT kind FROM operator_task WHERE kind = 'approve_move'`)).toHaveLength(1);
      expect((await visitor.get('/m/group')).text).not.toContain('/m/pictures/group');
    });

    it('asks staff for a group when all are full, once, and says so from then on', async () => {
      const { visitor, happens, clock, db } = await aMember();
      await db.write((tx) => tx.run('DELETE FROM move'));
      const people = Array.from({ length: 200 }, (_each, n) => `wmFull${n}`);
      await happens(withKey('full', groupRead('wrMember', '会员群①', people, clock.now()) as Fact));
      await db.write((tx) => tx.run('DELETE FROM operator_task'));
      const asked = await visitor.submit('/m/group', '/m/acts/change-group');
      expect((await visitor.get(asked.location)).text).toContain('已经请同事开新群');
      const tasks = await db.read.all(`SELECT kind FROM operator_task WHERE kind = 'pool_full'`);
      expect(tasks).toHaveLength(1);
      const { text } = await visitor.get('/m/group');
      expect([text.includes('已经请同事开新群'), text.includes('change-group')]).toEqual([true, false]);
    });
  });
});
