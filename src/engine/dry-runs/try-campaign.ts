import type { Context } from '../../domain/context.js';
import type { Evaluation } from '../../domain/evaluate.js';
import type { CampaignChannel, Template } from '../../domain/messages/index.js';
import { decideEach } from '../../features/messages/launch-estimate.js';
import type { Sql } from '../../platform/database/sql.js';
import { loadEvaluations } from '../load-evaluations.js';
import { MOST_EVALUATED } from './count-outcomes.js';
import { differenceStore } from './differences.store.js';

/** What one member of the audience would get if the text were sent now. */
export interface Tried {
  readonly evaluation: Evaluation;
  /** Null when nothing would be sent. */
  readonly sent: { readonly channel: CampaignChannel; readonly text: string; readonly notBefore: number } | null;
  /** The reason code why nothing would be sent. */
  readonly held: string | null;
}

/** How far the choice moves with each round, so that rounds show other members: the golden section. */
const ROUND_SHIFT = 0.618;

/**
 * Tries a text on so many members, spread evenly over its audience; another `round` takes others. The same round takes the
 * same members as long as the audience stays. Only reads. `found`: how many the audience has.
 */
export async function tryCampaign(
  sql: Sql,
  { template, count, round }: { readonly template: Template; readonly count: number; readonly round: number },
  current: Context,
  now: number,
): Promise<{ readonly found: number; readonly tried: readonly Tried[] }> {
  const campaign = { ...template, version: 0 };
  const context: Context = { ...current, ruleset: { ...current.ruleset, campaigns: [campaign] } };
  const { found, ids } = await differenceStore.audience(sql, template.audience, { ...context, now }, MOST_EVALUATED);
  const most = Math.min(count, ids.length);
  const shift = (round * ROUND_SHIFT) % 1;
  const chosen = Array.from({ length: most }, (_, n) => ids[Math.floor(((n + shift) * ids.length) / most)]!);
  const evaluations = await loadEvaluations(sql, chosen, context, now);
  const tried: Tried[] = [];
  await decideEach(
    { tx: sql, context, now },
    evaluations.map((evaluation) => {
      const occasion = evaluation.occasions.find((candidate) => candidate.campaign.key === campaign.key);
      return { evaluation, occasion: { campaign, reached: occasion?.reached, welcome: occasion?.welcome } };
    }),
    ({ evaluation }, decision) => {
      const sent =
        decision.kind === 'send'
          ? { channel: decision.channel, text: decision.words.message.text, notBefore: decision.notBefore }
          : null;
      tried.push({ evaluation, sent, held: decision.kind === 'send' ? null : decision.code });
    },
  );
  return { found, tried };
}
