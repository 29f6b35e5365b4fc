import type { z } from 'zod';

const kinds: Readonly<Record<string, string>> = {
  array: 'must be a list, like [a, b]',
  object: 'must hold settings, each on a line of its own, like name: value',
  string: 'must be a text; a text that looks like a number needs quotes',
  number: 'must be a number',
  int: 'must be a whole number',
  boolean: 'must be true or false',
};

/** Replaces zod's default messages with what to write instead. A schema's own message stays as it is. */
export function issueMessage(issue: z.core.$ZodIssue): string {
  if (!/^(Invalid (input|option)|Too (small|big)):/.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return kinds[issue.expected] ?? issue.message;
    case 'too_small':
      return `must ${verbOf(issue.origin)} at least ${issue.minimum}${unitOf(issue.origin)}`;
    case 'too_big':
      return `must ${verbOf(issue.origin)} at most ${issue.maximum}${unitOf(issue.origin)}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    default:
      return issue.message;
  }
}

const isSized = (origin: string): boolean => origin === 'string' || origin === 'array';
const verbOf = (origin: string): string => (isSized(origin) ? 'have' : 'be');
const unitOf = (origin: string): string => (origin === 'string' ? ' characters' : origin === 'array' ? ' entries' : '');
