import { systemClock, type Clock } from '../../platform/clock.js';
import type { CorpState, RunLog } from '../reconciliation.js';
import { AppAlarms } from './reconcile/app-alarms.js';
import { WecomCallback } from './callback/callback.js';
import { WecomApi } from './client/wecom-api.js';
import { ReconciliationRunner } from './reconcile/reconciliation-runner.js';
import { checkUp } from './doctor/check-up.js';
import { forecast } from './rate-limits/forecast.js';
import { emptyCorpState, noRunLog } from './reconcile/empty-corp-state.js';
import { Pictures, type PictureWaits } from './actions/pictures.js';
import { RateLimiter } from './rate-limits/rate-limiter.js';
import type { QuotaLedger } from './rate-limits/call-ledger.js';
import { publishedQuotas } from './rate-limits/published-quotas.js';
import type { Quotas } from '../quotas.js';
import type { WecomLogger, WecomSettings } from './settings.js';
import { WecomChannel } from './wecom.channel.js';
import type { WecomApp } from '../wecom-app.js';

export interface WecomDeps {
  readonly clock: Clock;
  readonly logger: WecomLogger;
  /** The default is `publishedQuotas`. */
  readonly quotas?: Quotas;
  /** Counts calls for all processes and over a restart; the default is in memory. */
  readonly ledger?: QuotaLedger;
  /** The stored state of the corp and the log of reconciliations; the default is empty. */
  readonly corpState?: CorpState;
  readonly runLog?: RunLog;
  /** Staff per call; the default is the maximum of WeCom. */
  readonly staffAtOnce?: number;
  /** How long a text waits for its picture. */
  readonly pictureWaits?: PictureWaits;
  /** The time of this machine, when the clock of the product is pushed. */
  readonly wallClock?: Clock;
}

/**
 * The WeCom channel, its callback handler, and the app as other channels use it, for one app of one corp. Add the routes with
 * `WecomModule.forCallback(callback)`. Until the channel is started they answer 503, so that WeCom repeats the callback.
 */
export function createWecomChannel(
  settings: WecomSettings,
  deps: WecomDeps,
): { readonly channel: WecomChannel; readonly callback: WecomCallback; readonly app: WecomApp } {
  const { clock, logger, quotas = publishedQuotas, corpState = emptyCorpState, runLog = noRunLog } = deps;
  const { wallClock = systemClock, ...rest } = deps;
  const api = new WecomApi(settings, {
    clock,
    limiter: new RateLimiter(clock, quotas, undefined, deps.ledger),
    logger,
  });
  const reconciliation = new ReconciliationRunner({ ...rest, api, corpState, runLog });
  const pictures = new Pictures(api, clock, deps.pictureWaits);
  const channel: WecomChannel = new WecomChannel({
    api,
    pictures,
    reconciliation,
    alarms: new AppAlarms(clock),
    corpState,
    agentId: settings.agentId,
    clock,
    status: {
      connection: () => ({
        ...api.connectionState(),
        callbacks: callback.counts(),
        comparing: reconciliation.progress(),
      }),
      checkUp: () =>
        checkUp({ api, settings, wallClock, callbacks: () => (channel.currentReceive() ? callback.counts() : null) }),
      forecast: (work) => forecast(quotas, work),
    },
  });
  const callback: WecomCallback = new WecomCallback(settings, () => channel.currentReceive(), clock, logger);
  const app: WecomApp = {
    corpId: settings.corpId,
    agentId: settings.agentId,
    call: (call) => api.call(call),
    tryCall: (call, expected) => api.tryCall(call, expected),
    mediaIdOf: (url) => pictures.mediaIdOf(url),
    forgetMedia: (url, mediaId) => pictures.forget(url, mediaId),
    onNotice: callback.onNotice,
  };
  return { channel, callback, app };
}
