import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../day.js';
import { compileRule, type CompiledRule } from '../rules/index.js';
import { stepAfterEdit } from './edit-series.js';
import type { Series, SeriesState, Step } from './series.js';
import { dueAt, stepSeries, type MessageOutcome, type SeriesInput, type SeriesStepped } from './step-series.js';

const timeZone = 'Asia/Shanghai';
const START = Date.parse('2026-03-02T09:00:00+08:00');
const at = (days: number, hours = 0): number => START + days * DAY_MS + hours * HOUR_MS;

const rule = (text: string): CompiledRule => {
  const compiled = compileRule(text);
  if (!compiled.ok) throw new Error(text);
  return compiled.rule;
};
const send = (key: string, time: Step['time'] = {}): Step => ({
  ...{ key, time, onlyIf: null, deed: { kind: 'send', template: `text-${key}` } },
});

const aSeries = (changes: Partial<Series> = {}): Series => ({
  ...{ key: 'newcomer', label: { zh: '新人', en: 'newcomer' }, enabled: true, enter: rule('is_contact') },
  ...{ exit: rule('orders_total >= 1'), once: 'ever', reenterAfterDays: 0, onSuppressed: 'go_on' },
  steps: [send('hello', { onDay: 1 }), send('later', { afterDays: 3 })],
  ...{ care: '' },
  ...changes,
});

interface Given {
  readonly series: Series;
  readonly values?: Record<string, number | boolean>;
  readonly state?: SeriesState | undefined;
  readonly now: number;
  readonly optedOut?: boolean;
  readonly isNear?: boolean;
  readonly outcomes?: ReadonlyMap<string, MessageOutcome>;
}

function step({ series, values = {}, state, now, optedOut = false, isNear = true, outcomes }: Given): SeriesStepped {
  const input: SeriesInput = {
    definition: series,
    current: { series, version: 1 },
    state,
    member: { values: { is_contact: true, orders_total: 0, ...values }, tagNames: new Set(), optedOut, isNear },
    refusal: () => null,
    outcomeOf: (occasion) => outcomes?.get(occasion),
  };
  return stepSeries(input, { now, timeZone });
}

const sends = ({ effects }: SeriesStepped): string[] =>
  effects.flatMap((one) => (one.kind === 'send' ? [one.step] : []));

/** Plays one member through so many days, looking at them every six hours, and answers what was sent on which day. */
function play(series: Series, days: number, values: (day: number) => Given['values'] = () => ({})) {
  let state: SeriesState | undefined;
  const sent: string[] = [];
  for (let hour = 0; hour <= days * 24; hour += 6) {
    const stepped = step({ series, state, now: at(0, hour), values: values(Math.floor(hour / 24)) ?? {} });
    sent.push(...sends(stepped).map((key) => `${key} on day ${Math.floor((hour + 9) / 24)}`));
    state = stepped.state;
  }
  return { sent, state: state! };
}

