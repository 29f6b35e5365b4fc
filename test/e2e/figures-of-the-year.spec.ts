import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Conductor } from '../../src/demo/conductor.js';
import { dayOf, isoDay } from '../../src/domain/day.js';
import type { Evaluation } from '../../src/domain/evaluate.js';
import type { Fact, FactOf } from '../../src/domain/fact.js';
import type { MemberId, MoveId } from '../../src/domain/ids.js';
import { templateVariables, type TemplateValues } from '../../src/domain/messages/index.js';
import { metrics } from '../../src/domain/metrics/index.js';
import { loadEvaluations } from '../../src/engine/load-evaluations.js';
import { loadContactRoutes } from '../../src/features/messages/contact-routes.js';
import { loadTemplateValues } from '../../src/features/messages/template-values.js';
import { PushedClock } from '../../src/platform/clock.js';
import { Database } from '../../src/platform/database/database.js';
import type { SandboxRecord } from '../../src/sandbox/sandbox.js';
import { naiveRecount } from '../integration/members/naive-recount.js';
import { aProduct, type TestProduct } from '../support/test-product.js';
import { quickFolder } from '../support/quick-folder.js';

const DAY_MS = 86_400_000;
const zone = 'Asia/Shanghai';
const START = Date.parse('2026-01-05T00:00:00+08:00');
const END = START + 365 * DAY_MS;
const labels: Readonly<Record<string, string>> = { potential: '潜在', regular: '普通', member: '会员', loyal: '铁杆' };
const order = Object.keys(labels);
/** KOL level 3, as config/stages.yaml has it. */
const LEVEL_3 = { messages: 90, days: 18, mentions: 20, people: 5 };

interface StoredBecause {
  readonly rule: string;
  readonly values: readonly { readonly metric: string; readonly have: number | string | boolean | null }[];
}

/** Facts that arrived within so long of a decision may have been applied with it or after it. */
const TOGETHER_MS = 60_000;

/** Facts by which a member is seen. */
const seenKinds = [
  ...['contact_added', 'joined_group', 'sent_message', 'order_paid', 'checked_in', 'invited'],
  ...['visited', 'content_viewed', 'link_clicked', 'wrote_to_service', 'entered_service'],
]
  .map((kind) => `'${kind}'`)
  .join(', ');

/**
 * The figures that the tiers of config/tiers.yaml ask for, counted from the facts that had arrived by a moment, and from
 * nothing else that the product has stored. $1: the member, $2: the moment, $3: of the facts that arrived just before it, the time
 * of the last one that counts.
 */
const figuresInSql = `
  known AS (SELECT id, kind, at, data, CAST((at + 28800000) / 86400000 AS INTEGER) AS day FROM fact
    WHERE member_id = $1 AND state = 1 AND (received_at <= $2 - ${TOGETHER_MS} OR (received_at <= $2 AND at <= $3))),
  today AS (SELECT CAST(($2 + 28800000) / 86400000 AS INTEGER) AS day),
  paid AS (SELECT json_extract(data, '$.orderId') AS order_id, MIN(at) AS at, MIN(day) AS day, MAX(json_extract(data, '$.amountCents')) AS cents
    FROM known WHERE kind = 'order_paid' GROUP BY 1),
  parts AS (SELECT DISTINCT json_extract(data, '$.orderId') AS order_id, at / 1000 AS second, json_extract(data, '$.amountCents') AS cents
    FROM known WHERE kind = 'order_refunded'),
  returned AS (SELECT order_id, SUM(cents) AS cents FROM parts GROUP BY order_id),
  wholly AS (SELECT json_extract(data, '$.orderId') AS order_id FROM known WHERE kind = 'order_refunded' AND json_extract(data, '$.full') = 1),
  standing AS (SELECT paid.day, paid.cents - COALESCE(returned.cents, 0) AS net FROM paid LEFT JOIN returned ON returned.order_id = paid.order_id
    WHERE paid.order_id NOT IN (SELECT order_id FROM wholly) AND (returned.cents IS NULL OR returned.cents < paid.cents)),
  figures AS (SELECT $4 AS told_kol, $5 AS told_top_fifth, $6 AS told_contact,
    (SELECT COUNT(*) FROM standing) AS orders_total,
    (SELECT COUNT(*) FROM standing, today WHERE standing.day > today.day - 90) AS orders_90d,
    (SELECT COALESCE(SUM(net), 0) FROM standing, today WHERE standing.day > today.day - 90) AS spend_90d_cents,
    (SELECT COUNT(*) FROM known WHERE kind = 'sent_message' AND json_extract(data, '$.chatId') IS NOT NULL) AS messages_total,
    (SELECT COUNT(*) FROM known WHERE kind = 'checked_in') AS checkins_total,
    (SELECT COUNT(*) FROM known WHERE kind = 'content_viewed') AS views_total,
    (SELECT MAX(today.day) - MAX(known.day) FROM known, today WHERE kind IN (${seenKinds})) AS days_since_last_seen)`;

