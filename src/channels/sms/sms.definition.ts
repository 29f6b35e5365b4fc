import type { ChannelDefinition } from '../channel-definition.js';
import type { SmsSettings } from './sms-client.js';
import { smsReasons } from './sms-reasons.js';
import { SmsChannel } from './sms.channel.js';

export const sms: ChannelDefinition<SmsSettings> = {
  id: 'sms',
  label: { zh: '短信', en: 'Text message' },
  settings: (config) => config.sms ?? null,
  reasons: smsReasons,
  open: (settings, { clock }) => ({ channel: new SmsChannel(settings, clock) }),
};
