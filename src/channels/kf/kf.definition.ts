import type { ChannelDefinition } from '../channel-definition.js';
import { KfAccounts } from './kf-accounts.js';
import { KfAccountsStore } from './kf-accounts.store.js';
import { accountsCheck } from './kf-checks.js';
import { KfChannel } from './kf.channel.js';
import { KfPullStore } from './kf-pull.store.js';
import { KfReader } from './kf-reader.js';
import { KfSender } from './kf-sender.js';
import { KfSentStore } from './kf-sent.store.js';
import { KfSessions } from './kf-sessions.js';
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
    const app = wecomApp;
    const served = new KfAccounts(accounts, { app, store: new KfAccountsStore(database), clock, logger });
    const reader = new KfReader(served, { app, store: new KfPullStore(database), clock, logger });
    const sender = new KfSender({ app, store: new KfSentStore(database), clock });
    return {
      channel: new KfChannel({
        accounts: served,
        app,
        reader,
        sender,
        sessions: new KfSessions({ app, sender, clock }),
        logger,
      }),
    };
  },
  checkUp: async ({ accounts }, { wecomApp }) => (wecomApp ? [await accountsCheck(wecomApp, accounts)] : []),
};
