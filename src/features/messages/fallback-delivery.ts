import type { Because } from '../../domain/because.js';
import type { Campaign, CampaignChannel } from '../../domain/messages/index.js';
import { markOf } from '../../domain/triggers/read-triggers.js';
import { groupStore } from '../groups/group.store.js';
import { moveStore } from '../moves/move.store.js';
import { storeLinks } from '../links/store-links.js';
import { currentPreferences } from '../members/current-preferences.js';
import { contactPairStore } from '../members/contact-pair.store.js';
import type { OutboxRow, NewOutboxRow } from '../../outbox/outbox-row.js';
import type { Run } from '../run.js';
import type { Sql } from '../../platform/database/sql.js';
import { loadCapUsage, nothingSent } from './cap-usage.js';
import { channelOf, checkReasons, invitationOf, type CheckedRow, type QueueCheck } from './check-queued.js';
import { canReach, variantOf } from './choose-channel.js';
import { planDelivery } from './plan-delivery.js';
import { loadContactRoutes } from './contact-routes.js';
import { massSendDays } from './wecom-cap.js';

type FallbackCheck = Pick<QueueCheck, 'context' | 'campaigns' | 'evaluations'>;

/** The channels of the template after the one that was tried. */
function channelsAfter({ kind }: Pick<OutboxRow, 'kind'>, { channels }: Campaign): readonly CampaignChannel[] {
  const tried = channelOf[kind];
  return tried === undefined ? [] : channels.slice(channels.indexOf(tried) + 1).filter((channel) => channel !== tried);
}

/**
 * Plans a message that certainly was not sent again, by the next channel of its template that reaches the member, within
 * the rest of its window, the caps and the quiet hours. Null when there is no such channel or the message's reason lapsed.
 */
export async function planFallback(
  tx: Sql,
  { row, code }: { readonly row: OutboxRow; readonly code: string },
  check: FallbackCheck,
  now: number,
): Promise<NewOutboxRow | null> {
  const { context } = check;
  const [checked] = await stillValid(tx, [row], check, now);
  if (!checked) return null;
  const { evaluation, campaign } = checked;
  const { values, tagNames } = evaluation.decision;
  // The callback that the contact is gone may still be on its way: WeCom's answer to the attempt shows it already.
  const isLost =
    code === 'not_a_contact' && !(await contactPairStore.openOfMembers(tx, [evaluation.id])).has(evaluation.id);
  if (isLost && campaign.audience && !campaign.audience.holds({ ...values, is_contact: false }, tagNames)) return null;
  const channels = channelsAfter(row, campaign);
  if (channels.length === 0) return null;
  // A greeting expires with its welcome code, so that its campaign's own window starts now.
  const until = row.kind === 'send_welcome' || row.expiresAt === null ? undefined : row.expiresAt;
  const planned = await planAnew({ tx, context, now }, checked, { channels, until });
  return planned === null || planned.suppressed !== undefined ? null : planned;
}

/**
 * The message of a row as it would be planned now, by these channels of its template; with the code of what refuses it when
 * it is suppressed. Null when it needs a join code and there is none. `withoutCaps`: a person sends it in spite of the caps.
 */
export async function planAnew(
  run: Run,
  { row, evaluation, campaign }: CheckedRow,
  {
    channels,
    until,
    withoutCaps = false,
  }: {
    readonly channels: readonly CampaignChannel[];
    readonly until?: number | undefined;
    readonly withoutCaps?: boolean;
  },
): Promise<NewOutboxRow | null> {
  const { tx, context, now } = run;
  const group = row.group === null ? null : await groupStore.byId(tx, row.group);
  const invitation = group ? invitationOf(row, evaluation, group) : null;
  if (campaign.attach.includes('join_qr') && row.move !== null && invitation === null) return null;
  const because: Because = { rule: `campaign:${campaign.key}`, version: campaign.version, values: [] };
  const ground = row.ground ?? { on: 'contact_added' as const, at: now };
  const mark = row.ground === null ? undefined : markOf(row.ground);
  const candidate = {
    evaluation,
    occasion: {
      campaign: { ...campaign, channels },
      key: row.key,
      id: null,
      ground,
      because,
      ...(mark === undefined ? {} : { reached: mark }),
    },
    invitation,
    ...(until === undefined ? {} : { until }),
  };
  const routes = (await loadContactRoutes(tx, [evaluation])).get(evaluation.id)!;
  const used = withoutCaps ? undefined : (await loadCapUsage(run, [evaluation.id], row.id)).get(evaluation.id);
  const massDays = (await massSendDays(tx, [evaluation.id], context, now)).get(evaluation.id) ?? [];
  const preference = (await currentPreferences(tx, [evaluation.id])).get(evaluation.id);
  const limits = { capUsage: used ?? nothingSent, massSendDays: massDays, preference };
  const planned = await planDelivery(run, { ...candidate, routes, ...limits, isDrawn: true });
  if (planned.row.suppressed === undefined) await storeLinks(run, planned.links);
  return planned.row;
}

/** The ids of those rows that a later channel of their template could deliver. */
export async function reachableByFallback(
  sql: Sql,
  rows: readonly OutboxRow[],
  check: FallbackCheck,
  now: number,
): Promise<ReadonlySet<number>> {
  const { context } = check;
  const withLaterChannel = rows.filter((row) => {
    const campaign = context.ruleset.campaigns.find(({ key }) => key === row.campaign);
    return campaign !== undefined && channelsAfter(row, campaign).length > 0;
  });
  if (withLaterChannel.length === 0) return new Set();
  const valid = await stillValid(sql, withLaterChannel, check, now);
  const routes = await loadContactRoutes(
    sql,
    valid.map(({ evaluation }) => evaluation),
  );
  return new Set(
    valid.flatMap(({ row, evaluation, campaign }) => {
      const variant = variantOf(campaign, evaluation.id);
      const question = { welcome: undefined, invitation: null, routes: routes.get(evaluation.id)!, variant };
      const isReachable = channelsAfter(row, campaign).some((channel) => canReach(channel, question, { context, now }));
      // Not every channel can carry an invitation's join code: only planning decides that.
      return isReachable && row.move === null ? [row.id] : [];
    }),
  );
}

/** The rows whose template, audience and reason still hold. */
async function stillValid(
  sql: Sql,
  rows: readonly OutboxRow[],
  { context, campaigns, evaluations }: FallbackCheck,
  now: number,
): Promise<readonly CheckedRow[]> {
  const open = await moveStore.byIds(sql, [...new Set(rows.flatMap((row) => row.move ?? []))]);
  const moves = new Map(open.map((move) => [move.id, move]));
  const { unblocked } = await checkReasons(rows, { context, campaigns, evaluations, moves, now });
  return unblocked;
}
