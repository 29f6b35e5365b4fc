import type { Action, ActionKind } from '../../domain/action.js';
import type { Context } from '../../domain/context.js';
import { dayOf, momentOf } from '../../domain/day.js';
import type { Evaluation } from '../../domain/evaluate.js';
import type { MemberId, MoveId } from '../../domain/ids.js';
import type { Campaign, CampaignChannel } from '../../domain/messages/index.js';
import type { StoredGroup } from '../../domain/moves/group.js';
import type { Move } from '../../domain/moves/move.js';
import { isLeftOutInHibernation } from '../../domain/sending/hibernation.js';
import { markOf, lapsedReason } from '../../domain/triggers/read-triggers.js';
import { groupStore } from '../groups/group.store.js';
import { storeLinks } from '../links/store-links.js';
import type { Blocker } from '../../outbox/delivery-hooks.js';
import type { OutboxRow } from '../../outbox/outbox-row.js';
import { storableJson } from '../../platform/database/storable.js';
import { actionKindOf, canReach, variantOf } from './choose-channel.js';
import { fillMessage } from './fill-message.js';
import type { CarriedInvitation } from '../moves/invitation.js';
import { joinCode, type Words } from './decide-delivery.js';
import { actionFor, smsFor } from './plan-delivery.js';
import { loadContactRoutes, type ContactRoutes } from './contact-routes.js';
import type { CampaignSource } from '../ruleset/ruleset-source.js';
import type { Run } from '../run.js';

/** A template that does not compile may be repaired before its messages expire: they are checked again after this time. */
const BROKEN_TEMPLATE_RETRY_MS = 10 * 60_000;

/** What the check of queued messages reads: rules, and the members and moves of these messages. */
export interface QueueCheck {
  readonly context: Context;
  readonly campaigns: CampaignSource;
  readonly evaluations: ReadonlyMap<MemberId, Evaluation>;
  readonly moves: ReadonlyMap<MoveId, Move>;
  readonly now: number;
}

export interface CheckedRow {
  readonly row: OutboxRow;
  readonly evaluation: Evaluation;
  /** The version with whose text the message is sent. */
  readonly campaign: Campaign;
}

export interface CheckedReasons {
  /** Messages whose reason still holds. */
  readonly unblocked: readonly CheckedRow[];
  readonly blockers: ReadonlyMap<number, Blocker>;
}

/**
 * Checks whether the template, the audience and the reason of each queued message still hold. Rows without a template or
 * without a member are in neither list of the answer.
 */
export async function checkReasons(rows: readonly OutboxRow[], check: QueueCheck): Promise<CheckedReasons> {
  const unblocked: CheckedRow[] = [];
  const blockers = new Map<number, Blocker>();
  const versions = new Map<string, Campaign | Blocker>();
  for (const row of rows) {
    const evaluation = row.member === null ? undefined : check.evaluations.get(row.member);
    if (row.campaign === null || evaluation === undefined) continue;
    const id = `${row.campaign}@${row.pinnedVersion ?? ''}`;
    const found = versions.get(id) ?? (await campaignFor(row.campaign, row.pinnedVersion, check));
    versions.set(id, found);
    const blocker = 'trigger' in found ? reasonBlocker(row, evaluation, found, check) : found;
    if (blocker) blockers.set(row.id, blocker);
    else if ('trigger' in found) unblocked.push({ row, evaluation, campaign: found });
  }
  return { unblocked, blockers };
}

async function campaignFor(
  key: string,
  pinnedVersion: number | null,
  { context, campaigns, now }: QueueCheck,
): Promise<Campaign | Blocker> {
  const active = context.ruleset.campaigns.find((campaign) => campaign.key === key);
  if (pinnedVersion === null ? active : active?.version === pinnedVersion) return active!;
  const pinned = pinnedVersion === null ? null : await campaigns.compiledVersion(key, pinnedVersion);
  if (pinned) return pinned;
  const code = await campaigns.inactiveReason(key);
  return code === 'template_broken' ? { postponeTo: now + BROKEN_TEMPLATE_RETRY_MS, reason: code } : { cancel: code };
}

function reasonBlocker(
  { move: moveId, ground }: OutboxRow,
  evaluation: Evaluation,
  campaign: Campaign,
  { context, moves }: QueueCheck,
): Blocker | undefined {
  const { values, tagNames } = evaluation.decision;
  const move = moveId === null ? undefined : moves.get(moveId);
  if (move && !['planned', 'invited'].includes(move.state)) return { cancel: 'move_closed' };
  // The member asked for the code themselves and has it.
  if (move?.state === 'invited' && ground?.on === 'move_invited') return { cancel: 'invited_on_request' };
  const lapsed = lapsedReason(campaign, ground, {
    subject: evaluation.subject,
    decision: evaluation.decision,
    ruleset: context.ruleset,
  });
  if (lapsed !== null) return { cancel: lapsed };
  // Checked after the reason itself: a lapsed occasion may return and be answered again, a stopped one counts as answered.
  if (campaign.stopWhen?.holds(values, tagNames)) return { cancel: 'stop_when' };
  if (campaign.audience && !campaign.audience.holds(values, tagNames)) return { cancel: 'not_in_audience' };
  return isLeftOutInHibernation(campaign, values) ? { cancel: 'hibernating' } : undefined;
}

