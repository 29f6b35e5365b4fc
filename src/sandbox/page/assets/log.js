// The API calls of the software under test, and the callbacks sent to it.
import { h, on } from './dom.js';
import { at, choose, refresh, read, seen } from './corp.js';
import { chip, clockSeconds, empty, shortWhen } from './format.js';
import { say } from './words.js';

on('log', ({ log }) => choose({ log, unfolded: undefined }));
on('only-refused', (_, __, box) => choose({ onlyRefused: box.checked }));
on('unfold', async ({ what, id }) => {
  const isOpen = at.unfolded?.what === what && at.unfolded.id === id;
  at.unfolded = isOpen ? undefined : { what, id, whole: await read(what, { id }) };
  void refresh();
});

export const sideTabs = () =>
  h(
    'div.tabs',
    { role: 'tablist' },
    ['calls', 'callbacks', 'trouble'].map((log) =>
      h(
        'button',
        {
          'data-do': 'log',
          'data-log': log,
          role: 'tab',
          'aria-selected': at.log === log ? 'true' : 'false',
          'data-key': log,
        },
        say(`side_${log}`),
      ),
    ),
  );

export function calls() {
  const shown = seen.corp.calls.filter(({ errcode }) => !at.onlyRefused || errcode !== 0);
  return [
    h(
      'label.check.above',
      {},
      h('input', { type: 'checkbox', 'data-do': 'only-refused', checked: at.onlyRefused }),
      say('only_refused'),
    ),
    h(
      'div.log',
      {},
      shown.length === 0 && empty(say('no_calls')),
      shown.map(({ n, at: then, path, errcode, errmsg }) =>
        entry('call', n, errcode === 0 ? 'good' : 'bad', [
          h('time', {}, clockSeconds(then)),
          h('code', {}, path.replace('/cgi-bin/', '')),
          chip(errcode ?? say('cut'), errcode === 0 ? 'green' : 'red'),
          errcode !== 0 && errmsg && h('small', {}, errmsg.split(', hint:')[0]),
        ]),
      ),
    ),
  ];
}

const FATES = {
  delivered: 'green',
  twice: 'amber',
  repeated: 'amber',
  lost: 'red',
  refused: 'red',
  unsent: '',
  waiting: 'blue',
};

export const callbacks = () =>
  h(
    'div.log',
    {},
    seen.corp.callbacks.length === 0 && empty(say('no_callbacks')),
    seen.corp.callbacks.map(({ n, at: then, fate, event, change, about, posts }) =>
      entry('callback', n, FATES[fate] === 'red' ? 'bad' : 'good', [
        h('time', {}, shortWhen(then, seen.corp.now)),
        h('code', {}, change || event),
        chip(say(`fate_${fate}`, posts), FATES[fate]),
        about.length > 0 && h('small', {}, about.join(' · ')),
      ]),
    ),
  );

function entry(what, n, kind, content) {
  const isOpen = at.unfolded?.what === what && at.unfolded.id === String(n);
  return h(
    `div.entry.${kind}`,
    { 'data-key': `${what}${n}` },
    h(
      'button',
      { 'data-do': 'unfold', 'data-what': what, 'data-id': n, 'aria-expanded': isOpen ? 'true' : 'false' },
      content,
    ),
    isOpen && h('pre', {}, wholeOf(at.unfolded)),
  );
}

function wholeOf({ what, whole }) {
  if (!whole) return say('forgotten');
  if (what === 'callback') return whole.plaintext.replaceAll('><', '>\n<');
  const { method, path, query, body, answer } = whole;
  const head = `${method} ${path}${query && `?${query}`}`;
  return [head, pretty(body), '', JSON.stringify(answer, null, 2)?.slice(0, 6_000) ?? say('cut')].join('\n');
}

function pretty(body) {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