describe('a member in a series', () => {
  it('goes from step to step by calendar days, and finishes', () => {
    const { sent, state } = play(aSeries(), 10);
    expect(sent).toEqual(['hello on day 1', 'later on day 4']);
    expect(state).toMatchObject({ ended: 'done', done: ['hello', 'later'] });
  });

  it('leaves as soon as the exit holds, and gets nothing more', () => {
    const { sent, state } = play(aSeries(), 10, (day) => ({ orders_total: day >= 2 ? 1 : 0 }));
    expect(sent).toEqual(['hello on day 1']);
    expect(state.ended).toBe('exit');
  });

  it.each([
    [{ optedOut: true }, 'opted_out'],
    [{ isNear: false }, 'left'],
  ] as const)('leaves by the system: %j', (change, ended) => {
    const { state } = step({ series: aSeries(), now: START });
    expect(step({ series: aSeries(), state, now: at(0, 1), ...change }).state?.ended).toBe(ended);
  });

  it('does not enter where the exit holds, after an opt-out, or while the series is off', () => {
    const series = aSeries();
    expect(step({ series, now: START, values: { orders_total: 1 } }).state).toBeUndefined();
    expect(step({ series, now: START, optedOut: true }).state).toBeUndefined();
    expect(step({ series: aSeries({ enabled: false }), now: START }).state).toBeUndefined();
  });

  it('enters again only where that is allowed, after the condition has ceased and the days are over', () => {
    const often = aSeries({ once: 'per_entry', reenterAfterDays: 20, steps: [send('hello')] });
    const seldom = aSeries({ steps: [send('hello')] });
    const isContact = (day: number) => ({ is_contact: day !== 5 });
    expect(play(often, 30, isContact).sent).toEqual(['hello on day 0', 'hello on day 20']);
    expect(play(often, 30).sent).toEqual(['hello on day 0']);
    expect(play(seldom, 30, isContact).sent).toEqual(['hello on day 0']);
  });

  it('is not looked at for ever when they may enter again and the condition has ceased once more', () => {
    const series = aSeries({ once: 'per_entry', reenterAfterDays: 20, steps: [send('hello')] });
    const away = { is_contact: false };
    let { state } = step({ series, now: START });
    state = step({ series, state, now: at(2), values: away }).state;
    state = step({ series, state, now: at(4) }).state;
    expect(state).toMatchObject({ isRearmed: true, dueAt: at(20, -9) });
    for (const change of [{ values: away }, { optedOut: true }, { values: { orders_total: 1 } }]) {
      const later = step({ series, state, now: at(21), ...change }).state;
      expect(later).toMatchObject({ dueAt: null });
      expect(sends(step({ series, state: later, now: at(23) }))).toEqual(['hello']);
    }
  });

  it('waits for a condition, and goes on or leaves when it has waited long enough', () => {
    const waiting = (otherwise: 'go_on' | 'exit'): Series =>
      aSeries({
        steps: [
          {
            ...{ key: 'wait', time: {}, onlyIf: null },
            deed: { kind: 'wait', until: rule('messages_total >= 1'), atMostDays: 4, otherwise },
          },
          send('thanks'),
        ],
      });
    expect(play(waiting('go_on'), 9, (day) => ({ messages_total: day >= 2 ? 1 : 0 })).sent).toEqual([
      'thanks on day 2',
    ]);
    expect(play(waiting('go_on'), 9).sent).toEqual(['thanks on day 4']);
    expect(play(waiting('exit'), 9)).toMatchObject({ sent: [], state: { ended: 'waited' } });
  });

  it('passes over a step whose condition does not hold', () => {
    const quiet = { ...send('ask', { onDay: 2 }), onlyIf: rule('messages_total == 0') };
    const series = aSeries({ steps: [quiet, send('bye', { onDay: 4 })] });
    expect(play(series, 9, () => ({ messages_total: 3 })).sent).toEqual(['bye on day 4']);
  });

  it('gets one message a day, also when several steps are due together', () => {
    const series = aSeries({ steps: [send('a', { onDay: 1 }), send('b', { onDay: 1 }), send('c')] });
    const { state } = step({ series, now: START });
    const late = step({ series, state, now: at(30) });
    expect(sends(late)).toEqual(['a']);
    expect(play(series, 6).sent).toEqual(['a on day 1', 'b on day 2', 'c on day 3']);
  });

  it('tries a message that was not sent again on the next days, where the series says so, and then goes on', () => {
    const series = aSeries({ onSuppressed: 'wait', steps: [send('a'), send('b')] });
    const first = step({ series, now: START });
    expect(sends(first)).toEqual(['a']);
    const occasion = (step_: string, nth = '') => `newcomer:${START}:${step_}${nth}`;
    const notSent = new Map<string, MessageOutcome>([[occasion('a'), 'not_sent']]);
    expect(sends(step({ series, state: first.state, now: at(0, 5), outcomes: notSent }))).toEqual([]);
    const again = step({ series, state: first.state, now: at(1), outcomes: notSent });
    expect(again.effects).toMatchObject([{ step: 'a', occasion: occasion('a', ':2') }]);
    const gone = new Map<string, MessageOutcome>([...notSent, [occasion('a', ':2'), 'gone']]);
    expect(sends(step({ series, state: again.state, now: at(2), outcomes: gone }))).toEqual(['b']);
  });

  it('is due at the time of the day that a step names', () => {
    const place = { enteredAt: START, stepAt: START, sentAt: null };
    expect(dueAt(send('a', { onDay: 2, atMinute: 630 }), place, timeZone)).toBe(at(2, 1.5));
    expect(dueAt(send('a', { afterHours: 3 }), place, timeZone)).toBe(at(0, 3));
    expect(dueAt(send('a', { atMinute: 480 }), place, timeZone)).toBe(at(0, 23));
    expect(dueAt(send('a', { atMinute: 600 }), place, timeZone)).toBe(at(0, 1));
  });
});

