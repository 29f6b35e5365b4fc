import type { Decision, Subject } from '../decide.js';
import { ownedTags } from '../decide-tags.js';
import type { EarlierMessage } from '../answered-occasions.js';
import { messageKey, type ActionKey } from '../action-keys.js';
import { isHeldOut } from '../experiments/draw.js';
import type { LocalMoment } from '../day.js';
import type { Occasion } from '../occasions.js';
import type { RulesetWithCampaigns } from '../ruleset-with-campaigns.js';
import { noSeries, seriesOf, type SeriesEvent, type SeriesState } from './series.js';
import { stepSeries, type MessageOutcome, type SeriesEffect, type SeriesMember } from './step-series.js';

/** What the series come to for one member in one evaluation. */
export interface SeriesOutcome {
  /** The states that changed. */
  readonly changed: readonly SeriesState[];
  readonly tags: readonly Extract<SeriesEffect, { kind: 'tag' }>[];
  readonly events: readonly SeriesEvent[];
  readonly occasions: readonly Occasion[];
}

export const nothingInSeries: SeriesOutcome = { changed: [], tags: [], events: [], occasions: [] };

interface Evaluated {
  readonly subject: Subject;
  readonly decision: Decision;
  readonly isNear: boolean;
  /** The messages of series whose outcome a series waits for, by occasion. */
  readonly messages: ReadonlyMap<string, MessageOutcome>;
}

/** Takes the member through every series that they are in, and into those that they now enter. */
export function stepAllSeries(evaluated: Evaluated, ruleset: RulesetWithCampaigns, moment: LocalMoment): SeriesOutcome {
  const rules = ruleset.series ?? noSeries;
  const states = evaluated.subject.series ?? [];
  if (!rules.isInUse) return nothingInSeries;
  const { subject, decision } = evaluated;
  const tagNames = new Set(decision.tagNames);
  const found = {
    changed: [] as SeriesState[],
    tags: [] as SeriesOutcome['tags'][number][],
    events: [] as SeriesEvent[],
  };
  const occasions: Occasion[] = [];
  const keys = new Set([...states.map(({ series }) => series), ...rules.current.map(({ key }) => key)]);
  for (const key of keys) {
    const state = states.find(({ series }) => series === key);
    const current = rules.current.find((series) => series.key === key);
    const member: SeriesMember = {
      ...{ values: decision.values, tagNames, optedOut: subject.member.optedOut, isNear: evaluated.isNear },
    };
    const stepped = stepSeries(
      {
        ...{ state, member },
        definition: state && seriesOf(rules, state),
        current: current && { series: current, version: rules.version },
        refusal: (template) => refusalOf(template, evaluated, ruleset),
        outcomeOf: (occasion) => evaluated.messages.get(occasion),
      },
      moment,
    );
    if (stepped.state && stepped.state !== state) found.changed.push(stepped.state);
    found.events.push(...stepped.events);
    for (const effect of stepped.effects) {
      if (effect.kind === 'send') occasions.push(occasionOf(effect, evaluated, ruleset));
      // Staff's word counts: a tag that they took off by hand is not put on again.
      else if (effect.add ? !isTakenOff(subject, effect.name) : ownedTags(subject.tags).has(effect.name)) {
        found.tags.push(effect);
        if (effect.add) tagNames.add(effect.name);
        else tagNames.delete(effect.name);
      }
    }
  }
  return { ...found, occasions };
}

function isTakenOff({ tags }: Subject, name: string): boolean {
  const tag = tags.get(name);
  return tag?.origin === 'staff' && !tag.want;
}

const campaignOf = (template: string, { campaigns }: RulesetWithCampaigns) =>
  campaigns.find(({ key, trigger }) => key === template && trigger.on === 'series');

function refusalOf(template: string, { decision }: Evaluated, ruleset: RulesetWithCampaigns): string | null {
  const campaign = campaignOf(template, ruleset);
  if (!campaign) return 'template_off';
  return campaign.audience?.holds(decision.values, decision.tagNames) === false ? 'not_in_audience' : null;
}

function occasionOf(
  effect: Extract<SeriesEffect, { kind: 'send' }>,
  { subject }: Evaluated,
  ruleset: RulesetWithCampaigns,
): Occasion {
  const campaign = campaignOf(effect.template, ruleset)!;
  const key: ActionKey = messageKey(campaign.key, subject.member.id, effect.occasion);
  const { series, entry, step, version } = effect;
  return {
    // Each step of an entry is an occasion of its own, whatever `once` of the template says.
    ...{ campaign, key, id: key, onceOf: key },
    ground: { on: 'series', series, entry, step },
    because: { rule: `series:${series}:${step}`, version, values: [] },
  };
}

/** What became of the messages of series, by occasion. `last`: those that still may go or have gone count first. */
export function outcomesOf(
  messages: readonly EarlierMessage[],
  campaign: string,
  member: number,
): Map<string, MessageOutcome> {
  const start = `${campaign}:${member}:`;
  return new Map(
    messages.flatMap(({ occasion, state, reason }) =>
      occasion.startsWith(start) ? [[occasion.slice(start.length), outcomeOf(state, reason)] as const] : [],
    ),
  );
}

/** Not sent for these reasons, a message is not tried again: the member said stop, or may have it. */
const FINAL: ReadonlySet<string> = new Set(['opted_out', 'outcome_unknown']);

function outcomeOf(state: string, reason: string | null): MessageOutcome {
  if (state === 'sent') return 'gone';
  if (state === 'planned' || state === 'sending' || state === 'waiting') return 'open';
  return isHeldOut(reason) || (reason !== null && FINAL.has(reason)) ? 'never' : 'not_sent';
}
