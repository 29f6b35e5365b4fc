import type { BecauseValue } from '../because.js';
import { becauseOf } from '../ruleset.js';
import { countOf, type EvaluatedMember, type TriggerInput } from './trigger.js';

/** Whether the watched condition began or ceased to hold since the last evaluation; null when neither. */
export function crossed({ rule, subject, decision }: TriggerInput, now: number): 'began' | 'ceased' | null {
  if (!rule) return null;
  const holds = rule.holds(decision.values, decision.tagNames);
  const held = subject.before !== null && rule.holds(subject.before, tagsBefore(subject, now));
  if (holds === held) return null;
  return holds ? 'began' : 'ceased';
}

/** The tags before this evaluation. What staff put on or took off since is among the stored tags already. */
function tagsBefore({ tags }: TriggerInput['subject'], now: number): ReadonlySet<string> {
  return new Set(
    [...tags].flatMap(([name, { want, since }]) => {
      const isNew = since === now;
      return (isNew ? !want : want) ? [name] : [];
    }),
  );
}

export const watchedHolds = ({ rule, decision }: EvaluatedMember): boolean =>
  rule?.holds(decision.values, decision.tagNames) ?? false;

export const valuesOfRule = ({ rule, decision, ruleset }: EvaluatedMember): readonly BecauseValue[] =>
  rule ? becauseOf('', ruleset.version, rule.explain(decision.values, decision.tagNames)).values : [];

/** The value of a metric at the last evaluation and now; a count that was never evaluated was 0. */
export const wasAndIs = ({ subject, decision }: TriggerInput, metric: string): readonly [was: number, is: number] => [
  countOf(subject.before?.[metric]),
  countOf(decision.values[metric]),
];