/** Fills the text of these messages again. A message has an entry only if its text differs from the stored one. */
export async function checkWords(run: Run, checked: readonly CheckedRow[]): Promise<Map<number, Blocker>> {
  const { tx } = run;
  const found = new Map<number, Blocker>();
  if (checked.length === 0) return found;
  const routes = await loadContactRoutes(
    tx,
    checked.map(({ evaluation }) => evaluation),
  );
  const groups = checked.some(({ row }) => row.group !== null)
    ? new Map((await groupStore.all(tx)).map((group) => [group.id, group]))
    : new Map<number, StoredGroup>();
  for (const item of checked) {
    const { row, evaluation } = item;
    const group = row.group === null ? undefined : groups.get(row.group);
    const blocker = await textBlocker(run, item, routes.get(evaluation.id)!, group);
    if (blocker) found.set(row.id, blocker);
  }
  return found;
}

async function textBlocker(
  run: Run,
  { row, evaluation, campaign }: CheckedRow,
  routes: ContactRoutes,
  group: StoredGroup | undefined,
): Promise<Blocker | undefined> {
  const { context, now } = run;
  const invitation = group === undefined ? null : invitationOf(row, evaluation, group);
  if (campaign.attach.includes('join_qr') && invitation === null) return { cancel: 'no_join_code' };
  const variant = campaign.variants.find(({ name }) => name === row.variant) ?? variantOf(campaign, evaluation.id);
  const channel = channelFor(row, campaign, (candidate) =>
    canReach(candidate, { welcome: undefined, invitation, routes, variant }, run),
  );
  if (channel === undefined) return { cancel: 'unreachable' };
  const filled = await fillMessage(run, {
    ...{ campaign, variant, channel, evaluation, routes },
    reached: row.ground === null ? undefined : markOf(row.ground),
    group: group ?? null,
    move: row.move ?? undefined,
    attachments: invitation && campaign.attach.includes('join_qr') ? [joinCode(invitation)] : [],
    key: row.key,
  });
  if (!filled.ok) return { suppress: filled.code };
  const today = dayOf(now, context.timeZone);
  if (filled.day !== 'any' && filled.day < today) return { cancel: 'day_passed' };
  if (filled.day !== 'any' && filled.day > today)
    return { postponeTo: momentOf(filled.day, 0, context.timeZone), reason: 'not_yet_the_day' };
  const action = actionWith(filled, channel, { row, campaign, routes });
  const wordsDay = filled.day !== 'any' || filled.namesToday ? today : null;
  const isSame =
    storableJson(action) === storableJson(row.action) && row.version === campaign.version && row.wordsDay === wordsDay;
  if (isSame) return undefined;
  await storeLinks(run, filled.links);
  return { rewrite: { action, version: campaign.version, variant: variant.name, wordsDay } };
}

/** The row's action with the new text. A welcome code and the sender of a mass-send stay as they were planned. */
function actionWith(
  { message, params }: Words,
  channel: CampaignChannel,
  { row, campaign, routes }: Pick<CheckedRow, 'row' | 'campaign'> & { readonly routes: ContactRoutes },
): Action {
  if (channel === 'sms') return smsFor(campaign, message, params, routes);
  if (channel === 'welcome' && row.action.kind === 'send_welcome') return { ...row.action, message };
  if (channel === 'mass_send' && row.action.kind === 'mass_send') return { ...row.action, message };
  return actionFor(channel as Exclude<CampaignChannel, 'sms' | 'welcome'>, message, routes);
}

export const channelOf: Readonly<Partial<Record<ActionKind, CampaignChannel>>> = {
  send_welcome: 'welcome',
  chat_dm: 'chat_dm',
  group_say: 'group_mention',
  kf_say: 'kf',
  mass_send: 'mass_send',
  sms: 'sms',
};

/** The planned channel if the template still has it and it reaches the member; else the first channel that does. */
function channelFor(
  row: OutboxRow,
  campaign: Campaign,
  reaches: (channel: CampaignChannel) => boolean,
): CampaignChannel | undefined {
  const planned = channelOf[row.kind];
  // Only WeCom knows whether the welcome code still works, and whether it still accepts the customer.
  if ((planned === 'welcome' || planned === 'mass_send') && campaign.channels.includes(planned)) return planned;
  if (planned && campaign.channels.includes(planned) && reaches(planned)) return planned;
  return campaign.channels.find((channel) => channel !== 'welcome' && reaches(channel));
}

/** The invitation of a stored message; null if it has none, or if no join code is known. */
export function invitationOf(row: OutboxRow, evaluation: Evaluation, group: StoredGroup): CarriedInvitation | null {
  const storedCode =
    'message' in row.action ? row.action.message.attachments.find(({ kind }) => kind === 'image') : undefined;
  const joinQr = group.joinQr ?? storedCode?.url;
  if (row.move === null || joinQr === undefined) return null;
  return {
    member: evaluation.id,
    move: row.move,
    kind: row.ground?.on === 'move_reminder' ? 'move_reminder' : 'move_invited',
    because: { rule: `move:${group.tier ?? ''}`, values: [] },
    group: { id: group.id, name: group.name, owner: group.owner, joinQr },
  };
}

/** Whether the row is a message of a template to a member. */
export const isMessage = (row: Pick<OutboxRow, 'campaign' | 'kind'>): boolean =>
  row.campaign !== null && Object.values(actionKindOf).includes(row.kind);
