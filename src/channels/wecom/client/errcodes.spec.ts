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
    'contains %i (%s): %s must act',
    (errcode, _meaning, who) => {
      expect(verdicts.get(errcode)?.act).toBe(acts[who]);
    },
  );

  it('has every code once, a source on every row, and advice in both languages when an admin must act', () => {
    expect(verdicts.size).toBe(errcodeRows.length);
    for (const { source, act, zh, en } of errcodeRows) {
      expect(source).not.toBe('');
      expect([zh !== undefined, en !== undefined]).toEqual(act.startsWith('halt') ? [true, true] : [false, false]);
    }
  });

  it('blames the sender, whom a colleague can replace, or the pair, which has ended', () => {
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
    // A code has one meaning for all its errcodes; but 81011 concerns a tag, so another sender does not help.
    const differing = errcodeRows.filter(({ code, blames = [] }) =>
      errcodeRows.some((other) => other.code === code && (other.blames ?? []).join() !== blames.join()),
    );
    expect(differing.map(({ errcode }) => errcode)).toEqual([60011, 81011]);
  });

  it('counts every retry as an attempt, except while another app sends a welcome message', () => {
    expect(errcodeRows.filter(({ countsAsAttempt }) => countsAsAttempt === false).map(({ code }) => code)).toEqual([
      'welcome_in_flight',
    ]);
  });

  it('gives up on an unlisted errcode', () => {
    expect(verdictOn(99_999)).toMatchObject({ act: 'give_up', code: 'wecom_refused' });
  });
});
