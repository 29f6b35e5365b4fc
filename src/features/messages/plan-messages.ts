import { messagePriority } from '../../domain/priorities.js';
import { dayOf } from '../../domain/day.js';
import type { Evaluation } from '../../domain/evaluate.js';
import { isNudge } from '../../domain/triggers/read-triggers.js';
import type { Occasion } from '../../domain/occasions.js';
import { stepMove } from '../../domain/moves/move.js';
import { unusedKey, isAnswered, type EarlierMessage } from '../../domain/answered-occasions.js';
import { moveStore } from '../moves/move.store.js';
import { messageStore } from '../../outbox/message.store.js';
import { type NewOutboxRow, outboxStore } from '../../outbox/outbox.store.js';
import { capStandings, nothingSent } from './cap-standings.js';
import type { Invitation } from '../moves/invitation.js';
import type { Run } from '../run.js';
import { loadContactRoutes } from './contact-routes.js';
import { massSendDays } from './wecom-cap.js';
import { toldTo, keysOf } from './candidates.js';
import { planDelivery } from './plan-delivery.js';

/**
 * Occasions into outbox rows: who is held back, by which channel, when, in which words. What is not to be sent is
 * written down too, with its reason, under the same key: it is not thought of again.
 */
export async function planMessages(
  run: Run,
  evaluations: readonly Evaluation[],
  invitations: readonly Invitation[],
): Promise<Set<string>> {
  const { tx, context, now } = run;
  const invitationKeys = invitations.flatMap((invitation) => keysOf(invitation, context));
  const asked = evaluations.filter((evaluation) => evaluation.occasions.length > 0);
  if (invitationKeys.length + asked.length === 0) return new Set();
  const known = await outboxStore.existingKeys(tx, invitationKeys);
  const earlier = await messageStore.earlierMessages(
    tx,
    asked.map((evaluation) => evaluation.id),
  );
  const fresh = evaluations.flatMap((evaluation) =>
    toldTo(
      { ...evaluation, occasions: untold(evaluation.occasions, earlier.get(evaluation.id), now) },
      invitations.filter((invitation) => invitation.member === evaluation.id),
      known,
      context,
    ),
  );
  if (fresh.length === 0) return new Set();

  const people = [...new Map(fresh.map(({ evaluation }) => [evaluation.id, evaluation])).values()];
  const ids = people.map((evaluation) => evaluation.id);
  const standings = await capStandings(tx, ids, context, now);
  const reaches = await loadContactRoutes(tx, people);
  const massDays = await massSendDays(tx, ids, context, now);
  const planned: NewOutboxRow[] = [];
  for (const item of fresh.sort((a, b) => b.occasion.campaign.priority - a.occasion.campaign.priority)) {
    const standing = standings.get(item.evaluation.id) ?? nothingSent;
    const days = massDays.get(item.evaluation.id) ?? [];
    const delivery = { ...item, routes: reaches.get(item.evaluation.id)!, standing, massSendDays: days };
    const row = await planDelivery(tx, delivery, { context: context, now });
    if (row.action.kind === 'mass_send' && !row.suppressed)
      massDays.set(item.evaluation.id, [...days, dayOf(row.notBefore, context.timeZone)]);
    planned.push(row);
    if (row.caps !== undefined && !row.suppressed) {
      const { trigger, priority } = item.occasion.campaign;
      const send = {
        at: row.notBefore,
        caps: row.caps,
        isNudge: isNudge(trigger),
        priority: messagePriority(priority),
      };
      standings.set(item.evaluation.id, { ...standing, queued: [...standing.queued, send] });
    }
  }
  await closeUntoldMoves(run, planned);
  return outboxStore.enqueue(tx, planned, now);
}

/** Those that nothing was said on yet, each under a key that is free. */
function untold(
  occasions: readonly Occasion[],
  earlier: ReadonlyMap<string, readonly EarlierMessage[]> = new Map<string, readonly EarlierMessage[]>(),
  now: number,
): Occasion[] {
  return occasions.flatMap((occasion) => {
    const before = earlier.get(occasion.campaign.key) ?? [];
    return isAnswered(occasion, before, now) ? [] : [{ ...occasion, key: unusedKey(occasion.key, before) }];
  });
}

/** A move whose invitation is not to be sent does not hold a place for a week. */
async function closeUntoldMoves({ tx, context, now }: Run, planned: readonly NewOutboxRow[]): Promise<void> {
  for (const row of planned) {
    if (row.move === undefined || row.suppressed === undefined) continue;
    const [move] = await moveStore.byIds(tx, [row.move]);
    const step =
      move &&
      stepMove(move, { kind: 'invitation_settled', sent: false, code: row.suppressed }, context.ruleset.moves, now);
    if (step) await moveStore.step(tx, move, step, now);
  }
}
