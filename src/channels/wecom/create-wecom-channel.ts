import type { Clock } from '../../platform/clock.js';
import { WecomCallback } from './callback.js';
import { WecomApi } from './client/wecom-api.js';
import { CorpReading } from './corp-reading.js';
import { Pictures } from './pictures.js';
import { Quota } from './quota.js';
import { publishedQuotas, type Quotas } from './quotas.js';
import type { WecomLogger, WecomSettings } from './settings.js';
import { WecomChannel } from './wecom.channel.js';

export interface WecomDeps {
  readonly clock: Clock;
  readonly logger: WecomLogger;
  /** Instead of the published ones. */
  readonly quotas?: Quotas;
}

/**
 * The WeCom channel and its callback door, which speak for one app of one corp. Hang the door on the server with
 * `WecomModule.forCallback(callback)`; until the channel is started it answers 503, so that nothing is lost.
 */
export function createWecomChannel(
  settings: WecomSettings,
  { clock, logger, quotas = publishedQuotas }: WecomDeps,
): { readonly channel: WecomChannel; readonly callback: WecomCallback } {
  const api = new WecomApi(settings, clock, new Quota(clock, quotas), undefined, logger);
  const channel = new WecomChannel({
    api,
    pictures: new Pictures(api, clock),
    corp: new CorpReading(api, clock, logger),
    agentId: settings.agentId,
    clock,
  });
  return { channel, callback: new WecomCallback(settings, () => channel.receiver(), clock, logger) };
}
