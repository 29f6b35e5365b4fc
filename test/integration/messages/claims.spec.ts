import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { DAY_MS, dayOf, isoDay } from '../../../src/domain/day.js';
import { factData, type Fact, type FactOf } from '../../../src/domain/fact.js';
import type { MetricValues } from '../../../src/domain/metrics/index.js';
import type { MoveId } from '../../../src/domain/ids.js';
import { bodyFor, renderBody, type Campaign } from '../../../src/domain/messages/index.js';
import { exampleMark } from '../../../src/domain/triggers/read-triggers.js';
import { loadEvaluations } from '../../../src/engine/load-evaluations.js';
import { loadContactRoutes } from '../../../src/features/messages/contact-routes.js';
import { loadTemplateValues } from '../../../src/features/messages/template-values.js';
import { moveStore } from '../../../src/features/moves/move.store.js';
import { groupStore } from '../../../src/features/groups/group.store.js';
import { PushedClock } from '../../../src/platform/clock.js';
import type { Database } from '../../../src/platform/database/database.js';
import { freshSqlite } from '../../support/databases.js';
import { aProduct, groupRead, MONDAY, type TestProduct } from '../../support/test-product.js';
import { FakeChannel } from '../../support/fake-channel.js';

const zone = 'Asia/Shanghai';
const people = ['wm-1', 'wm-2', 'wm-3'];
const groups = { 'wr-1': '潜在交流群①', 'wr-2': '普通群①', 'wr-3': '会员群①', 'R:4': '闲聊群' } as const;
const chats = Object.keys(groups);

const kinds = [
  'contact_added',
  'joined_group',
  'left_group',
  'sent_message',
  'sent_message',
  'order_paid',
  'checked_in',
  'content_viewed',
  'visited',
] as const;
const someFact = fc.record({
  kind: fc.constantFrom(...kinds),
  who: fc.nat({ max: people.length - 1 }),
  daysAgo: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constantFrom(29, 30, 89, 90, 364, 365, 366), fc.nat(400)),
  /** Undefined for a private message. */
  chat: fc.constantFrom(...chats, undefined),
  mentions: fc.subarray(people),
  answers: fc.option(fc.nat(20)),
  isAd: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  times: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(1, 1, 2, 12, 100) },
    { weight: 1, arbitrary: fc.constant(1_000) },
  ),
});
type SomeFact = (typeof someFact)['generate'] extends (...args: never) => { value: infer V } ? V : never;

function factsOf(some: readonly SomeFact[], now: number): Fact[] {
  let made = 0;
  return some.flatMap(({ kind, who, daysAgo, chat, mentions, answers, isAd, times }) =>
    // A visitor visits on seven days; a speaker sends `times` messages.
    Array.from({ length: kind === 'sent_message' ? times : kind === 'visited' ? 7 : 1 }, (_, nth) => {
      made += 1;
      const data = factData[kind].parse({
        chatId: kind === 'sent_message' ? chat : (chat ?? 'wr-1'),
        staff: 'LinXia',
        orderId: `o-${made}`,
        amountCents: 100 * made,
        contentId: 'c',
        mentions,
        looksLikeAd: isAd,
        ...(answers === null ? {} : { replyTo: `f-${answers}` }),
      });
      // Every fact has its own millisecond, because of two facts that contradict each other the later one counts.
      const day = kind === 'visited' ? daysAgo + nth : daysAgo;
      const at = now - day * DAY_MS - 60_000 + made;
      return { key: `f-${made}`, kind, at, member: { externalUserId: people[who]! }, data } as unknown as Fact;
    }),
  );
}

/** What happened to one member, counted from the facts without any code of the product. */
class Truth {
  private readonly today: number;

  constructor(
    private readonly all: readonly Fact[],
    readonly id: string,
    now: number,
  ) {
    this.today = dayOf(now, zone);
  }

  private of<K extends Fact['kind']>(kind: K, id = this.id): FactOf<K>[] {
    return this.all.filter(
      (fact): fact is FactOf<K> & Fact => fact.kind === kind && fact.member.externalUserId === id,
    ) as FactOf<K>[];
  }
  private daysAgo = (at: number): number => this.today - dayOf(at, zone);
  private within = (facts: readonly { at: number }[], days: number): number =>
    facts.filter(({ at }) => this.daysAgo(at) < days).length;
  private said = (id = this.id) => this.of('sent_message', id).filter(({ data }) => data.chatId !== undefined);

