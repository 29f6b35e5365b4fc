import { expect } from 'vitest';
import { errcodeRows } from '../../../../src/channels/wecom/client/errcode-rows.js';
import type { WecomApi } from '../../../../src/channels/wecom/client/wecom-api.js';

interface Thrown extends Error {
  readonly code: string;
  readonly retryAfterMs?: number;
}

export const failing = (promise: Promise<unknown>): Promise<Thrown> =>
  promise.then(
    (value) => Promise.reject(new Error(`it succeeded: ${JSON.stringify(value)}`)),
    (error: unknown) => error as Thrown,
  );

/** The rest WeCom's own limit calls for: an hour for a blocked address, else the shortest window. */
const restOf = (endpoint: string): number => (endpoint === 'gettoken' ? 3_600_000 : 60_000);

/** Who acts, and after how long, is what the row of this errcode says; an admin is told what to do. */
export function expectVerdict(error: Thrown, errcode: number, endpoint: string, api: WecomApi): void {
  const row = errcodeRows.find((one) => one.errcode === errcode);
  const { act, code, afterMs = 2_000 } = row ?? { act: 'give_up', code: 'wecom_refused' };
  const is = (name: string, thrownCode: string) =>
    expect({ errcode, name: error.name, code: error.code }).toEqual({ errcode, name, code: thrownCode });
  const waits = (ms: number) => {
    expect(error.retryAfterMs).toBeGreaterThanOrEqual(ms);
    expect(error.retryAfterMs).toBeLessThanOrEqual(ms * 1.5);
  };
  expect(error.message).toContain(`(${errcode})`);
  const halted = api.connectionState().halted;
  switch (act) {
    case 'give_up':
      is('GiveUp', code);
      expect(halted).toEqual([]);
      return;
    case 'retry':
    case 'crowded':
    case 'conflict':
    case 'refresh':
      is('RetryLater', code);
      waits(afterMs);
      expect(halted).toEqual([]);
      return;
    case 'window':
      is('RetryLater', code);
      waits(restOf(endpoint));
      expect(api.connectionState().waiting).toMatchObject([{ endpoint, why: 'blocked' }]);
      return;
    case 'halt_app':
    case 'halt_endpoint':
      is('RetryLater', 'wecom_halted');
      expect(halted).toMatchObject([{ endpoint, errcode, code, advice: { zh: row?.zh, en: row?.en } }]);
      expect(api.problemText()).toContain(row?.zh);
  }
}
