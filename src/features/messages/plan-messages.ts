import { messagePriority } from '../../domain/priorities.js';
import type { Circumstances } from '../../domain/context.js';
import { dayOf } from '../../domain/day.js';
import type { Looked } from '../../domain/evaluate.js';
import { asksBack } from '../../domain/triggers/read-triggers.js';
import type { Occasion } from '../../domain/occasions.js';
import { stepMove } from '../../domain/moves/move.js';
import { freeKey, isTold, type EarlierMessage } from '../../domain/told-before.js';
import { moveStore } from '../moves/move.store.js';
import { messageStore } from '../../outbox/message.store.js';
import { type Planned, outboxStore } from '../../outbox/outbox.store.js';
import type { Sql } from '../../platform/database/sql.js';
import { capStandings, nothingSent } from './cap-standings.js';
import type { Invitation } from '../moves/invitation.js';
import { reachesOf } from './contact-routes.js';
import { massSendDays } from './wecom-cap.js';
import { toldTo, keysOf } from './candidates.js';
import { planDelivery } from './plan-delivery.js';

/**
 * Occasions into outbox rows: who is held back, by which channel, when, in which words. What is not to be sent is
 * written down too, with its reason, under the same key: it is not thought of again.
 */
export async function planMessages(
  tx: Sql,
  looked: readonly Looked[],
  invitations: readonly Invitation[],
  on: Circumstances,
  now: number,
): Promise<Set<string>> {
  const invitationKeys = invitations.flatMap((invitation) => keysOf(invitation, on));
  const asked = looked.filter((one) => one.occasions.length > 0);
  if (invitationKeys.length + asked.length === 0) return new Set();
  const known = await outboxStore.known(tx, invitationKeys);
  const earlier = await messageStore.earlier(
    tx,
    asked.map((one) => one.id),
  );
  const fresh = looked.flatMap((one) =>
    toldTo(
      { ...one, occasions: untold(one.occasions, earlier.get(one.id), now) },
      invitations.filter((invitation) => invitation.member === one.id),
      known,
      on,
    ),
  );
  if (fresh.length === 0) return new Set();

  const people = [...new Map(fresh.map(({ one }) => [one.id, one])).values()];
  const ids = people.map((one) => one.id);
  const standings = await capStandings(tx, ids, on, now);
  const reaches = await reachesOf(tx, people);
  const massDays = await massSendDays(tx, ids, on, now);
  const planned: Planned[] = [];
  for (const item of fresh.sort((a, b) => b.occasion.campaign.priority - a.occasion.campaign.priority)) {
    const standing = standings.get(item.one.id) ?? nothingSent;
    const days = massDays.get(item.one.id) ?? [];
    const delivery = { ...item, routes: reaches.get(item.one.id)!, standing, massSendDays: days };
    const row = await planDelivery(tx, delivery, { context: on, now });
    if (row.action.kind === 'mass_send' && !row.suppressed)
      massDays.set(item.one.id, [...days, dayOf(row.notBefore, on.timeZone)]);
    planned.push(row);
    if (row.caps !== undefined && !row.suppressed) {
      const { trigger, priority } = item.occasion.campaign;
      const send = {
        at: row.notBefore,
        caps: row.caps,
        asksBack: asksBack(trigger),
        priority: messagePriority(priority),
      };
      standings.set(item.one.id, { ...standing, queued: [...standing.queued, send] });
    }
  }
  await closeUntoldMoves(tx, planned, on, now);
  return outboxStore.plan(tx, planned, now);
}

/** Those that nothing was said on yet, each under a key that is free. */
function untold(
  occasions: readonly Occasion[],
  earlier: ReadonlyMap<string, readonly EarlierMessage[]> = new Map<string, readonly EarlierMessage[]>(),
  now: number,
): Occasion[] {
  return occasions.flatMap((occasion) => {
    const before = earlier.get(occasion.campaign.key) ?? [];
    return isTold(occasion, before, now) ? [] : [{ ...occasion, key: freeKey(occasion.key, before) }];
  });
}

/** A move whose invitation is not to be sent does not hold a place for a week. */
async function closeUntoldMoves(tx: Sql, planned: readonly Planned[], on: Circumstances, now: number): Promise<void> {
  for (const row of planned) {
    if (row.move === undefined || row.suppressed === undefined) continue;
    const [move] = await moveStore.byIds(tx, [row.move]);
    const step =
      move && stepMove(move, { kind: 'invitation_settled', sent: false, code: row.suppressed }, on.ruleset.moves, now);
    if (step) await moveStore.step(tx, move, step, now);
  }
}
