import type { ChannelDefinition } from '../channel-definition.js';
import { KfChannel } from './kf.channel.js';
import { KfPullStore } from './kf-pull.store.js';
import { KfReader } from './kf-reader.js';
import { kfReasons } from './kf-reasons.js';

interface KfSettings {
  readonly accounts: readonly string[];
}

export const kf: ChannelDefinition<KfSettings> = {
  id: 'kf',
  label: { zh: '微信客服', en: 'Customer service' },
  settings: ({ wecom, wecomKfIds = [] }) => (wecom && wecomKfIds.length > 0 ? { accounts: wecomKfIds } : null),
  reasons: kfReasons,
  open({ accounts }, { wecomApp, database, clock, logger }) {
    if (!wecomApp || !database) throw new Error('customer service needs the app of the corp and a database');
    const reader = new KfReader(accounts, { app: wecomApp, store: new KfPullStore(database), clock, logger });
    return { channel: new KfChannel({ app: wecomApp, reader }) };
  },
};
