// The top bar: the corp's time, its pace, and buttons that push it ahead.
import { h, on } from './dom.js';
import { at, choose, moveTime, seen } from './corp.js';
import { clockSeconds, day } from './format.js';
import { say, setLang } from './words.js';

const HOUR = 3_600_000;
const PACES = [1_000, 60_000, 300_000, 3_600_000];
const PUSHES = { push_hour: HOUR, push_day: 24 * HOUR, push_week: 7 * 24 * HOUR };

on('pause', () => moveTime({ paused: !seen.corp.pace.isPaused }));
on('pace', (_, __, element) => moveTime({ msPerSecond: Number(element.value) }));
on('push', ({ ms }) => moveTime({ pushMs: Number(ms) }));
on('lang', () => {
  setLang();
  choose({});
});

export function bar() {
  const { now, pace } = seen.corp;
  const paces = PACES.includes(pace.msPerSecond) ? PACES : [...PACES, pace.msPerSecond];
  return [
    h('div.brand', {}, h('img', { src: '/page/icon.svg', alt: '', width: 28, height: 28 }), h('b', {}, say('title'))),
    h(
      'div.time',
      { 'aria-label': say('time') },
      h('span.day', {}, day(now)),
      h('span.clock', { 'data-testid': 'clock' }, clockSeconds(now)),
    ),
    h(
      'div.controls',
      {},
      pace.isDriven &&
        h(
          `button.play${pace.isPaused ? '.paused' : ''}`,
          { 'data-do': 'pause', 'aria-pressed': pace.isPaused ? 'true' : 'false' },
          pace.isPaused ? `▶ ${say('go_on')}` : `❚❚ ${say('pause')}`,
        ),
      pace.isDriven &&
        h(
          'select.pace',
          { 'data-do': 'pace', 'aria-label': say('pace') },
          paces.map((ms) =>
            h(
              'option',
              { value: ms, selected: ms === pace.msPerSecond, 'data-key': ms },
              say(`pace_${ms}`, ms / 1_000),
            ),
          ),
        ),
      Object.entries(PUSHES).map(([name, ms]) => h('button', { 'data-do': 'push', 'data-ms': ms }, say(name))),
    ),
    h('span.gap', {}),
    !pace.isDriven && h('span.note', {}, say('led_from_elsewhere')),
    h('button.quiet', { 'data-do': 'lang' }, say('other_language')),
  ];
}

const TABS = ['groups', 'people', 'staff'];
on('tab', ({ tab }) => choose({ tab, show: 'list' }));
on('side', ({ log }) => choose({ log, show: 'side' }));

/** The tabs. On a narrow screen they are at the bottom, together with the tabs of the side panel. */
export function rail() {
  const waiting = seen.corp.staff.reduce((sum, member) => sum + member.waiting, 0);
  const tab = (name) =>
    h(
      `button${at.tab === name && at.show !== 'side' ? '.on' : ''}`,
      { 'data-do': 'tab', 'data-tab': name, 'data-key': name },
      h(`span.glyph.${name}`, { 'aria-hidden': 'true' }),
      h('span', {}, say(`tab_${name}`)),
      name === 'staff' && waiting > 0 && h('i.badge', {}, waiting),
    );
  const side = (name) =>
    h(
      `button.narrow${at.show === 'side' && at.log === name ? '.on' : ''}`,
      { 'data-do': 'side', 'data-log': name, 'data-key': name },
      h(`span.glyph.${name}`, { 'aria-hidden': 'true' }),
      h('span', {}, say(`side_${name}`)),
    );
  return [...TABS.map(tab), ...['calls', 'callbacks', 'trouble'].map(side)];
}
