import type { Action, ActionKind } from '../../domain/action.js';
import type { Context } from '../../domain/context.js';
import { dayOf, momentOf } from '../../domain/day.js';
import type { Evaluation } from '../../domain/evaluate.js';
import type { MemberId, MoveId } from '../../domain/ids.js';
import type { Campaign, CampaignChannel } from '../../domain/messages/index.js';
import type { StoredGroup } from '../../domain/moves/group.js';
import type { Move } from '../../domain/moves/move.js';
import { markOf, lapsedReason } from '../../domain/triggers/read-triggers.js';
import { groupStore } from '../groups/group.store.js';
import type { Blocker } from '../../outbox/delivery-hooks.js';
import type { OutboxRow } from '../../outbox/outbox.store.js';
import { storableJson } from '../../platform/database/storable.js';
import { abilityOf, canReach, variantOf } from './choose-channel.js';
import { fillMessage } from './fill-message.js';
import type { Invitation } from '../moves/invitation.js';
import { joinCode } from './decide-delivery.js';
import { actionFor, smsFor } from './plan-delivery.js';
import { loadContactRoutes, type ContactRoutes } from './contact-routes.js';
import type { CampaignSource } from '../ruleset/ruleset-source.js';
import type { Run } from '../run.js';

/** A template that no longer compiles may be mended while its messages are still worth sending. */
const LOOK_AGAIN_MS = 10 * 60_000;

/** What is known of the members whose messages are about to go. */
export interface QueuedWorld {
  readonly context: Context;
  readonly campaigns: CampaignSource;
  readonly evaluations: ReadonlyMap<MemberId, Evaluation>;
  readonly moves: ReadonlyMap<MoveId, Move>;
  readonly now: number;
}

export interface CheckedRow {
  readonly row: OutboxRow;
  readonly evaluation: Evaluation;
  /** The version whose words it goes in. */
  readonly campaign: Campaign;
}

/** Messages whose reason still stands, and what stands against the others. */
export interface CheckedReasons {
  readonly standing: readonly CheckedRow[];
  readonly blockers: ReadonlyMap<number, Blocker>;
}

/**
 * Asks of each message in the queue whether its template, its audience and its reason still stand. Rows of no template or
 * no member are in neither answer.
 */
export async function checkReasons(rows: readonly OutboxRow[], world: QueuedWorld): Promise<CheckedReasons> {
  const standing: CheckedRow[] = [];
  const blockers = new Map<number, Blocker>();
  const versions = new Map<string, Campaign | Blocker>();
  for (const row of rows) {
    const evaluation = row.member === null ? undefined : world.evaluations.get(row.member);
    if (row.campaign === null || evaluation === undefined) continue;
    const id = `${row.campaign}@${row.pinnedVersion ?? ''}`;
    const found = versions.get(id) ?? (await campaignFor(row.campaign, row.pinnedVersion, world));
    versions.set(id, found);
    const blocker = 'trigger' in found ? whyNotSent(row, evaluation, found, world) : found;
    if (blocker) blockers.set(row.id, blocker);
    else if ('trigger' in found) standing.push({ row, evaluation, campaign: found });
  }
  return { standing, blockers };
}

async function campaignFor(
  key: string,
  pinnedVersion: number | null,
  { context, campaigns, now }: QueuedWorld,
): Promise<Campaign | Blocker> {
  const active = context.ruleset.campaigns.find((campaign) => campaign.key === key);
  if (pinnedVersion === null ? active : active?.version === pinnedVersion) return active!;
  const kept = pinnedVersion === null ? null : await campaigns.compiledVersion(key, pinnedVersion);
  if (kept) return kept;
  const code = await campaigns.inactiveReason(key);
  return code === 'template_broken' ? { postponeTo: now + LOOK_AGAIN_MS, reason: code } : { cancel: code };
}

function whyNotSent(
  { move, ground }: OutboxRow,
  evaluation: Evaluation,
  campaign: Campaign,
  { context, moves }: QueuedWorld,
): Blocker | undefined {
  const { values, tagNames } = evaluation.decision;
  const its = move === null ? undefined : moves.get(move);
  if (its && !['planned', 'invited'].includes(its.state)) return { cancel: 'move_closed' };
  const gone = lapsedReason(campaign, ground, {
    subject: evaluation.subject,
    decision: evaluation.decision,
    ruleset: context.ruleset,
  });
  if (gone !== null) return { cancel: gone };
  // After the reason itself: an occasion that is gone may come again, and one that was stopped was answered.
  if (campaign.stopWhen?.holds(values, tagNames)) return { cancel: 'stop_when' };
  if (campaign.audience && !campaign.audience.holds(values, tagNames)) return { cancel: 'not_in_audience' };
  return undefined;
}

