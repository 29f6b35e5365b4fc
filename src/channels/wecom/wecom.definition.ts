import type { Config, WecomCredentials } from '../../platform/config/config.js';
import type { ChannelDefinition } from '../channel-definition.js';
import { CALLBACK_PATH } from './callback/callback.routes.js';
import { createWecomChannel } from './create-wecom-channel.js';
import { CallLedger } from './rate-limits/call-ledger.store.js';
import type { WecomSettings } from './settings.js';
import { wecomReasons } from './wecom-reasons.js';
import { WecomModule } from './wecom.module.js';

export const wecom: ChannelDefinition<WecomSettings> = {
  id: 'wecom',
  label: { zh: '企业微信', en: 'WeCom' },
  settings: (config) => (config.wecom ? settingsOf(config, config.wecom) : null),
  reasons: wecomReasons,
  open(settings, { clock, logger, database, corpState, runLog, wecomQuotas }) {
    const { channel, callback, app } = createWecomChannel(settings, {
      clock,
      logger,
      ...(database ? { ledger: new CallLedger(database, settings.corpId) } : {}),
      ...(corpState ? { corpState } : {}),
      ...(runLog ? { runLog } : {}),
      ...(wecomQuotas ? { quotas: wecomQuotas } : {}),
    });
    return { channel, door: WecomModule.forCallback(callback), wecomApp: app };
  },
  checkUp: (settings, { clock, logger }) => createWecomChannel(settings, { clock, logger }).channel.checkUp(),
};

const settingsOf = (config: Config, credentials: WecomCredentials): WecomSettings => ({
  ...credentials,
  apiBase: config.wecomApiBase,
  callbackMaxAgeHours: config.wecomCallbackMaxAgeHours,
  callbackUrl: config.wecomCallbackUrl,
  localCallbackUrl: localCallbackUrl(config),
});

/** The callback URL from this machine. Port 0 means a random port, which is not known yet. */
const localCallbackUrl = ({ host, port }: Config): string | undefined =>
  port === 0
    ? undefined
    : `http://${host === '0.0.0.0' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host}:${port}${CALLBACK_PATH}`;