/**
 * The tier rules of config/tiers.yaml by hand. What is no count of the member's own facts is taken from the because: the KOL
 * level, the spend of the top fifth, and whether they are a contact.
 */
const regular = '(told_contact = 1 OR messages_total > 0 OR checkins_total > 0 OR views_total > 0)';
const tierRulesInSql: Readonly<Record<string, string>> = {
  'tier:regular:enter': regular,
  'tier:regular:stay': regular,
  'tier:member:enter': '(orders_total >= 1)',
  'tier:member:stay': '(orders_total >= 1)',
  'tier:loyal:enter':
    '(((orders_90d >= 3 AND spend_90d_cents >= told_top_fifth) OR told_kol >= 3) AND COALESCE(days_since_last_seen <= 30, 0))',
  'tier:loyal:stay': '((orders_90d >= 2 OR told_kol >= 2) AND COALESCE(days_since_last_seen <= 60, 0))',
};

let folder: string;
let database: Database;
let product: TestProduct;
let record: SandboxRecord;
let facts: readonly (Fact & { readonly member_id: number })[];
const evaluations: Evaluation[] = [];
const valuesOf = new Map<MemberId, TemplateValues>();
const factsOf = new Map<number, (Fact & { readonly member_id: number })[]>();
const counted = new Map<number, Record<string, number | null>>();
const memberOf = new Map<string, number>();
const all = { variables: templateVariables.map(({ name }) => name) };

async function values(evaluation: Evaluation, about: { move?: MoveId; group?: { name: string; owner: string } } = {}) {
  const context = await product.engine.context();
  const routes = (await loadContactRoutes(database.read, [evaluation])).get(evaluation.id)!;
  const run = { tx: database.read, context, now: END };
  const subject = { campaign: all, reached: undefined, group: about.group ?? null, move: about.move };
  return loadTemplateValues(run, { evaluation, routes, about: subject });
}

const groupsOf = (member: number): SandboxRecord['groups'] =>
  record.groups.filter((group) => group.members.some(({ id, staff }) => !staff && memberOf.get(id) === member));
const matesOf = (member: number): number[] =>
  [
    ...new Set(
      groupsOf(member).flatMap((group) =>
        group.members.flatMap(({ id, staff }) => (staff ? [] : [memberOf.get(id) ?? -1])),
      ),
    ),
  ].filter((mate) => mate !== member);

