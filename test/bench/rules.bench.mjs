// Decides members by compiled rules and by the same rules written by hand, in one run. Build first.
import { compileRule } from '../../dist/domain/rules/index.js';

const MEMBERS = 100_000;
const ROUNDS = 9;

const texts = [
  'orders_90d >= 3 && spend_90d_cents >= spend_90d_top_fifth_cents && days_since_last_seen <= 30 || kol_level >= 3',
  'orders_total >= 1 && days_since_last_order <= 180',
  'is_contact && !opted_out && messages_30d >= 20',
  "tier in ['member', 'loyal'] && days_since_last_seen > 30",
  "'高价值' in tags || spend_total_cents / 100 > 5000",
  'days_since_last_order == null && views_30d >= 6',
];

const byHand = [
  (v) =>
    (v.orders_90d >= 3 &&
      v.spend_90d_top_fifth_cents !== null &&
      v.spend_90d_cents >= v.spend_90d_top_fifth_cents &&
      v.days_since_last_seen !== null &&
      v.days_since_last_seen <= 30) ||
    v.kol_level >= 3,
  (v) => v.orders_total >= 1 && v.days_since_last_order !== null && v.days_since_last_order <= 180,
  (v) => v.is_contact && !v.opted_out && v.messages_30d >= 20,
  (v) => (v.tier === 'member' || v.tier === 'loyal') && v.days_since_last_seen !== null && v.days_since_last_seen > 30,
  (v, tags) => tags.has('高价值') || Math.trunc(v.spend_total_cents / 100) > 5000,
  (v) => v.days_since_last_order === null && v.views_30d >= 6,
];

let state = 42;
const below = (n) => ((state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) >> 8) % n;
const maybe = (value) => (below(4) === 0 ? null : value);
const members = Array.from({ length: MEMBERS }, () => ({
  values: {
    orders_total: below(9),
    orders_90d: below(5),
    spend_90d_cents: below(100_000),
    spend_total_cents: below(900_000),
    spend_90d_top_fifth_cents: 60_000,
    days_since_last_seen: maybe(below(120)),
    days_since_last_order: maybe(below(400)),
    kol_level: below(6),
    is_contact: below(2) === 1,
    opted_out: below(9) === 0,
    messages_30d: below(60),
    views_30d: below(12),
    tier: maybe(['potential', 'regular', 'member', 'loyal'][below(4)]),
  },
  tags: new Set(below(5) === 0 ? ['高价值'] : []),
}));

const compiled = texts.map((text) => {
  const compilation = compileRule(text);
  if (!compilation.ok) throw new Error(JSON.stringify(compilation.problems));
  return compilation.rule.holds;
});

function round(rules) {
  let holding = 0;
  const start = performance.now();
  for (const { values, tags } of members) for (const rule of rules) if (rule(values, tags)) holding += 1;
  return { ms: performance.now() - start, holding };
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
round(compiled);
round(byHand);
const rounds = Array.from({ length: ROUNDS }, () => ({ compiled: round(compiled), byHand: round(byHand) }));
if (rounds.some((one) => one.compiled.holding !== one.byHand.holding))
  throw new Error('the compiled rules and those by hand disagree');
const compiledMs = median(rounds.map((one) => one.compiled.ms));
const byHandMs = median(rounds.map((one) => one.byHand.ms));
const nanoseconds = (ms) => Number(((ms * 1e6) / (MEMBERS * texts.length)).toFixed(1));
console.log(
  JSON.stringify({
    bench: 'rules',
    members: MEMBERS,
    rules: texts.length,
    rounds: ROUNDS,
    compiledMs: Number(compiledMs.toFixed(2)),
    byHandMs: Number(byHandMs.toFixed(2)),
    compiledNsPerRule: nanoseconds(compiledMs),
    byHandNsPerRule: nanoseconds(byHandMs),
    timesByHand: Number((compiledMs / byHandMs).toFixed(2)),
  }),
);