  messages = (days = Infinity): number => this.within(this.said(), days);
  ads = (): number => this.said().filter(({ data }) => data.looksLikeAd).length;
  orders = (): number => this.of('order_paid').length;
  checkins = (): number => this.of('checked_in').length;
  private checkinDays = (): number[] => this.of('checked_in').map(({ at }) => dayOf(at, zone));
  longestStreak(): number {
    const days = new Set(this.checkinDays());
    const lengthFrom = (day: number): number => (days.has(day) ? 1 + lengthFrom(day + 1) : 0);
    return Math.max(0, ...[...days].map(lengthFrom));
  }
  daysWithoutCheckin = (): number => this.today - Math.max(...this.checkinDays());
  viewsAndVisits = (days: number): number => this.within([...this.of('content_viewed'), ...this.of('visited')], days);
  firstDay(): string {
    const days = [...this.of('contact_added'), ...this.of('joined_group')].map(({ at }) => dayOf(at, zone));
    return isoDay(Math.min(...days));
  }
  chatsOf(id: string): string[] {
    const last = new Map<string, boolean>();
    for (const fact of [...this.of('joined_group', id), ...this.of('left_group', id)].sort((a, b) => a.at - b.at))
      last.set(fact.data.chatId, fact.kind === 'joined_group');
    return [...last].filter(([, there]) => there).map(([chat]) => chat);
  }
  mates = (): string[] =>
    people.filter((id) => id !== this.id && this.chatsOf(id).some((chat) => this.chatsOf(this.id).includes(chat)));
  aheadOf(): number {
    const mates = this.mates();
    const less = mates.filter((id) => this.said(id).length < this.said().length).length;
    return Math.floor((100 * less) / mates.length);
  }
  /** Mentions and answers in both directions with the person with whom there were most, within so many days. */
  mostExchanged(days: number): number {
    const author = new Map(this.all.map((fact) => [fact.key, fact]));
    const addressed = (from: string, to: string): number =>
      this.said(from)
        .filter(({ at }) => this.daysAgo(at) < days)
        .flatMap(({ data }) => [...data.mentions, author.get(data.replyTo ?? '')?.member.externalUserId ?? ''])
        .filter((who) => who === to).length;
    return Math.max(...people.map((id) => (id === this.id ? 0 : addressed(this.id, id) + addressed(id, this.id))));
  }
  friends(): number {
    const author = new Map(this.all.map((fact) => [fact.key, fact]));
    const mentioned = (from: string, to: string) => this.said(from).some(({ data }) => data.mentions.includes(to));
    const answered = (from: string, to: string) =>
      this.said(from).some(({ data }) => {
        const message = author.get(data.replyTo ?? '');
        return message?.kind === 'sent_message' && message.member.externalUserId === to;
      });
    const addressed = (from: string, to: string) => mentioned(from, to) || answered(from, to);
    return people.filter(
      (id) =>
        id !== this.id &&
        ((addressed(this.id, id) && addressed(id, this.id)) || answered(this.id, id) || answered(id, this.id)),
    ).length;
  }
}

type Shown = {
  readonly campaign: Campaign;
  readonly tier: string;
  readonly invitedBefore: boolean;
  readonly today: string;
};
type Claim = readonly [RegExp, (truth: Truth, found: readonly string[], shown: Shown) => boolean];
const n = (text: string | undefined): number => Number((text ?? '').replaceAll(',', ''));

