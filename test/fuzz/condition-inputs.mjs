import { damaged, oddNumbers, oddText } from './odd-values.mjs';

const metrics = [
  'orders_90d',
  'messages_30d',
  'days_since_last_seen',
  'tier',
  'stage',
  'tags',
  'is_contact',
  'spend_total_cents',
  'region',
  'nothing_of_the_kind',
  '__proto__',
  'constructor',
];
const operators = ['==', '!=', '<', '<=', '>', '>=', 'in', '+', '-', '*', '/', '%', '=', '===', '&&', '||'];

function operand(random, depth) {
  if (depth > 0 && random.chance(0.2)) return `(${expression(random, depth - 1)})`;
  if (random.chance(0.5)) return random.pick(metrics);
  if (random.chance(0.5)) return String(random.pick(oddNumbers));
  if (random.chance(0.3))
    return `[${random.times(random.int(0, 4), () => JSON.stringify(oddText(random))).join(', ')}]`;
  return JSON.stringify(random.chance(0.5) ? random.pick(['loyal', 'member', 'asleep']) : oddText(random));
}

const expression = (random, depth) =>
  random
    .times(
      random.int(1, 4),
      () =>
        `${random.chance(0.1) ? '!' : ''}${operand(random, depth)} ${random.pick(operators)} ${operand(random, depth)}`,
    )
    .join(random.pick([' && ', ' || ', ' ']));

/** One question with a condition: in the query of the list, or to be checked alone. */
export function conditionInput(random) {
  const text = conditionText(random);
  if (random.chance(0.7) && text.length < 4_000)
    return {
      method: 'GET',
      path: `/api/v1/members?limit=5&where=${encodeURIComponent(text.toWellFormed())}`,
      headers: {},
    };
  return {
    method: 'POST',
    path: '/api/v1/rules/check',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text }),
  };
}

function conditionText(random) {
  const text = expression(random, 2);
  const shape = random.int(0, 14);
  if (shape === 0) return damaged(text, random);
  if (shape === 1) return '('.repeat(random.int(1, 9_000)) + text;
  if (shape === 2) return '!'.repeat(random.int(1, 9_000)) + 'is_contact';
  if (shape === 3) return `${text} ? `.repeat(random.int(1, 300));
  if (shape === 4) return random.times(random.int(1, 150), () => `"${random.int(0, 9)}" in tags`).join(' && ');
  if (shape === 5) return `tags.all(t, t.matches("(a+)+$"))`;
  if (shape === 6) return `a${'.a'.repeat(random.int(1, 5_000))}`;
  if (shape === 7) return oddText(random);
  return text;
}
