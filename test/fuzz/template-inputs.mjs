import { damaged, deepJson, oddText, oddValue } from './odd-values.mjs';

const tags = [
  'if',
  'unless',
  'for',
  'case',
  'assign',
  'capture',
  'raw',
  'render',
  'include',
  'liquid',
  'echo',
  'constructor',
  '__proto__',
  'toString',
  'hasOwnProperty',
  'tablerow',
  'comment',
  'cycle',
];
const filters = [
  'number',
  'upcase',
  'append: "x"',
  'date: "%Y"',
  'money',
  'constructor',
  '__proto__',
  'join',
  'size',
  'replace: "a", "b"',
];
const names = [
  'name',
  'orders_total',
  'today',
  'tier_label',
  'nothing',
  '__proto__',
  'constructor.constructor',
  'toString',
];

const heads = [
  'key: fuzz\nname: 试\nkind: milestone\ntrigger: {on: reached, metric: messages_total, at: [100]}\nchannels: [chat_dm, mass_send]\ntiming: slot\nwindow_hours: 24\nonce: ever\n',
  'key: fuzz\nname: 试\nkind: welcome\ntrigger: {on: contact_added}\nchannels: [welcome]\n',
  'key: fuzz\nname: 试\nkind: reactivation\ntrigger: {on: silent, days: 60}\nchannels: [mass_send]\nstop_when: days_since_last_seen < 1\n',
];

/** One template file: checked, shown for a member, or tried on everybody. */
export function templateInput(random, { memberId, sessionHeaders }) {
  const text = templateText(random);
  const json = { 'content-type': 'application/json' };
  const way = random.int(0, 3);
  if (way === 0)
    return {
      method: 'POST',
      path: '/console/api/templates/preview',
      headers: { ...json, ...sessionHeaders },
      body: JSON.stringify({ text, memberId }),
    };
  if (way === 1 && random.chance(0.3))
    return {
      method: 'POST',
      path: '/api/v1/dry-runs',
      headers: json,
      body: JSON.stringify(random.chance(0.5) ? { campaign: { text } } : { tiers: yamlText(random) }),
    };
  return {
    method: 'POST',
    path: '/console/api/templates/check',
    headers: { ...json, ...sessionHeaders },
    body: JSON.stringify({ text }),
  };
}

function templateText(random) {
  const head = random.chance(0.7) ? random.pick(heads) : damaged(random.pick(heads), random);
  const extra = random.chance(0.3) ? `${oddText(random)}: ${JSON.stringify(oddValue(random))}\n` : '';
  const text = `---\n${head}${extra}---\n${body(random)}`;
  return random.chance(0.1) ? damaged(text, random) : text;
}

function body(random) {
  const shape = random.int(0, 8);
  if (shape === 0)
    return `{% capture x %}ab{% endcapture %}${'{% capture x %}{{ x }}{{ x }}{% endcapture %}'.repeat(random.int(1, 24))}{{ x }}`;
  if (shape === 1) return '{% if name %}'.repeat(random.int(1, 2_000)) + 'x';
  if (shape === 2) return `{{ name${' | upcase'.repeat(random.int(1, 400))} }}`;
  if (shape === 3) return `{% for i in (1..${random.pick([10, 1e6, 1e12])}) %}{{ i }}{% endfor %}`;
  return random
    .times(random.int(1, 6), () =>
      random.chance(0.5)
        ? `{{ ${random.pick(names)} | ${random.pick(filters)} }}`
        : `{% ${random.pick(tags)} ${random.chance(0.5) ? random.pick(names) : oddText(random)} %}${oddText(random)}`,
    )
    .join(oddText(random));
}

function yamlText(random) {
  switch (random.int(0, 5)) {
    case 0:
      return 'a: *nope';
    case 1:
      return `a: &a [x, x]\n${random.times(random.int(1, 30), (n) => `b${n}: &b${n} [*${n === 0 ? 'a' : `b${n - 1}`}, *${n === 0 ? 'a' : `b${n - 1}`}]`).join('\n')}`;
    case 2:
      return deepJson(random.int(10, 10_000));
    case 3:
      return `tiers:\n  - key: member\n    enter: ${JSON.stringify(oddText(random))}`;
    case 4:
      return JSON.stringify(oddValue(random));
    default:
      return oddText(random);
  }
}
