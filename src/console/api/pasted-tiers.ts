import { z } from 'zod';
import type { ProposedTier } from '../../engine/dry-runs/proposals.js';
import { readYaml } from '../../platform/config/config-files.js';
import { OperatorMistake } from '../../platform/errors.js';
import { proposedTier } from './requests.js';

// An operator may paste a whole tiers.yaml; fields other than the rules are ignored.
const pastedTiers = z.array(proposedTier.loose()).min(1).max(12);
const pasted = z.union([pastedTiers, z.object({ tiers: pastedTiers }).transform((file) => file.tiers)]);

/** The proposed rules of a pasted tiers.yaml. */
export function readPastedTiers(text: string): readonly ProposedTier[] {
  const read = readYaml('tiers', text, pasted);
  if (read.ok) return read.value.map(({ key, enter, stay }) => ({ key, enter, stay }));
  const { message, line, column } = read.problems[0]!;
  if (message.startsWith('YAML: ')) throw new OperatorMistake('bad_yaml', message.slice(6), { line, column });
  throw new OperatorMistake('bad_request', 'tiers: a list of {key, enter?, stay?} is wanted', { line, column });
}
