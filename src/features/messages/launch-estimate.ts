import type { ActionKind } from '../../domain/action.js';
import type { Evaluation } from '../../domain/evaluate.js';
import type { Campaign, CampaignChannel } from '../../domain/messages/index.js';
import { isInvitation } from '../../domain/triggers/read-triggers.js';
import type { MemberId } from '../../domain/ids.js';
import { budgetAt } from '../../domain/sending/send-policy.js';
import { eachInTimeSlices } from '../../platform/time-slices.js';
import type { Moment, Run } from '../run.js';
import { loadCapUsage, nothingSent } from './cap-usage.js';
import { actionKindOf } from './choose-channel.js';
import { loadContactRoutes } from './contact-routes.js';
import type { Delivery, DeliveryDecision } from './decide-delivery.js';
import { decideWithFigures } from './plan-delivery.js';
import { massSendDays } from './wecom-cap.js';

/** What sending a campaign to some members now would take. */
export interface LaunchEstimate {
  /** Messages by kind of action; mass-sends are counted by receiver. */
  readonly messages: Readonly<Partial<Record<ActionKind, number>>>;
  readonly channels: Readonly<Partial<Record<CampaignChannel, number>>>;
  /** How many of these messages quiet hours, slots or caps would delay. */
  readonly later: number;
  /** Members who would get no message, by reason. */
  readonly withheld: Readonly<Record<string, number>>;
  /** Messages by template. */
  readonly campaigns: Readonly<Record<string, number>>;
  /** Members who would be written to. */
  readonly receivers: number;
  /** Members who could get no further counted message within 30 days. */
  readonly monthlyReached: number;
  /** The tasks staff would find on their phones: one for each sender and text, one tap for every 10 000 receivers. */
  readonly tasks: readonly { readonly sender: string; readonly receivers: number }[];
}

const BATCH = 500;

/** A message that planning would consider. */
export interface MessagePlanned {
  readonly evaluation: Evaluation;
  readonly occasion: Delivery['occasion'];
  /** It carries the invitation to a group that is not chosen yet. */
  readonly invites?: boolean;
}

/** Decides for every member as planning would if they all had their occasion now. Only reads. */
export function estimateLaunch(
  run: Run,
  evaluations: readonly Evaluation[],
  campaign: Campaign,
): Promise<LaunchEstimate> {
  return estimateMessages(
    run,
    evaluations.map((evaluation) => {
      const occasion = evaluation.occasions.find((candidate) => candidate.campaign.key === campaign.key);
      return { evaluation, occasion: { campaign, reached: occasion?.reached, welcome: occasion?.welcome } };
    }),
  );
}

/** Decides every message as planning would if it were planned now, each for itself. Only reads. */
export async function estimateMessages(run: Run, messages: readonly MessagePlanned[]): Promise<LaunchEstimate> {
  const tally = new Tally();
  await decideEach(run, messages, (delivery, decision) => tally.add(delivery, decision, run));
  return tally.estimate();
}

/** Gives each message with its decision to `take`, in their order. Only reads. */
export async function decideEach(
  run: Run,
  messages: readonly MessagePlanned[],
  take: (delivery: Delivery, decision: DeliveryDecision) => void,
): Promise<void> {
  const { tx, context, now } = run;
  for (let from = 0; from < messages.length; from += BATCH) {
    const batch = messages.slice(from, from + BATCH);
    const people = batch.map(({ evaluation }) => evaluation);
    const ids = [...new Set(people.map(({ id }) => id))];
    const routes = await loadContactRoutes(tx, people);
    const capUsage = await loadCapUsage(run, ids);
    const massDays = await massSendDays(tx, ids, context, now);
    await eachInTimeSlices(batch, async ({ evaluation, occasion, invites = false }) => {
      const { gone, queued } = capUsage.get(evaluation.id) ?? nothingSent;
      const delivery: Delivery = {
        evaluation,
        occasion,
        invitation: null,
        groupIsOpen: invites || isInvitation(occasion.campaign.trigger),
        routes: routes.get(evaluation.id)!,
        // Queued messages count as sent, so that the estimate is not too high.
        capUsage: { gone: [...gone, ...queued], queued: [] },
        massSendDays: massDays.get(evaluation.id) ?? [],
      };
      take(delivery, await decideWithFigures(run, delivery));
    });
  }
}

/** Counts the decisions. */
class Tally {
  private readonly messages: Partial<Record<ActionKind, number>> = {};
  private readonly channels: Partial<Record<CampaignChannel, number>> = {};
  private readonly withheld: Record<string, number> = {};
  private readonly tasks = new Map<string, { readonly sender: string; receivers: number }>();
  private readonly campaigns: Record<string, number> = {};
  private readonly reached = new Set<MemberId>();
  private readonly receivers = new Set<MemberId>();
  private later = 0;

  add(delivery: Delivery, decision: DeliveryDecision, { context, now }: Moment): void {
    const { evaluation, routes, occasion, capUsage } = delivery;
    if (decision.kind !== 'send') {
      this.withheld[decision.code] = (this.withheld[decision.code] ?? 0) + 1;
      return;
    }
    const { channel, words, notBefore } = decision;
    this.receivers.add(evaluation.id);
    const { key: template, caps } = occasion.campaign;
    this.campaigns[template] = (this.campaigns[template] ?? 0) + 1;
    if (caps === 'counted' && budgetAt(notBefore, capUsage.gone, context.ruleset.sending).month <= 1)
      this.reached.add(evaluation.id);
    this.channels[channel] = (this.channels[channel] ?? 0) + 1;
    this.messages[actionKindOf[channel]] = (this.messages[actionKindOf[channel]] ?? 0) + 1;
    if (notBefore > now) this.later += 1;
    if (channel !== 'mass_send' || routes.staff === null) return;
    // Before the group is chosen the text is not known: each member then counts as having a text of their own.
    const key = JSON.stringify([routes.staff, words.message.text || String(evaluation.id)]);
    const task = this.tasks.get(key) ?? { sender: routes.staff, receivers: 0 };
    task.receivers += 1;
    this.tasks.set(key, task);
  }

  estimate(): LaunchEstimate {
    const { messages, channels, later, withheld, campaigns } = this;
    const [monthlyReached, receivers] = [this.reached.size, this.receivers.size];
    return {
      messages,
      channels,
      later,
      withheld,
      campaigns,
      monthlyReached,
      receivers,
      tasks: [...this.tasks.values()],
    };
  }
}