/** The words of these messages as they are today. An answer is only there where they differ from the stored ones. */
export async function checkWords(run: Run, checked: readonly CheckedRow[]): Promise<Map<number, Blocker>> {
  const { tx } = run;
  const found = new Map<number, Blocker>();
  if (checked.length === 0) return found;
  const people = [...new Map(checked.map(({ evaluation }) => [evaluation.id, evaluation])).values()];
  const reaches = await loadContactRoutes(tx, people);
  const groups = checked.some(({ row }) => row.group !== null)
    ? new Map((await groupStore.all(tx)).map((group) => [group.id, group]))
    : new Map<number, StoredGroup>();
  for (const item of checked) {
    const { row, evaluation } = item;
    const group = row.group === null ? undefined : groups.get(row.group);
    const blocker = await wordsOf(run, item, reaches.get(evaluation.id)!, group);
    if (blocker) found.set(row.id, blocker);
  }
  return found;
}

async function wordsOf(
  { tx, context, now }: Run,
  { row, evaluation, campaign }: CheckedRow,
  reach: ContactRoutes,
  group: StoredGroup | undefined,
): Promise<Blocker | undefined> {
  const invitation = group === undefined ? null : invitationTo(row, evaluation, group);
  if (campaign.attach.includes('join_qr') && invitation === null) return { cancel: 'no_join_code' };
  const variant = campaign.variants.find(({ name }) => name === row.variant) ?? variantOf(campaign, evaluation.id);
  const channel = channelFor(row, campaign, (candidate) =>
    canReach(candidate, { occasion: {}, invitation }, reach, variant, context, now),
  );
  if (channel === undefined) return { cancel: 'unreachable' };
  const filled = await fillMessage(
    tx,
    {
      campaign,
      variant,
      channel,
      evaluation,
      reach,
      reached: row.ground === null ? undefined : markOf(row.ground),
      group: group ?? null,
      move: row.move ?? undefined,
      attachments: invitation && campaign.attach.includes('join_qr') ? [joinCode(invitation)] : [],
    },
    context,
    now,
  );
  if (!filled.ok) return { suppress: filled.code };
  const today = dayOf(now, context.timeZone);
  if (filled.day !== 'any' && filled.day < today) return { cancel: 'day_passed' };
  if (filled.day !== 'any' && filled.day > today)
    return { postponeTo: momentOf(filled.day, 0, context.timeZone), reason: 'not_yet_the_day' };
  const { message, params } = filled;
  const own = channelOf[row.kind] === channel;
  const action: Action =
    channel === 'sms'
      ? smsFor(campaign, message, params, reach)
      : channel === 'welcome' && row.action.kind === 'send_welcome'
        ? { ...row.action, message }
        : channel === 'mass_send' && own && row.action.kind === 'mass_send'
          ? { ...row.action, message }
          : actionFor(channel as Exclude<CampaignChannel, 'sms' | 'welcome'>, message, reach);
  const wordsDay = filled.day !== 'any' || filled.namesToday ? today : null;
  const isSame =
    storableJson(action) === storableJson(row.action) && row.version === campaign.version && row.wordsDay === wordsDay;
  return isSame ? undefined : { rewrite: { action, version: campaign.version, variant: variant.name, wordsDay } };
}

export const channelOf: Readonly<Partial<Record<ActionKind, CampaignChannel>>> = {
  send_welcome: 'welcome',
  chat_dm: 'chat_dm',
  group_say: 'group_mention',
  mass_send: 'mass_send',
  sms: 'sms',
};

/** The way it was planned for, while the template has it and it leads to the member; else the first that does. */
function channelFor(
  row: OutboxRow,
  campaign: Campaign,
  leads: (channel: CampaignChannel) => boolean,
): CampaignChannel | undefined {
  const planned = channelOf[row.kind];
  // Whether the code of a greeting still works, and whether WeCom takes a customer, is theirs to say.
  if ((planned === 'welcome' || planned === 'mass_send') && campaign.channels.includes(planned)) return planned;
  if (planned && campaign.channels.includes(planned) && leads(planned)) return planned;
  return campaign.channels.find((channel) => channel !== 'welcome' && leads(channel));
}

export function invitationTo(row: OutboxRow, evaluation: Evaluation, group: StoredGroup): Invitation | null {
  const sent =
    'message' in row.action ? row.action.message.attachments.find(({ kind }) => kind === 'image') : undefined;
  const joinQr = group.joinQr ?? sent?.url;
  if (row.move === null || joinQr === undefined) return null;
  return {
    member: evaluation.id,
    move: row.move,
    kind: row.ground?.on === 'move_reminder' ? 'move_reminder' : 'move_invited',
    direction: 'up',
    because: { rule: `move:${group.tier ?? ''}`, values: [] },
    group: { id: group.id, name: group.name, owner: group.owner, joinQr },
  };
}

/** The kinds of action a message to a member can be. */
export const isMessage = (row: Pick<OutboxRow, 'campaign' | 'kind'>): boolean =>
  row.campaign !== null && Object.values(abilityOf).includes(row.kind);