/** Compares every variable of a template with an independent count over the year's facts and the sandbox's record. */
describe('after the demo year', () => {
  beforeAll(async () => {
    folder = await quickFolder('qunjie-figures-');
    const url = `sqlite:${join(folder, 'product.sqlite')}`;
    const conductor = await Conductor.open({
      startAt: START,
      databaseUrl: url,
      survivesPowerCut: false,
      people: 120,
      months: 12,
      logLevel: 'fatal',
      adminPassword: 'figures-of-the-year',
      productFile: resolve('dist/demo/product-process.js'),
    });
    await conductor.startProduct();
    await conductor.liveUntil(END, () => undefined, { hurry: true });
    record = conductor.sandbox.record();
    await conductor.close();
    database = await Database.open({ url, migrations: [] });
    product = await aProduct(database, { clock: new PushedClock(END) });
    facts = (
      await database.read.all<{
        id: number;
        key: string;
        kind: string;
        at: number;
        ids: string;
        data: string;
        member_id: number;
      }>('SELECT id, key, kind, at, ids, data, member_id FROM fact WHERE state = 1 AND member_id IS NOT NULL')
    ).map((row) => ({ ...row, member: JSON.parse(row.ids), data: JSON.parse(row.data) }) as never);
    for (const fact of facts) factsOf.set(fact.member_id, [...(factsOf.get(fact.member_id) ?? []), fact]);
    for (const [member, own] of factsOf) counted.set(member, naiveRecount(own, END, zone));
    for (const { value, member_id: member } of await database.read.all<{ value: string; member_id: number }>(
      'SELECT value, member_id FROM identity',
    ))
      memberOf.set(value, member);
    const ids = await database.read.all<{ id: MemberId }>('SELECT id FROM member WHERE merged_into IS NULL');
    const context = await product.engine.context();
    for (const evaluation of await loadEvaluations(
      database.read,
      ids.map(({ id }) => id),
      context,
      END,
    )) {
      evaluations.push(evaluation);
      valuesOf.set(evaluation.id, await values(evaluation));
    }
  }, 900_000);
  afterAll(async () => {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('there is enough activity to count', () => {
    expect(facts.length).toBeGreaterThan(5_000);
    expect(evaluations.length).toBeGreaterThan(100);
    const friends = [...valuesOf.values()].filter((shown) => Number(shown['friends_count']) > 0);
    expect(friends.length).toBeGreaterThan(10);
  });

  const each = (
    about: string,
    of: (evaluation: Evaluation, shown: TemplateValues, own: Record<string, number | null>) => object,
  ) =>
    it(about, () => {
      for (const evaluation of evaluations) {
        const own = counted.get(evaluation.id);
        if (!own) continue;
        const shown = valuesOf.get(evaluation.id)!;
        const expected = of(evaluation, shown, own);
        const actual = Object.fromEntries(Object.keys(expected).map((name) => [name, shown[name]]));
        expect({ member: evaluation.id, ...actual }).toEqual({ member: evaluation.id, ...expected });
      }
    });
  const today = dayOf(END, zone);
  const since = (day: number | null | undefined): number | null => (typeof day === 'number' ? today - day : null);

  each('counts match the facts', (evaluation, _shown, own) => ({
    ...Object.fromEntries(
      Object.entries(own).filter(([name]) => metrics.some((metric) => metric.name === name && metric.type === 'int')),
    ),
    // A group counts once, although it has an id in WeCom and another in the chat.
    groups_count: groupsOf(evaluation.id).length,
  }));

  each('days match the facts', (_one, _shown, own) => ({
    days_since_last_seen: since(own['last_seen_day']),
    days_since_last_message: since(own['last_message_day']),
    days_since_last_order: since(own['last_order_day']),
    days_since_joined: since(own['joined_day']),
    days_together: since(own['joined_day']),
    is_anniversary:
      typeof own['joined_day'] === 'number' &&
      isoDay(own['joined_day']) === isoDay(today).replace(/^\d+/, (y) => String(Number(y) - 1)),
    spend_yuan: (own['spend_total_cents'] ?? 0) / 100,
    today: isoDay(today).replace(/^\d+-0?(\d+)-0?(\d+)$/, '$1月$2日'),
    corp_name: '群阶体验社群',
  }));

  each('friends are the people with messages in both directions in a group', (evaluation) => {
    const messagesOf = (member: number) =>
      (factsOf.get(member) ?? []).filter(
        (fact): fact is FactOf<'sent_message'> & { member_id: number } & Fact =>
          fact.kind === 'sent_message' && fact.data.chatId !== undefined,
      );
    const called = (member: number) =>
      new Set(messagesOf(member).flatMap(({ data }) => data.mentions.flatMap((ref) => memberOf.get(ref) ?? [])));
    const mine = called(evaluation.id);
    const friends = [...mine].filter((other) => other !== evaluation.id && called(other).has(evaluation.id));
    return { friends_count: friends.length };
  });

  each('figures about the people of their groups count only those people', (evaluation, _shown, own) => {
    const mates = matesOf(evaluation.id);
    const less = mates.filter((mate) => (counted.get(mate)?.['messages_total'] ?? 0) < (own['messages_total'] ?? 0));
    return {
      in_group: groupsOf(evaluation.id).length > 0,
      bot_in_group: groupsOf(evaluation.id).length > 0,
      percent_ahead: mates.length === 0 ? null : Math.floor((100 * less.length) / mates.length),
    };
  });

  it('groups, owners and staff are the member’s own', () => {
    for (const evaluation of evaluations) {
      const { group_name: group, group_owner: owner, staff_name: staff, name } = valuesOf.get(evaluation.id)!;
      const own = groupsOf(evaluation.id);
      expect(own.length === 0 ? group === null : own.some((each) => each.name === group && each.owner === owner)).toBe(
        true,
      );
      if (staff !== null)
        expect(
          record.pairs.some(
            ({ externalUserId, userid, bond }) =>
              memberOf.get(externalUserId) === evaluation.id && userid === staff && bond === 'mutual',
          ),
        ).toBe(true);
      expect(name === '朋友' || evaluation.stored.state.name.startsWith(String(name).replace('…', ''))).toBe(true);
    }
  });

  const talkDaysOf = (member: number): number =>
    new Set(
      (factsOf.get(member) ?? []).flatMap((fact) =>
        fact.kind === 'sent_message' &&
        fact.data.chatId !== undefined &&
        !fact.data.looksLikeAd &&
        dayOf(fact.at, zone) > today - 30
          ? [dayOf(fact.at, zone)]
          : [],
      ),
    ).size;

  each('the way to the next tier names what is still missing', (evaluation, _shown, own) => {
    const tier = String(evaluation.stored.tier);
    const label = { tier_label: labels[tier]!, next_tier_label: labels[order[order.indexOf(tier) + 1] ?? ''] ?? null };
    if (tier === 'regular') return { ...label, next_step: '再下 1 单，就是会员' };
    if (tier === 'potential') return { ...label, next_step: '再发言 1 条，就是普通；或者再打卡 1 次' };
    if (tier === 'loyal') return { ...label, next_step: null };
    const top = evaluation.decision.values['spend_90d_top_fifth_cents'];
    if ((since(own['last_seen_day']) ?? 99) > 30 || typeof top !== 'number') return label;
    const cents = top - (own['spend_90d_cents'] ?? 0);
    const buying = [
      ...((own['orders_90d'] ?? 0) < 3 ? [`再下 ${3 - (own['orders_90d'] ?? 0)} 单`] : []),
      ...(cents > 0 ? [`近 90 天消费再满 ¥${Math.ceil(cents / 100).toLocaleString('zh-CN')}`] : []),
    ];
    const posts = LEVEL_3.messages - ((own['messages_30d'] ?? 0) - (own['ads_30d'] ?? 0));
    const days = LEVEL_3.days - talkDaysOf(evaluation.id);
    const calls = LEVEL_3.mentions - (own['mentions_30d'] ?? 0);
    const people =
      LEVEL_3.people - (own['mention_people_30d'] ?? Number(evaluation.decision.values['mention_people_30d'] ?? 0));
    const talking = [
      ...(posts > 0 ? [`再发言 ${posts} 条`] : []),
      ...(days > 0 ? [`再有 ${days} 天发言`] : []),
      ...(calls > 0 ? [`再被提及 ${calls} 次`] : []),
      ...(people > 0 ? [`再有 ${people} 位群友提及或回复`] : []),
    ];
    return { ...label, next_step: `${buying.join('、')}，就是铁杆；或者近 30 天${talking.join('、')}` };
  });

  it('an invitation has the right number of the try, and the right old group', async () => {
    const moves = await database.read.all<{
      id: MoveId;
      member_id: number;
      tier: string;
      from_tier: string | null;
      state: string;
      invited_at: number | null;
      joined_at: number | null;
      from_name: string | null;
      still_there: number;
    }>(
      `SELECT m.id, m.member_id, m.tier, m.from_tier, m.state, m.invited_at, m.joined_at, g.name AS from_name,
        EXISTS (SELECT 1 FROM group_person p WHERE p.group_id = g.id AND p.member_id = m.member_id AND p.present = 1 AND g.status = 'active') AS still_there
        FROM move m LEFT JOIN chat_group g ON g.id = m.from_group ORDER BY m.id`,
    );
    expect(moves.length).toBeGreaterThan(50);
    const tries = new Set<unknown>();
    const toLeave = new Set<boolean>();
    for (const move of moves) {
      const evaluation = evaluations.find(({ id }) => id === move.member_id);
      if (!evaluation) continue;
      const before = moves.filter((other) => other.member_id === move.member_id && other.id < move.id);
      const lastDone = before.findLastIndex((other) => other.tier === move.tier && other.state === 'done');
      const failed = before
        .slice(lastDone + 1)
        .filter((other) => other.tier === move.tier && other.invited_at !== null && other.state !== 'done');
      const shown = await values(evaluation, { move: move.id });
      expect(shown).toMatchObject({
        try: failed.length + 1,
        first_placement: before.every((other) => other.invited_at === null && other.joined_at === null),
        moving_down: order.indexOf(move.tier) < order.indexOf(move.from_tier ?? ''),
        old_group_name: move.still_there === 1 ? move.from_name : null,
      });
      tries.add(shown['try']);
      if (move.from_name !== null) toLeave.add(move.still_there === 1);
    }
    expect(tries.size).toBeGreaterThan(1);
    expect(toLeave.size).toBe(2);
  });

  it('every change of tier rests on figures that the raw facts of its time bear out', async () => {
    const decisions = await database.read.all<{ member_id: number; at: number; code: string; because: string }>(
      `SELECT member_id, at, code, because FROM decision
       WHERE kind = 'tier' AND code IN ('first', 'up', 'down', 'warned', 'recovered')
         AND member_id NOT IN (SELECT merged_into FROM member WHERE merged_into IS NOT NULL) ORDER BY id`,
    );
    const checked = new Map<string, number>();
    const wrong: string[] = [];
    for (const { member_id: member, at, code, because } of decisions) {
      const { rule, values } = JSON.parse(because) as StoredBecause;
      const holds = tierRulesInSql[rule];
      if (holds === undefined) continue;
      const told = Object.fromEntries(values.map(({ metric, have }) => [metric, Number(have ?? 0)]));
      // Facts that arrive together are applied one part after another, the oldest first, so the last ones may count or not.
      const together = await database.read.all<{ at: number }>(
        `SELECT DISTINCT at FROM fact WHERE member_id = $1 AND state = 1 AND received_at <= $2 AND received_at > $2 - ${TOGETHER_MS} ORDER BY at DESC`,
        [member, at],
      );
      const spokeFor = code === 'first' || code === 'up' || code === 'recovered';
      let isBorneOut = false;
      for (const last of [...together.map((fact) => fact.at), 0]) {
        const row = await database.read.one<Record<string, number | null>>(
          `WITH ${figuresInSql} SELECT figures.*, ${holds} AS holds FROM figures`,
          [member, at, last, told['kol_level'] ?? 0, told['spend_90d_top_fifth_cents'] ?? 0, told['is_contact'] ?? 0],
        );
        const isSame = values.every(({ metric, have }) => !(metric in row!) || row![metric] === have);
        isBorneOut ||= isSame && (row!['holds'] === 1) === spokeFor;
      }
      if (!isBorneOut) wrong.push(`${member} ${new Date(at).toISOString()} ${code} ${because}`);
      checked.set(`${rule} ${code}`, (checked.get(`${rule} ${code}`) ?? 0) + 1);
    }
    expect(wrong).toEqual([]);
    for (const each of [
      'regular:enter first',
      'member:enter up',
      'loyal:enter up',
      'loyal:stay warned',
      'loyal:stay down',
    ])
      expect(checked.get(`tier:${each}`) ?? 0, each).toBeGreaterThan(0);
  });

  it('tags and tiers do not flap', async () => {
    const rows = await database.read.all<{
      member_id: number;
      at: number;
      kind: 'tag' | 'stage' | 'tier';
      code: string | null;
      title: string;
      because: string;
    }>(
      `SELECT member_id, at, kind, code, title, because FROM decision WHERE kind IN ('tag', 'stage', 'tier') ORDER BY member_id, at, id`,
    );
    const tags = product.rulesets.rules.tags.map(({ name, when }) => ({
      name,
      mirrors: when.metrics.length === 1 && ['tier', 'stage'].includes(when.metrics[0]!),
    }));
    const mirrored = new Set(tags.flatMap(({ name, mirrors }) => (mirrors ? [`tag:${name}`] : [])));
    expect(mirrored.size).toBe(11);
    let flips = 0;
    const flapping = new Set<number>();
    const tagOn = new Map<string, boolean>();
    const stageLeft = new Map<string, number>();
    const stageOf = new Map<number, string>();
    const lastMove = new Map<number, { readonly code: string; readonly at: number }>();
    for (const { member_id: member, at, kind, code, title, because } of rows) {
      const { rule } = JSON.parse(because) as { rule: string };
      if (kind === 'tag' && !mirrored.has(rule)) {
        const isOn = title.includes('打上');
        // The first time that a member gets a tag is no flip; whatever undoes the change before it is one.
        if (tagOn.get(`${member} ${rule}`) === !isOn) flips += 1;
        tagOn.set(`${member} ${rule}`, isOn);
      }
      if (kind === 'stage') {
        // The tags that mirror a stage flip when the member is back in a stage that they left within 30 days.
        const before = stageOf.get(member);
        if (before !== undefined && before !== rule) stageLeft.set(`${member} ${before}`, at);
        if (before !== rule && at - (stageLeft.get(`${member} ${rule}`) ?? -Infinity) < 30 * DAY_MS) flips += 1;
        stageOf.set(member, rule);
      }
      if (kind === 'tier' && (code === 'up' || code === 'down')) {
        const before = lastMove.get(member);
        if (before && before.code !== code && at - before.at < 30 * DAY_MS) flapping.add(member);
        lastMove.set(member, { code, at });
      }
    }
    expect(rows.length).toBeGreaterThan(1_000);
    expect(flips + flapping.size).toBeLessThan(1_500);
    expect(flapping.size).toBeLessThan(evaluations.length / 100);
  });
});
