import { messagePriority } from '../../domain/priorities.js';
import { dayOf } from '../../domain/day.js';
import type { Evaluation } from '../../domain/evaluate.js';
import { isNudge } from '../../domain/triggers/read-triggers.js';
import type { Occasion } from '../../domain/occasions.js';
import { stepMove } from '../../domain/moves/move.js';
import { unusedKey, isAnswered, wasSentToday, type EarlierMessage } from '../../domain/answered-occasions.js';
import { moveStore } from '../moves/move.store.js';
import { currentPreferences } from '../members/current-preferences.js';
import { messageStore } from '../../outbox/message.store.js';
import type { NewOutboxRow } from '../../outbox/outbox-row.js';
import { outboxStore } from '../../outbox/outbox.store.js';
import { loadCapUsage, nothingSent } from './cap-usage.js';
import { storeLinks } from '../links/store-links.js';
import type { Invitation } from '../moves/invitation.js';
import type { Run } from '../run.js';
import { loadContactRoutes } from './contact-routes.js';
import { massSendDays } from './wecom-cap.js';
import { messageCandidates, invitationKeysOf, type MessageCandidate } from './candidates.js';
import { planDelivery, type PlannedMessage } from './plan-delivery.js';

/**
 * Plans a message for every new occasion and invitation. Messages that must not be sent are stored, too, with the reason and
 * under the same key, so that they are not planned again. Answers the keys that are new.
 */
export async function planMessages(
  run: Run,
  evaluations: readonly Evaluation[],
  invitations: readonly Invitation[],
): Promise<Set<string>> {
  const candidates = await newCandidates(run, evaluations, invitations);
  if (candidates.length === 0) return new Set();
  const planned = await planCandidates(run, candidates);
  const rows = planned.map(({ row }) => row);
  await closeUninvitedMoves(run, rows);
  const newKeys = await outboxStore.enqueue(run.tx, rows, run.now);
  await storeLinks(
    run,
    planned.flatMap(({ links }) => links),
  );
  return newKeys;
}

async function newCandidates(
  { tx, context, now }: Run,
  evaluations: readonly Evaluation[],
  planned: readonly Invitation[],
): Promise<MessageCandidate[]> {
  const turns = await moveStore.turns(
    tx,
    planned.flatMap(({ kind, move }) => (kind === 'move_invited' ? [move] : [])),
  );
  const invitations = planned.map((invitation) => ({ ...invitation, turn: turns.get(invitation.move) }));
  const invitationKeys = invitations.flatMap((invitation) => invitationKeysOf(invitation, context));
  const withOccasions = evaluations.filter((evaluation) => evaluation.occasions.length > 0);
  if (invitationKeys.length + withOccasions.length === 0) return [];
  const existingKeys = await outboxStore.existingKeys(tx, invitationKeys);
  const earlier = await messageStore.earlierMessages(
    tx,
    withOccasions.map((evaluation) => evaluation.id),
  );
  return evaluations.flatMap((evaluation) =>
    messageCandidates(
      { ...evaluation, occasions: unanswered(evaluation.occasions, earlier.get(evaluation.id), now) },
      invitations.filter((invitation) => invitation.member === evaluation.id),
      existingKeys,
      context,
    ),
  );
}

/** Highest priority first: each planned message counts against the caps of those after it. */
export async function planCandidates(run: Run, candidates: readonly MessageCandidate[]): Promise<PlannedMessage[]> {
  const { tx, context, now } = run;
  const people = [...new Map(candidates.map(({ evaluation }) => [evaluation.id, evaluation])).values()];
  const ids = people.map((evaluation) => evaluation.id);
  const capUsages = await loadCapUsage(run, ids);
  const preferences = await currentPreferences(tx, ids);
  const routes = await loadContactRoutes(tx, people);
  const massDays = await massSendDays(tx, ids, context, now);
  const planned: PlannedMessage[] = [];
  for (const candidate of candidates.toSorted((a, b) => b.occasion.campaign.priority - a.occasion.campaign.priority)) {
    const { id } = candidate.evaluation;
    const capUsage = capUsages.get(id) ?? nothingSent;
    const days = massDays.get(id) ?? [];
    const limits = { capUsage, massSendDays: days, preference: preferences.get(id) };
    const message = await planDelivery(run, { ...candidate, routes: routes.get(id)!, ...limits });
    planned.push(message);
    const { row } = message;
    if (row.suppressed) continue;
    if (row.action.kind === 'mass_send') massDays.set(id, [...days, dayOf(row.notBefore, context.timeZone)]);
    if (row.caps === undefined) continue;
    const { trigger, priority } = candidate.occasion.campaign;
    const send = { at: row.notBefore, caps: row.caps, isNudge: isNudge(trigger), priority: messagePriority(priority) };
    capUsages.set(id, { ...capUsage, queued: [...capUsage.queued, send] });
  }
  return planned;
}

/** The occasions that no earlier message has answered, each with a key that is not used yet. */
export function unanswered(
  occasions: readonly Occasion[],
  earlier: ReadonlyMap<string, readonly EarlierMessage[]> = new Map<string, readonly EarlierMessage[]>(),
  now: number,
): Occasion[] {
  return occasions.flatMap((occasion) => {
    const before = earlier.get(occasion.campaign.key) ?? [];
    if (isAnswered(occasion, before, now)) return [];
    const refusal = wasSentToday(occasion, before, now) ? { refusal: 'told_today' } : {};
    return [{ ...occasion, ...refusal, key: unusedKey(occasion.key, before) }];
  });
}

/** Closes the moves whose invitation is suppressed, so that they do not reserve a place for a week. */
async function closeUninvitedMoves({ tx, context, now }: Run, planned: readonly NewOutboxRow[]): Promise<void> {
  for (const row of planned) {
    if (row.move === undefined || row.suppressed === undefined) continue;
    const [move] = await moveStore.byIds(tx, [row.move]);
    const step =
      move &&
      stepMove(move, { kind: 'invitation_settled', sent: false, code: row.suppressed }, context.ruleset.moves, now);
    if (step) await moveStore.step(tx, move, step, now);
  }
}