/** Every claim that a shipped text makes about the reader, and when it is true. */
const claims: readonly Claim[] = [
  [
    /这一周你在群里说了 (\d+) 句话，谢谢你愿意和大家聊/,
    (t, [, x]) => t.messages(7) === n(x) && n(x) > 0 && t.ads() === 0,
  ],
  [/近 30 天你在群里说了 (\d+) 句话/, (t, [, x]) => t.messages(30) === n(x) && n(x) > 0 && t.ads() === 0],
  [
    /(?:到今天|· )你?和 ?(\d+) 位群友互相聊过|你和 (\d+) 位群友互相聊过/,
    (t, [, x, y]) => t.friends() === n(x ?? y) && t.friends() > 0,
  ],
  [/(?:到今天|· )你在群里说了 ([\d,]+) 句话/, (t, [, x]) => t.messages() === n(x) && n(x) > 0],
  [/已经算得上是老朋友/, (t) => t.messages() >= 10 && t.ads() === 0],
  [/谢谢你来看我们/, (t) => t.viewsAndVisits(30) > 0],
  [/同群的人里，(\d+)% 说得比你少/, (t, [, x]) => t.mates().length > 0 && t.aheadOf() === n(x)],
  [/一百句话/, (t) => t.messages() >= 100],
  [/一千句话/, (t) => t.messages() >= 1_000],
  [/打了 ([\d,]+) 次卡/, (t, [, x]) => t.checkins() === n(x) && n(x) > 0],
  [/选了我们 ([\d,]+) 次/, (t, [, x]) => t.orders() === n(x) && n(x) > 0],
  [/之前买的|收到你下的单/, (t) => t.orders() > 0],
  [/第一单/, (t) => t.orders() === 1],
  [/第 (\d+) 单/, (t, [, x]) => t.orders() >= n(x)],
  [/连续打卡满 (\d+) 天/, (t, [, x]) => t.longestStreak() >= n(x)],
  [/来来回回聊了至少 (\d+) 句/, (t, [, x]) => t.mostExchanged(7) >= n(x)],
  [/这几天没看到你打卡/, (t) => t.checkins() > 0 && t.daysWithoutCheckin() > 3],
  [/在群里说一声|先看看、听听|直接在群里说|把群设成免打扰|留在现在的群/, (t) => t.chatsOf(t.id).length > 0],
  [/在群里发「我的等级」/, (t) => t.chatsOf(t.id).includes('R:4')],
  [/去年的今天/, (t, _, { today }) => t.firstDay() === `${Number(today.slice(0, 4)) - 1}${today.slice(4)}`],
  [
    /「([^」]+)」会由同事帮你退出/,
    (t, [, name]) => t.chatsOf(t.id).some((chat) => groups[chat as keyof typeof groups] === name),
  ],
  [/欢迎！给你准备了适合新朋友的群/, (_, __, { invitedBefore }) => !invitedBefore],
  [/上次给你留的位置|之前邀请过你/, (_, __, { invitedBefore }) => invitedBefore],
  [
    /你现在的等级是(..)，/,
    (_, [, label], { tier }) => label === { regular: '普通', member: '会员', loyal: '铁杆', potential: '潜在' }[tier],
  ],
  [/再下 1 单，就是会员/, (t, _, { tier }) => tier === 'regular' && t.orders() === 0],
  [/你现在是我们的(..)了/, (_, [, label], { tier }) => label === { member: '会员', loyal: '铁杆' }[tier]],
];
/** Figures that make no claim about the reader. */
const explained = /「[^」]*」|近 30 天|近 90 天|一个月|¥[\d,]+|再[^，。；、]*?\d+ [单条天次]/g;
/** Promises that nobody keeps, and words that sound like mockery. */
const banned = /不会再催|节日|群里因为你|第一时间|认真改|记下来|我们把群重新理了理|扫描二维码/;

function due({ trigger }: Campaign, truth: Truth, values: MetricValues): boolean {
  if (trigger.on === 'reached' && trigger.metric === 'orders_total') return truth.orders() >= trigger.at[0]!;
  if (trigger.on === 'reached' && trigger.metric === 'messages_total') return truth.messages() >= trigger.at[0]!;
  const value = 'metric' in trigger ? values[trigger.metric] : undefined;
  if (trigger.on === 'reached') return typeof value === 'number' && value >= trigger.at[0]!;
  if (trigger.on === 'share') return typeof value === 'number' && value >= trigger.at;
  return trigger.on !== 'rank' || (typeof value === 'number' && value <= trigger.within);
}

/** Five orders, eight check-ins in a row up to today and up to four days ago, and a thousand words to one person. */
function fullLives(): SomeFact[] {
  const act = { daysAgo: 0, chat: 'wr-1', mentions: [] as string[], answers: null, isAd: false, times: 1 as const };
  const days = (from: number): number[] => Array.from({ length: 8 }, (_, day) => from + day);
  return [
    ...[0, 1, 2].map((who) => ({ ...act, kind: 'joined_group' as const, who, daysAgo: 60 })),
    ...Array.from({ length: 5 }, () => ({ ...act, kind: 'order_paid' as const, who: 0 })),
    ...days(0).map((daysAgo) => ({ ...act, kind: 'checked_in' as const, who: 1, daysAgo })),
    ...days(4).map((daysAgo) => ({ ...act, kind: 'checked_in' as const, who: 2, daysAgo })),
    { ...act, kind: 'sent_message', who: 0, mentions: [people[1]!], times: 1_000 as const },
    { ...act, kind: 'sent_message', who: 1, mentions: [people[0]!] },
  ];
}

/** Claims that some text made: the others were not tested. */
const made = new Set<RegExp>();
let db: Database | undefined;
afterEach(() => db?.close());

