import { systemClock, type Clock } from '../../platform/clock.js';
import type { CorpState, RunLog } from '../reconciliation.js';
import { AppAlarms } from './reconcile/app-alarms.js';
import { WecomCallback } from './callback/callback.js';
import { WecomApi } from './client/wecom-api.js';
import { ReconciliationRunner } from './reconcile/reconciliation-runner.js';
import { checkUp } from './doctor/check-up.js';
import { forecast } from './rate-limits/forecast.js';
import { nothingKnown, unrecorded } from './reconcile/nothing-known.js';
import { Pictures, type Patience } from './actions/pictures.js';
import { RateLimiter } from './rate-limits/rate-limiter.js';
import type { QuotaLedger } from './rate-limits/call-ledger.js';
import { publishedQuotas } from './rate-limits/published-quotas.js';
import type { Quotas } from '../quotas.js';
import type { WecomLogger, WecomSettings } from './settings.js';
import { WecomChannel } from './wecom.channel.js';

export interface WecomDeps {
  readonly clock: Clock;
  readonly logger: WecomLogger;
  /** Instead of the published ones. */
  readonly quotas?: Quotas;
  /** Where calls are counted for all processes and after a restart; left out: in memory. */
  readonly ledger?: QuotaLedger;
  /** What the product holds of the corp, and its record of the comparisons; left out: everything is news. */
  readonly known?: CorpState;
  readonly runs?: RunLog;
  /** Instead of as many as one call takes. */
  readonly staffAtOnce?: number;
  /** How long words wait for their picture. */
  readonly patience?: Patience;
  /** This machine's own time, where the product's is pushed. */
  readonly wallClock?: Clock;
}

/**
 * The WeCom channel and its callback door, which speak for one app of one corp. Hang the door on the server with
 * `WecomModule.forCallback(callback)`; until the channel is started it answers 503, so that nothing is lost.
 */
export function createWecomChannel(
  settings: WecomSettings,
  deps: WecomDeps,
): { readonly channel: WecomChannel; readonly callback: WecomCallback } {
  const { clock, logger, quotas = publishedQuotas, known = nothingKnown, runs = unrecorded } = deps;
  const { wallClock = systemClock, ...rest } = deps;
  const api = new WecomApi(settings, clock, new RateLimiter(clock, quotas, undefined, deps.ledger), undefined, logger);
  const corp = new ReconciliationRunner({ ...rest, api, known, runs });
  const channel: WecomChannel = new WecomChannel({
    api,
    pictures: new Pictures(api, clock, deps.patience),
    corp,
    alarms: new AppAlarms(clock),
    known,
    agentId: settings.agentId,
    clock,
    standing: {
      connection: () => ({ ...api.standing(), callbacks: callback.figures(), comparing: corp.comparing() }),
      checkUp: () =>
        checkUp({ api, settings, wallClock, callbacks: () => (channel.receiver() ? callback.figures() : null) }),
      forecast: (work) => forecast(quotas, work),
    },
  });
  const callback: WecomCallback = new WecomCallback(settings, () => channel.receiver(), clock, logger);
  return { channel, callback };
}