describe('a series that is edited', () => {
  const [from, to] = [
    aSeries({ steps: ['a', 'b', 'c', 'd'].map((key) => send(key)) }),
    aSeries({ steps: ['d', 'x', 'b'].map((key) => send(key)) }),
  ];

  it('goes on at the step with the same key, at the next that remains, or ends', () => {
    expect(stepAfterEdit(from, 'b', to)).toBe('b');
    expect(stepAfterEdit(from, 'a', to)).toBe('b');
    expect(stepAfterEdit(from, 'c', to)).toBe('d');
    expect(stepAfterEdit(to, 'x', aSeries({ steps: [send('d')] }))).toBeNull();
    expect(stepAfterEdit(from, 'b', undefined)).toBeNull();
  });
});

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const anyStep: fc.Arbitrary<Step> = fc.record({
  key,
  time: fc.oneof(
    fc.record({ onDay: fc.nat(20) }),
    fc.record({ afterDays: fc.nat(9) }),
    fc.record({ afterHours: fc.nat(30) }),
    fc.constant({}),
  ),
  onlyIf: fc.constantFrom(null, rule('messages_total >= 3')),
  deed: fc.oneof(
    key.map((template) => ({ kind: 'send' as const, template })),
    fc.nat(5).map((days) => ({
      ...{ kind: 'wait' as const, until: rule('messages_total >= 2'), atMostDays: days + 1 },
      otherwise: 'go_on' as const,
    })),
  ),
});
const anySeries = fc
  .record({
    steps: fc.uniqueArray(anyStep, { minLength: 1, selector: (one) => one.key }),
    once: fc.constantFrom('ever' as const, 'per_entry' as const),
    onSuppressed: fc.constantFrom('go_on' as const, 'wait' as const),
    reenterAfterDays: fc.constantFrom(0, 3, 20),
    enabled: fc.constantFrom(true, true, true, false),
  })
  .map((parts) => aSeries(parts));

const anyEvent = fc.oneof(
  fc.record({ what: fc.constant('time' as const), hours: fc.nat(200) }),
  fc.record({ what: fc.constant('again' as const) }),
  fc.record({ what: fc.constant('speaks' as const) }),
  fc.record({ what: fc.constant('orders' as const) }),
  fc.record({ what: fc.constant('comes or goes' as const) }),
  fc.record({ what: fc.constant('opts out or in' as const) }),
  fc.record({ what: fc.constant('edit' as const), to: anySeries }),
  fc.record({ what: fc.constant('settled' as const), outcome: fc.constantFrom('gone', 'not_sent', 'never') }),
);

it('does no step of an entry twice, whatever is edited, repeated or late, and never goes back', () => {
  fc.assert(
    fc.property(anySeries, fc.array(anyEvent, { maxLength: 60 }), (first, events) => {
      let [series, now, state, messages, orders] = [first, START, undefined as SeriesState | undefined, 0, 0];
      let [isContact, optedOut] = [true, false];
      const outcomes = new Map<string, MessageOutcome>();
      const sent = new Set<string>();
      for (const event of events) {
        if (event.what === 'time') now += event.hours * HOUR_MS;
        if (event.what === 'speaks') messages += 1;
        if (event.what === 'orders') orders = 1 - orders;
        if (event.what === 'comes or goes') isContact = !isContact;
        if (event.what === 'opts out or in') optedOut = !optedOut;
        if (event.what === 'settled')
          for (const [occasion, outcome] of outcomes)
            if (outcome === 'open') outcomes.set(occasion, event.outcome as MessageOutcome);
        if (event.what === 'edit') {
          if (state?.step != null) {
            const to = stepAfterEdit(series, state.step, event.to);
            state =
              to === null
                ? { ...state, step: null, endedAt: now, ended: 'edited' }
                : { ...state, step: to, ...(to === state.step ? {} : { stepAt: now, tries: 0 }) };
          }
          series = event.to;
        }
        const values = { messages_total: messages, orders_total: orders, is_contact: isContact };
        const given = { series, now, outcomes, values, optedOut };
        const stepped = step({ ...given, state });
        for (const effect of stepped.effects) {
          if (effect.kind !== 'send') continue;
          expect(sent.has(effect.occasion)).toBe(false);
          // A step is planned again only after its last message was not sent.
          const [, entry, name] = effect.occasion.split(':');
          for (const [earlier, outcome] of outcomes)
            if (earlier.startsWith(`newcomer:${entry}:${name}`)) expect(outcome).toBe('not_sent');
          sent.add(effect.occasion);
          outcomes.set(effect.occasion, 'open');
        }
        const isSameEntry = stepped.state?.enteredAt === state?.enteredAt;
        if (state && stepped.state && isSameEntry)
          expect(stepped.state.done.slice(0, state.done.length)).toEqual(state.done);
        expect(new Set(stepped.state?.done).size).toBe(stepped.state?.done.length ?? 0);
        if (stepped.state?.endedAt === null) expect(stepped.state.dueAt).toBeGreaterThan(now);
        // Whoever is looked at because of a time must not be looked at again because of the same one.
        else expect(stepped.state?.dueAt ?? Infinity).toBeGreaterThan(now);
        // The same moment again changes nothing.
        const repeated = step({ ...given, state: stepped.state });
        expect(repeated.effects).toEqual([]);
        expect(repeated.events).toEqual([]);
        expect(repeated.state).toEqual(stepped.state);
        state = stepped.state;
      }
    }),
    { numRuns: 300 },
  );
});
