import type { Channel } from '../../../src/channels/channel.js';
import { kf } from '../../../src/channels/kf/kf.definition.js';
import type { WecomApp, WecomNotice } from '../../../src/channels/wecom-app.js';
import { createWecomChannel } from '../../../src/channels/wecom/create-wecom-channel.js';
import { createLogger } from '../../../src/platform/logger/logger.js';
import { PushedClock } from '../../../src/platform/clock.js';
import type { Database } from '../../../src/platform/database/database.js';
import { FakeChannel } from '../../support/fake-channel.js';
import { aProduct, type TestProduct } from '../../support/test-product.js';
import { aCorp, silent } from '../wecom/a-corp.js';
import { FakeWecom } from '../wecom/fake-wecom.js';
import { ACCOUNT, ScriptedKf } from './scripted-kf.js';

const MONDAY = Date.parse('2026-11-23T10:00:00+08:00');

/** A product whose customers write to customer service. */
export interface KfProduct extends TestProduct {
  readonly kf: ScriptedKf;
  readonly wecom: FakeWecom;
  readonly kfChannel: Channel;
  /** The callback comes, everything is read, answered and delivered. */
  heard(): Promise<void>;
  /** The callback of an event comes. */
  notified(event: string, fields: Readonly<Record<string, string>>): void;
  /** The texts that customers got, in order. */
  said(): string[];
  close(): Promise<void>;
}

export async function aKfProduct(
  db: Database,
  { mediaUrl = '', channel = new FakeChannel() }: { mediaUrl?: string; channel?: FakeChannel } = {},
): Promise<KfProduct> {
  const wecom = new FakeWecom();
  await wecom.open();
  const clock = new PushedClock(MONDAY);
  const service = new ScriptedKf(wecom, clock);
  const { app } = createWecomChannel(aCorp({ apiBase: wecom.url }), { clock, logger: silent });
  const listeners = new Map<string, (notice: WecomNotice) => void>();
  const listening: WecomApp = {
    ...app,
    mediaIdOf: (url) => (url === mediaUrl ? Promise.resolve('media-1') : app.mediaIdOf(url)),
    onNotice: (event, listener) => void listeners.set(event, listener),
  };
  const { channel: kfChannel } = kf.open(
    { accounts: [ACCOUNT] },
    {
      ...{ clock, database: db, wecomApp: listening, logger: createLogger({ level: 'fatal' }) },
      isMemberCommand: () => false,
      pastChatWrites: () => Promise.resolve([]),
    },
  );
  const product = await aProduct(db, { clock, channel, others: [kfChannel] });
  const notified = (event: string, fields: Readonly<Record<string, string>>) =>
    listeners.get(event)!({ event, field: (name) => fields[name] });
  const heard = async (): Promise<void> => {
    notified('kf_msg_or_event', { OpenKfId: ACCOUNT, Token: service.token() });
    await kfChannel.poll!();
    await product.workLoop.drain();
  };
  await heard();
  return {
    ...product,
    kf: service,
    wecom,
    kfChannel,
    heard,
    notified,
    said: () =>
      service.accepted.flatMap(({ body }) => {
        const text = body['text'] as { content: string } | undefined;
        const menu = body['msgmenu'] as { head_content: string } | undefined;
        return text?.content ?? menu?.head_content ?? [];
      }),
    close: async () => {
      await kfChannel.stop();
      await wecom.close();
    },
  };
}
