// Renders the shipped texts with the product's limits, its own filters and tidying, and with bare LiquidJS, in one run. Build first.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Liquid } from 'liquidjs';
import { checkTemplate, exampleValues, renderBody } from '../../dist/domain/messages/index.js';
import { median, rounded } from './processes/figures.mjs';

const MEMBERS = 1_000;
const ROUNDS = 9;

const folder = fileURLToPath(new URL('../../templates', import.meta.url));
const bodies = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.md'))
  .sort()
  .flatMap((file) => {
    const check = checkTemplate(readFileSync(join(folder, file), 'utf8'));
    if (!check.ok) throw new Error(`${file}: ${JSON.stringify(check.problems)}`);
    return check.template.variants.flatMap(({ body, mass }) => (mass ? [body, mass] : [body]));
  });

const tiers = ['regular', 'member', 'loyal'];
const members = Array.from({ length: MEMBERS }, (_, index) => ({
  ...exampleValues,
  name: `阿明${index}`,
  tier: tiers[index % tiers.length],
  orders_total: index % 7,
  messages_total: 1 + (index % 900),
}));

// Without the product's limits, checks of values and choice of what the text may read.
const liquid = new Liquid();
const bare = bodies.map((body) => liquid.parse(body.text));

/** Both print the same, except that the product removes the blank lines that tags leave. */
const squeezed = (text) => text.replaceAll(/\s+/g, '');

function byProduct(at, values) {
  const rendered = renderBody(bodies[at], values);
  if (!rendered.ok) throw new Error(`${rendered.code}: ${bodies[at].text}`);
  return rendered.text;
}
const byBare = (at, values) => liquid.renderSync(bare[at], values);

function round(render) {
  let characters = 0;
  const start = performance.now();
  for (const values of members) for (let at = 0; at < bodies.length; at += 1) characters += render(at, values).length;
  const ms = performance.now() - start;
  if (characters === 0) throw new Error('nothing was printed');
  return (MEMBERS * bodies.length * 1_000) / ms;
}

for (const values of members)
  for (let at = 0; at < bodies.length; at += 1)
    if (squeezed(byProduct(at, values)) !== squeezed(byBare(at, values)))
      throw new Error(`the product and bare LiquidJS print different texts: ${bodies[at].text}`);

const rounds = [];
for (let number = 0; number <= ROUNDS; number += 1) {
  const perSecond = {};
  // The first one changes from round to round, and the first round only warms up.
  for (const [name, render] of number % 2 === 0
    ? [
        ['product', byProduct],
        ['bare', byBare],
      ]
    : [
        ['bare', byBare],
        ['product', byProduct],
      ])
    perSecond[name] = round(render);
  if (number > 0) rounds.push(perSecond);
}
const ratios = rounds.map(({ product, bare: reference }) => product / reference);
console.log(
  JSON.stringify({
    bench: 'render',
    texts: bodies.length,
    members: MEMBERS,
    rounds: ROUNDS,
    perSecond: Math.round(median(rounds.map(({ product }) => product))),
    barePerSecond: Math.round(median(rounds.map(({ bare: reference }) => reference))),
    ratio: rounded(median(ratios)),
    ratios: ratios.map((ratio) => rounded(ratio)),
  }),
);
