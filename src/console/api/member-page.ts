import type { Context } from '../../domain/context.js';
import { DAY_MS } from '../../domain/day.js';
import type { Evaluation } from '../../domain/evaluate.js';
import { asMemberId, type MemberId } from '../../domain/ids.js';
import type { LocalizedText } from '../../domain/localized-text.js';
import { metricSections, type MetricValue } from '../../domain/metrics/index.js';
import { rfmOf } from '../../domain/layers/rfm.js';
import { policyFor, type Preference } from '../../domain/sending/preference.js';
import { budgetAt, placeSend } from '../../domain/sending/send-policy.js';
import { loadCapUsage, nothingSent } from '../../features/messages/cap-usage.js';
import { preferenceStore } from '../../features/members/preference.store.js';
import { closesAt, messagesLeft, windowRefusal } from '../../domain/service/service-window.js';
import { serviceWindowStore } from '../../features/service/service-window.store.js';
import { layerLabel } from '../../insights/words/layer-words.js';
import { reasonLabel } from '../../insights/words/reason-words.js';
import { loadEvaluations } from '../../engine/load-evaluations.js';
import { rulesNow } from '../../insights/explain.js';
import { groupsOf, idsOf, tagsOn } from '../../insights/member-profile.js';
import { listMoves } from '../../insights/moves.js';
import { memberName } from '../../insights/names.js';
import type { Sql } from '../../platform/database/sql.js';
import { tierCard } from './tier-card.js';

/** No cap window is longer than this. */
const SEARCHED_DAYS = 62;

/** Everything known about one member. The figures are evaluated now, not taken from the last review. */
export async function memberPage(sql: Sql, member: number, context: Context, now: number) {
  const [evaluation] = await loadEvaluations(sql, [asMemberId(member)], context, now);
  if (!evaluation) return null;
  const { state, tier, tierSince, stage, stageSince } = evaluation.stored;
  const moves = await listMoves(sql, { member, limit: 1 }, { now, ...rulesNow(context.ruleset, context.vocabulary) });
  const ids = await idsOf(sql, member);
  const preference = await preferenceStore.of(sql, evaluation.id);
  return {
    id: member,
    name: memberName({ id: member, name: state.name }),
    ids,
    tier,
    tierSince,
    tierLock: state.tierLock,
    stage,
    stageSince,
    isContact: state.isContact,
    optedOut: state.optedOut,
    joinedAt: state.joinedAt,
    lastSeenAt: state.lastSeenAt,
    ...layersOf(evaluation, context),
    kolLevel: evaluation.decision.kolLevel,
    metrics: [...context.vocabulary.metrics.values()].map(({ name, label, type, unit, section, family }) => ({
      name,
      label,
      type,
      unit: unit ?? null,
      section: metricSections[section],
      family: family === undefined ? null : { label: family.label, days: family.days ?? null },
      value: evaluation.decision.values[name] ?? null,
      words: labelOf(name, evaluation.decision.values[name]),
    })),
    tags: await tagsOn(sql, member),
    groups: await groupsOf(sql, member),
    openMove: moves.items.find((move) => move.closedAt === null) ?? null,
    budget: await budget(sql, { evaluation, preference }, context, now),
    preference: { pace: preference.pace, quiet: preference.quiet },
    service: await serviceWindow(sql, evaluation.id, now),
    tierCard: tierCard(evaluation, context.ruleset),
  };
}

function layersOf({ decision: { values } }: Evaluation, { ruleset: { layers } }: Context) {
  const argo = layers.argo.find(({ key }) => key === values['argo']);
  return {
    rfm: rfmOf(values, layers.rfm),
    argo: argo ? { key: argo.key, label: argo.label } : null,
    isKey: values['is_key'] === true,
  };
}

export type MemberPage = NonNullable<Awaited<ReturnType<typeof memberPage>>>;

/** Until when and how often the member may be written to through customer service; null when they never wrote there. */
async function serviceWindow(sql: Sql, member: MemberId, now: number) {
  const window = (await serviceWindowStore.ofMembers(sql, [member])).get(member)?.[0];
  if (!window) return null;
  const refusal = windowRefusal(window, window.sends, 1, now);
  return {
    wroteAt: window.wroteAt === 0 ? null : window.wroteAt,
    closesAt: closesAt(window),
    left: Math.max(0, messagesLeft(window, window.sends)),
    servedBy: window.servedBy,
    servicer: window.servicer,
    refusal: refusal === null ? null : reasonLabel(refusal),
  };
}

/** How many messages the caps still allow, and from when (epoch ms; null: now). */
async function budget(
  sql: Sql,
  { evaluation, preference }: { readonly evaluation: Evaluation; readonly preference: Preference },
  context: Context,
  now: number,
) {
  const sending = policyFor(context.ruleset.sending, preference);
  const usage = await loadCapUsage({ tx: sql, context, now }, [evaluation.id]);
  const { gone, queued } = usage.get(evaluation.id) ?? nothingSent;
  const sends = [...gone, ...queued];
  const left = budgetAt(now, sends, sending);
  const until = now + SEARCHED_DAYS * DAY_MS;
  const request = { from: now, until, timing: 'now', caps: 'counted' } as const;
  const placed = placeSend(request, sends, sending, context.timeZone);
  const at = placed.kind === 'at' ? placed.notBefore : until;
  return {
    dayLeft: left.day,
    monthLeft: left.month,
    nextAllowedAt: at <= now ? null : at,
  };
}

const labelOf = (metric: string, value: MetricValue | undefined): LocalizedText | null =>
  typeof value === 'string' ? layerLabel(metric, value) : null;
