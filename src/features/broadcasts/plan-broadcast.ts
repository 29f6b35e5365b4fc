import { messageKey } from '../../domain/action-keys.js';
import { HOUR_MS } from '../../domain/day.js';
import type { Evaluation } from '../../domain/evaluate.js';
import type { Campaign } from '../../domain/messages/index.js';
import { becauseOf } from '../../domain/ruleset.js';
import { outboxStore } from '../../outbox/outbox.store.js';
import { storeLinks } from '../links/store-links.js';
import { planCandidates } from '../messages/plan-messages.js';
import type { Run } from '../run.js';
import type { Broadcast } from './broadcast.store.js';

/**
 * Plans a broadcast for these members as campaigns are planned: the same caps, hours, channels and reasons. A member who has
 * a row of it already gets none, so that planning twice makes one.
 */
export async function planBroadcast(
  run: Run,
  { broadcast, campaign }: { readonly broadcast: Broadcast; readonly campaign: Campaign },
  evaluations: readonly Evaluation[],
): Promise<void> {
  const { audience, key, version, windowHours } = campaign;
  const keyOf = ({ id }: Evaluation) => messageKey(key, id, `b${broadcast.id}`);
  const existing = await outboxStore.existingKeys(run.tx, evaluations.map(keyOf));
  const candidates = evaluations
    .filter((evaluation) => !existing.has(keyOf(evaluation)))
    .filter(({ decision }) => audience?.holds(decision.values, decision.tagNames) ?? true)
    .map((evaluation) => {
      const { values, tagNames } = evaluation.decision;
      const rule = `campaign:${key}`;
      return {
        evaluation,
        invitation: null,
        // The same end for all, however long planning takes.
        until: broadcast.startsAt + windowHours * HOUR_MS,
        occasion: {
          campaign,
          key: keyOf(evaluation),
          id: keyOf(evaluation),
          ground: { on: 'broadcast' as const, broadcast: broadcast.id },
          because: audience
            ? becauseOf(rule, version, audience.explain(values, tagNames))
            : { rule, version, values: [] },
        },
      };
    });
  if (candidates.length === 0) return;
  const planned = await planCandidates(run, candidates);
  await outboxStore.enqueue(
    run.tx,
    planned.map(({ row }) => row),
    run.now,
  );
  await storeLinks(
    run,
    planned.flatMap(({ links }) => links),
  );
}
