import { covers, roomBaseName } from '../../domain/moves/pool.js';
import type { z } from 'zod';
import type { tiersFile } from './ruleset-schema.js';

type Tiers = z.output<typeof tiersFile>['tiers'];

/** What is wrong with the tiers as a whole, each with its place in the file. */
export function* tierProblems(
  tiers: Tiers,
): Generator<{ readonly at: readonly PropertyKey[]; readonly message: string }> {
  for (const [index, tier] of tiers.entries()) {
    const at = ['tiers', index];
    const before = tiers.slice(0, index);
    if (index > 0 && tier.enter === undefined)
      yield { at, message: `tier ${tier.key} needs an enter rule: only the lowest tier takes the rest` };
    if (index === 0) yield* lowestProblems(tier);
    if (before.some((other) => other.key === tier.key))
      yield { at: [...at, 'key'], message: `there is a tier ${tier.key} already` };
    for (const language of ['zh', 'en'] as const)
      if (before.some((other) => other.label[language] === tier.label[language]))
        yield {
          at: [...at, 'label', language],
          message: `another tier is called ${tier.label[language]} already: nobody could tell them apart`,
        };
    for (const [place, pattern] of tier.groups.entries()) {
      const [first] = before.flatMap((other) =>
        other.groups.flatMap((earlier) => (covers(earlier, pattern) ? [{ tier: other.key, earlier }] : [])),
      );
      if (first)
        yield {
          at: [...at, 'groups', place],
          message: `every group that fits ${pattern} belongs to tier ${first.tier}, by its ${first.earlier}: a group goes to the first tier it fits`,
        };
    }
    if (tier.room_base_name !== undefined && !roomBaseName({ groups: tier.groups, roomBaseName: tier.room_base_name }))
      yield {
        at: [...at, 'room_base_name'],
        message: `a group ${tier.room_base_name}1 would not belong to this tier: it must fit one of its groups, in at most 40 bytes`,
      };
  }
}

/** Nobody comes into it by a rule, and nobody can step down from it. */
function* lowestProblems(tier: Tiers[number]): ReturnType<typeof tierProblems> {
  for (const field of ['enter', 'stay'] as const)
    if (tier[field] !== undefined)
      yield { at: ['tiers', 0, field], message: `the lowest tier takes the rest: take its ${field} rule away` };
  for (const field of ['min_dwell_days', 'grace_days'] as const)
    if (tier[field] > 0)
      yield {
        at: ['tiers', 0, field],
        message: `nobody steps down from the lowest tier, and rising does not wait: take ${field} away`,
      };
}
