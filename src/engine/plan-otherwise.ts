import type { Because } from '../domain/because.js';
import type { MemberId } from '../domain/ids.js';
import type { Ground } from '../domain/triggers/index.js';
import type { Planned } from '../outbox/outbox.store.js';
import type { Sql } from '../platform/database/sql.js';
import { capStandings, nothingSent } from './caps.js';
import type { Circumstances } from './look.js';
import { lookedFor } from './looked-for.js';
import { massSendDays, plannedRow, withinWecomCap } from './plan-messages.js';
import { reachesOf } from './reach.js';

/** A greeting that could not go with its code, by the next of its campaign's channels; null when there is none. */
export async function planOtherwise(
  tx: Sql,
  member: MemberId,
  row: { readonly key: string; readonly campaign: string; readonly ground: Ground | null },
  on: Circumstances,
  now: number,
): Promise<Planned | null> {
  const campaign = on.ruleset.campaigns.find(({ key }) => key === row.campaign);
  const [one] = campaign ? await lookedFor(tx, [member], on, now) : [];
  if (!campaign || !one) return null;
  const standings = await capStandings(tx, [member], on, now);
  const reach = (await reachesOf(tx, [one])).get(member)!;
  const because: Because = { rule: `campaign:${campaign.key}`, version: campaign.version, values: [] };
  const ground = row.ground ?? { on: 'contact_added' as const, at: now };
  const told = { one, occasion: { campaign, key: row.key, id: null, ground, because }, invitation: null };
  const own = await plannedRow(tx, told, reach, standings.get(member) ?? nothingSent, on, now);
  const massDays = await massSendDays(tx, [member], on, now);
  const planned = withinWecomCap(own, massDays.get(member) ?? [], on);
  return planned.suppressed === undefined ? planned : null;
}
