import type { Because } from '../../domain/because.js';
import type { Campaign, CampaignChannel } from '../../domain/messages/index.js';
import { markOf } from '../../domain/triggers/read-triggers.js';
import { groupStore } from '../groups/group.store.js';
import { moveStore } from '../moves/move.store.js';
import { contactPairStore } from '../members/contact-pair.store.js';
import type { OutboxRow, NewOutboxRow } from '../../outbox/outbox.store.js';
import type { Sql } from '../../platform/database/sql.js';
import { capStandings, nothingSent } from './cap-standings.js';
import { channelOf, checkReasons, invitationTo, type CheckedRow, type QueuedWorld } from './check-queued.js';
import { canReach, variantOf } from './choose-channel.js';
import { planDelivery } from './plan-delivery.js';
import { loadContactRoutes } from './contact-routes.js';
import { massSendDays } from './wecom-cap.js';

type World = Pick<QueuedWorld, 'context' | 'campaigns' | 'evaluations'>;

/** The channels that come after the one a row was tried by. */
function channelsAfter({ kind }: Pick<OutboxRow, 'kind'>, { channels }: Campaign): readonly CampaignChannel[] {
  const tried = channelOf[kind];
  return tried === undefined ? [] : channels.slice(channels.indexOf(tried) + 1).filter((one) => one !== tried);
}

/**
 * A message that certainly was not sent, by the next of its template's channels that reaches the member: within what is
 * left of its window, the caps and the quiet hours. Null when there is none, or when nothing is to be said any more.
 */
export async function planFallback(
  tx: Sql,
  { row, code }: { readonly row: OutboxRow; readonly code: string },
  world: World,
  now: number,
): Promise<NewOutboxRow | null> {
  const { context } = world;
  const [checked] = await stillWanted(tx, [row], world, now);
  if (!checked) return null;
  const { evaluation, campaign } = checked;
  const { values, tagNames } = evaluation.decision;
  // Their record says so when the callback comes; what WeCom said of the attempt is as good.
  const isLost =
    code === 'not_a_contact' && !(await contactPairStore.openOfMembers(tx, [evaluation.id])).has(evaluation.id);
  if (isLost && campaign.audience && !campaign.audience.holds({ ...values, is_contact: false }, tagNames)) return null;
  const channels = channelsAfter(row, campaign);
  if (channels.length === 0) return null;
  const group = row.group === null ? null : await groupStore.byId(tx, row.group);
  const invitation = group ? invitationTo(row, evaluation, group) : null;
  if (campaign.attach.includes('join_qr') && row.move !== null && invitation === null) return null;
  const because: Because = { rule: `campaign:${campaign.key}`, version: campaign.version, values: [] };
  const ground = row.ground ?? { on: 'contact_added' as const, at: now };
  const mark = row.ground === null ? undefined : markOf(row.ground);
  const told = {
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
    // The window of a greeting's code is not that of its campaign.
    ...(row.kind === 'send_welcome' || row.expiresAt === null ? {} : { until: row.expiresAt }),
  };
  const routes = (await loadContactRoutes(tx, [evaluation])).get(evaluation.id)!;
  const standing = (await capStandings(tx, [evaluation.id], context, now, row.id)).get(evaluation.id) ?? nothingSent;
  const massDays = (await massSendDays(tx, [evaluation.id], context, now)).get(evaluation.id) ?? [];
  const delivery = { ...told, routes, standing, massSendDays: massDays };
  const planned = await planDelivery(tx, delivery, { context, now });
  return planned.suppressed === undefined ? planned : null;
}

/** Of these rows, those that a later channel of their template could take to the member. */
export async function reachableByFallback(
  sql: Sql,
  rows: readonly OutboxRow[],
  world: World,
  now: number,
): Promise<ReadonlySet<number>> {
  const { context } = world;
  const later = rows.filter((row) => {
    const campaign = context.ruleset.campaigns.find(({ key }) => key === row.campaign);
    return campaign !== undefined && channelsAfter(row, campaign).length > 0;
  });
  if (later.length === 0) return new Set();
  const wanted = await stillWanted(sql, later, world, now);
  const reaches = await loadContactRoutes(sql, [
    ...new Map(wanted.map(({ evaluation }) => [evaluation.id, evaluation])).values(),
  ]);
  return new Set(
    wanted.flatMap(({ row, evaluation, campaign }) => {
      const told = { occasion: {}, invitation: null };
      const variant = variantOf(campaign, evaluation.id);
      const leads = channelsAfter(row, campaign).some((channel) =>
        canReach(channel, told, reaches.get(evaluation.id)!, variant, context, now),
      );
      // An invitation's code does not go in every way: whether it can is found when it is planned.
      return leads && row.move === null ? [row.id] : [];
    }),
  );
}

/** Those of which nothing stands against the message itself. */
async function stillWanted(
  sql: Sql,
  rows: readonly OutboxRow[],
  { context, campaigns, evaluations }: World,
  now: number,
): Promise<readonly CheckedRow[]> {
  const open = await moveStore.byIds(sql, [...new Set(rows.flatMap((row) => row.move ?? []))]);
  const moves = new Map(open.map((move) => [move.id, move]));
  const { standing } = await checkReasons(rows, { context, campaigns, evaluations, moves, now });
  return standing;
}