async function checkTexts(product: TestProduct, facts: readonly Fact[]): Promise<number> {
  const now = product.clock.now();
  const context = await product.engine.context();
  let texts = 0;
  for (const id of people) {
    const truth = new Truth(facts, id, now);
    const row = await product.db.read.one<{ member_id: never }>('SELECT member_id FROM identity WHERE value = $1', [
      id,
    ]);
    const [evaluation] = row ? await loadEvaluations(product.db.read, [row.member_id], context, now) : [];
    if (!evaluation) continue;
    const routes = (await loadContactRoutes(product.db.read, [evaluation])).get(evaluation.id)!;
    const move = await product.db.read.one<{ id: MoveId; to_group: never; before: number }>(
      `SELECT id, to_group, (SELECT COUNT(*) FROM move p WHERE p.member_id = move.member_id AND p.id < move.id AND p.invited_at IS NOT NULL) AS before
        FROM move WHERE member_id = $1 AND closed_at IS NULL ORDER BY id DESC`,
      [evaluation.id],
    );
    const turn = move && (await moveStore.turns(product.db.read, [move.id])).get(move.id);
    for (const campaign of context.ruleset.campaigns) {
      const { trigger } = campaign;
      if (trigger.on === 'move_invited' && trigger.turn !== undefined && trigger.turn !== turn) continue;
      const audience = campaign.audience?.holds(evaluation.decision.values, evaluation.decision.tagNames) ?? true;
      const stopped = campaign.stopWhen?.holds(evaluation.decision.values, evaluation.decision.tagNames) ?? false;
      const isMove = campaign.trigger.on.startsWith('move_') || campaign.attach.length > 0;
      if (!audience || stopped || (isMove && !move) || !due(campaign, truth, evaluation.decision.values)) continue;
      if (campaign.trigger.on === 'one_step' && evaluation.decision.values['tier'] !== 'regular') continue;
      const group = isMove ? ((await groupStore.byId(product.db.read, move!.to_group)) ?? null) : null;
      const about = { campaign, reached: exampleMark(campaign.trigger), group, move: isMove ? move!.id : undefined };
      const values = await loadTemplateValues({ tx: product.db.read, context, now }, { evaluation, routes, about });
      const shown: Shown = {
        campaign,
        tier: String(evaluation.decision.values['tier']),
        invitedBefore: Number(move?.before ?? 0) > 0,
        today: isoDay(dayOf(now, zone)),
      };
      for (const channel of campaign.channels) {
        const rendered = renderBody(bodyFor(campaign.variants[0]!, channel), values);
        if (!rendered.ok) throw new Error(`${campaign.key} by ${channel}: ${rendered.message.en}`);
        let rest = rendered.text;
        for (const [pattern, isTrue] of claims) {
          const found = pattern.exec(rendered.text);
          if (!found) continue;
          made.add(pattern);
          if (!isTrue(truth, found, shown)) throw new Error(`${id}, ${campaign.key} by ${channel}: ${found[0]}`);
          rest = rest.replace(found[0], '');
        }
        expect(rest.replace(explained, ''), `${campaign.key}: a figure that no claim explains`).not.toMatch(/\d/);
        expect(rendered.text, campaign.key).not.toMatch(banned);
        texts += 1;
      }
    }
  }
  return texts;
}

it('claims only what happened, in every shipped text and after any history', async () => {
  let texts = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(someFact, { minLength: 4, maxLength: 40 }), fc.nat(3), async (some, joiner) => {
      db = await freshSqlite();
      const clock = new PushedClock(MONDAY);
      const channel = new FakeChannel();
      const product = await aProduct(db, { channel, clock });
      await product.happens(
        ...Object.entries(groups).map(([chat, name]) => groupRead(chat, name, [], MONDAY - 500 * DAY_MS)),
      );
      const facts = [
        ...factsOf(some, clock.now()),
        ...people.slice(0, joiner).map(
          (externalUserId, index): Fact =>
            ({
              key: `joined-${index}`,
              kind: 'contact_added',
              at: MONDAY - 30 * DAY_MS,
              member: { externalUserId },
              data: { staff: 'LinXia', mutual: true },
            }) as Fact,
        ),
      ];
      await product.happens(...facts);
      texts += await checkTexts(product, facts);
      // Staff tap the mass-sends; an invitation that nobody accepted is followed by another one.
      for (const hours of [4, 24 * 8, 24 * 32]) {
        const refs = await db.read.all<{ external_ref: string }>(
          'SELECT external_ref FROM mass_batch WHERE external_ref IS NOT NULL',
        );
        for (const { external_ref: ref } of refs) channel.confirmed.add(ref);
        await product.later(hours);
      }
      texts += await checkTexts(product, facts);
      await db.close();
    }),
    { numRuns: 25, examples: [[fullLives(), 3]] },
  );
  expect(texts).toBeGreaterThan(200);
  expect(made.size).toBeGreaterThanOrEqual(claims.length - 6);
}, 120_000);
