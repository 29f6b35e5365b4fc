import type { ActionKind } from '../../domain/action.js';
import type { Context } from '../../domain/context.js';
import type { Evaluation } from '../../domain/evaluate.js';
import type { Campaign, CampaignChannel } from '../../domain/messages/index.js';
import { isInvitation } from '../../domain/triggers/read-triggers.js';
import type { Sql } from '../../platform/database/sql.js';
import { capStandings, nothingSent } from './cap-standings.js';
import { abilityOf } from './choose-channel.js';
import { loadContactRoutes } from './contact-routes.js';
import type { Delivery, DeliveryDecision } from './decide-delivery.js';
import { decidedWithFigures } from './plan-delivery.js';
import { massSendDays } from './wecom-cap.js';

/** What telling some members of a campaign would have to do. */
export interface Launch {
  /** Messages by the way they go, mass sends counted by receiver. */
  readonly messages: Readonly<Partial<Record<ActionKind, number>>>;
  readonly channels: Readonly<Partial<Record<CampaignChannel, number>>>;
  /** Of these messages, those that quiet hours, slots or caps put off to a later time. */
  readonly later: number;
  /** Members who would not be told, by why. */
  readonly held: Readonly<Record<string, number>>;
  /** The tasks staff would find on their phones, each one tap for every 10 000 receivers: the same words by the same sender. */
  readonly tasks: readonly { readonly sender: string; readonly receivers: number }[];
}

const AT_ONCE = 500;

/** As the plan would have it if every one of them were told now: who is reached how, in which words, and who is not. */
export async function launchTasks(
  sql: Sql,
  evaluations: readonly Evaluation[],
  campaign: Campaign,
  context: Context,
  now: number,
): Promise<Launch> {
  const tally = new Tally();
  for (let from = 0; from < evaluations.length; from += AT_ONCE) {
    const some = evaluations.slice(from, from + AT_ONCE);
    const ids = some.map((evaluation) => evaluation.id);
    const routes = await loadContactRoutes(sql, some);
    const standings = await capStandings(sql, ids, context, now);
    const massDays = await massSendDays(sql, ids, context, now);
    for (const evaluation of some) {
      const { gone, queued } = standings.get(evaluation.id) ?? nothingSent;
      const occasion = evaluation.occasions.find((candidate) => candidate.campaign.key === campaign.key);
      const delivery: Delivery = {
        evaluation,
        occasion: { campaign, reached: occasion?.reached, welcome: occasion?.welcome },
        invitation: null,
        groupIsOpen: isInvitation(campaign.trigger),
        routes: routes.get(evaluation.id)!,
        // What is queued is taken to go: it is the safe side for who asks how many a launch would reach.
        standing: { gone: [...gone, ...queued], queued: [] },
        massSendDays: massDays.get(evaluation.id) ?? [],
      };
      tally.add(delivery, await decidedWithFigures(sql, delivery, { context: context, now }), now);
    }
  }
  return tally.launch();
}

/** Counts what is decided for each member. */
class Tally {
  private readonly messages: Partial<Record<ActionKind, number>> = {};
  private readonly channels: Partial<Record<CampaignChannel, number>> = {};
  private readonly held: Record<string, number> = {};
  private readonly tasks = new Map<string, { readonly sender: string; receivers: number }>();
  private later = 0;

  add({ evaluation, routes }: Delivery, decision: DeliveryDecision, now: number): void {
    if (decision.kind !== 'send') {
      this.held[decision.code] = (this.held[decision.code] ?? 0) + 1;
      return;
    }
    const { channel, words, notBefore } = decision;
    this.channels[channel] = (this.channels[channel] ?? 0) + 1;
    this.messages[abilityOf[channel]] = (this.messages[abilityOf[channel]] ?? 0) + 1;
    if (notBefore > now) this.later += 1;
    if (channel !== 'mass_send' || routes.staff === null) return;
    // Words that are not known before the group is chosen are taken to be each member's own.
    const key = JSON.stringify([routes.staff, words.message.text || String(evaluation.id)]);
    const task = this.tasks.get(key) ?? { sender: routes.staff, receivers: 0 };
    task.receivers += 1;
    this.tasks.set(key, task);
  }

  launch(): Launch {
    const { messages, channels, later, held } = this;
    return { messages, channels, later, held, tasks: [...this.tasks.values()] };
  }
}
