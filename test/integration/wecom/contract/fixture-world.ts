import { WecomApi } from '../../../../src/channels/wecom/client/wecom-api.js';
import { publishedQuotas } from '../../../../src/channels/wecom/rate-limits/published-quotas.js';
import { RateLimiter } from '../../../../src/channels/wecom/rate-limits/rate-limiter.js';
import { PushedClock } from '../../../../src/platform/clock.js';
import { aCorp } from '../a-corp.js';
import type { FakeWecom } from '../fake-wecom.js';
import type { Names, World } from './world.js';

/** The invented corp of the files in test/fixtures/wecom. */
const names: Names = {
  staff: 'LinXia',
  colleague: 'ZhaoMin',
  customer: 'wmZk3p9QBAAAW9Zu9GtgKApHUlXB5Dox',
  customerName: '安然',
  stranger: 'wmZk3p9QBAAAtPemBFwf1UNy2QKR8qOu',
  state: 'expo-2026-a',
  chatId: 'wrZk3p9QBAAANZqBRgyJ5S4GAtuNctgK',
  groupName: '年卡福利群01',
  tagId: 'etZk3p9QBAAAh1ZAKKC5aq7GkUxLeEaz',
  tagGroupId: 'etZk3p9QBAAAwuFpfnVUpHYt0kz5aSwy',
  contactWay: '297f9c21c02f2caa59d06fd9d0a741e0',
  groupWelcome: 'msgXXXXXX',
  joinWay: '888fc491b64635913dfe0a4919a875a6',
  joinState: 'grp-expo',
  massSend: 'msgZk3p9QBAAAhqtDTqw2rC8H7FCm8g8s',
  welcomeCode: 'jl5nj3wmFN9zAq2NDOlw4iC5rBED0mCM1h9ZeAqAy1i',
  responseCode: 'ImSgCJYOyXtZ65klxBuutHUdOBl3KWX0DFPbmLjr',
  mediaId: 'hxbd7SJtVMFGq5JsKGgP4F9IjXZKiWbNTehtU7D5oLH7p4BQyKb5wRcWL0bKFw5F',
  now: 1_795_219_200,
  statDay: 1_795_104_000,
};

/** A wait that is over at once: what is waited for is another program, and here there is none. */
export const atOnce = (): Promise<void> => Promise.resolve();

export interface FixtureWorld extends World {
  readonly clock: PushedClock;
}

/** An app that has asked nothing yet, before a server that answers as it was told to. */
export function fixtureWorld(wecom: FakeWecom): FixtureWorld {
  const clock = new PushedClock(names.now * 1_000);
  return {
    api: new WecomApi(aCorp({ apiBase: wecom.url }), {
      clock,
      limiter: new RateLimiter(clock, publishedQuotas, atOnce),
      timeoutMs: 5_000,
    }),
    names,
    clock,
    asked: (endpoint) => wecom.asked.filter((one) => one.endpoint === endpoint),
  };
}
