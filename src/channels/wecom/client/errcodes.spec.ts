import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Blamed } from '../../../platform/errors.js';
import { errcodeRows, type Act } from './errcode-rows.js';
import { verdictOn, verdicts } from './errcodes.js';

const recorded = JSON.parse(
  readFileSync(new URL('../../../../test/fixtures/wecom/errcodes.json', import.meta.url), 'utf8'),
) as { readonly codes: readonly { readonly errcode: number; readonly meaning: string; readonly who: string }[] };

const acts: Readonly<Record<string, Act>> = {
  'nobody, again later': 'retry',
  'nobody, after the window': 'window',
  'nobody, with fewer at once': 'crowded',
  'nobody, after the other call': 'conflict',
  'nobody, with a new token': 'refresh',
  'an operator': 'give_up',
  'an admin, all stops': 'halt_app',
  'an admin, the endpoint stops': 'halt_endpoint',
};

describe('the table of errcodes', () => {
  it.each(recorded.codes.map(({ errcode, meaning, who }) => [errcode, meaning, who] as const))(
    'knows %i (%s): %s must act',
    (errcode, _meaning, who) => {
      expect(verdicts.get(errcode)?.act).toBe(acts[who]);
    },
  );

  it('has no code twice, a source on every row, and advice in both languages wherever an admin must act', () => {
    expect(verdicts.size).toBe(errcodeRows.length);
    for (const { source, act, zh, en } of errcodeRows) {
      expect(source).not.toBe('');
      expect([zh !== undefined, en !== undefined]).toEqual(act.startsWith('halt') ? [true, true] : [false, false]);
    }
  });

  it('says who stands in the way: the sender, whom a colleague can stand in for, or the pair, which is no more', () => {
    const codesThatBlame = (who: Blamed): readonly string[] =>
      [...new Set(errcodeRows.filter(({ blames }) => blames?.includes(who)).map(({ code }) => code))].sort();
    expect(codesThatBlame('sender')).toEqual([
      'no_contact_permission',
      'no_permission',
      'no_such_staff',
      'staff_not_activated',
      'staff_out_of_scope',
      'staff_unlicensed',
    ]);
    expect(codesThatBlame('pair')).toEqual([
      'no_contact_permission',
      'no_such_contact',
      'no_such_staff',
      'not_a_contact',
      'staff_out_of_scope',
    ]);
    // One code means one thing, whichever errcode it comes from; but 81011 is about a tag, and no sender can help it.
    const differing = errcodeRows.filter(({ code, blames = [] }) =>
      errcodeRows.some((other) => other.code === code && (other.blames ?? []).join() !== blames.join()),
    );
    expect(differing.map(({ errcode }) => errcode)).toEqual([60011, 81011]);
  });

  it('counts every retry as an attempt, but for the one that waits for the greeting of another app', () => {
    expect(errcodeRows.filter(({ countsAsAttempt }) => countsAsAttempt === false).map(({ code }) => code)).toEqual([
      'welcome_in_flight',
    ]);
  });

  it('leaves a code nobody wrote down to an operator', () => {
    expect(verdictOn(99_999)).toMatchObject({ act: 'give_up', code: 'wecom_refused' });
  });
});
