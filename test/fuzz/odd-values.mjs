/** Texts that have stopped some program somewhere. */
export const oddTexts = [
  '',
  ' ',
  '\u0000',
  '\\u0000',
  '\\ud83d',
  '\\ud83d\\ude00',
  '\\\\u0000',
  '\ud83d',
  '\ude00',
  'a\ud83db',
  '👨‍👩‍👧‍👦',
  '🇨🇳',
  'e\u0301\u0323',
  '\u202eright to left',
  '\ufeff',
  '\ufffd',
  '\u2028\u2029',
  '\r\n',
  '\t',
  '\u001b[31m',
  '"',
  "'",
  '`',
  '\\',
  '%',
  '_',
  "'; DROP TABLE fact; --",
  "' OR '1'='1",
  '<a href="http://evil.example/x">x</a>',
  '<![CDATA[x]]>',
  ']]>',
  '&amp;&lt;',
  '<script>alert(1)</script>',
  '{{ name }}',
  '{% if x %}',
  '${x}',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'null',
  'undefined',
  'NaN',
  'true',
  '-1',
  '1e999',
  '0x10',
  '١٢٣',
  '１２３',
  '１３８００１３８０００',
  '+86 138-0013-8000',
  '../../etc/passwd',
  'C:\\con',
  '😀'.repeat(60),
  '字'.repeat(300),
  'x'.repeat(5_000),
];

export const oddNumbers = [
  0,
  -0,
  -1,
  1,
  0.5,
  -0.5,
  1e21,
  -1e21,
  2 ** 31,
  2 ** 53,
  2 ** 63,
  1e308,
  1_795_219_201,
  1_795_219_201_000,
];

export const oddText = (random) =>
  random.chance(0.8)
    ? random.pick(oddTexts)
    : random.times(random.int(1, 12), () => String.fromCharCode(random.int(0, 0xffff))).join('');

/** Any JSON value, no deeper than `depth`. */
export function oddValue(random, depth = 3) {
  switch (random.int(0, depth > 0 ? 7 : 4)) {
    case 0:
      return null;
    case 1:
      return random.chance(0.5);
    case 2:
      return random.pick(oddNumbers);
    case 3:
    case 4:
      return oddText(random);
    case 5:
      return random.times(random.int(0, 4), () => oddValue(random, depth - 1));
    default:
      return Object.fromEntries(random.times(random.int(0, 4), () => [oddText(random), oddValue(random, depth - 1)]));
  }
}

/** Written JSON that no library makes: far too deep. */
export const deepJson = (levels, open = '[', close = ']') => open.repeat(levels) + close.repeat(levels);

/** A text with one of the damages that lines and people do to texts. */
export function damaged(text, random) {
  const at = random.int(0, text.length);
  switch (random.int(0, 6)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + oddText(random) + text.slice(at);
    case 2:
      return text.slice(0, at) + text.slice(at + random.int(1, 20));
    case 3:
      return text + text;
    case 4:
      return text.replaceAll(random.pick(['>', '<', ':', '"', ']', ' ', '\n']), oddText(random));
    case 5:
      return text.slice(0, at) + text.slice(random.int(0, text.length));
    default:
      return text.slice(0, at) + String.fromCharCode(random.int(0, 0xffff)) + text.slice(at + 1);
  }
}
