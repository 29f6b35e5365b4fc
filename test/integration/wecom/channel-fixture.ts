import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { createWecomChannel } from '../../../src/channels/wecom/create-wecom-channel.js';
import type { ActionResult } from '../../../src/channels/channel.js';
import type { WecomChannel } from '../../../src/channels/wecom/wecom.channel.js';
import type { Action, ActionOf } from '../../../src/domain/action.js';
import { PushedClock } from '../../../src/platform/clock.js';
import { aCorp, silent } from './a-corp.js';
import { FakeWecom } from './fake-wecom.js';

/** Ids and times of the recorded answers. */
export const now = 1_795_219_600_000;
export const anRan = 'wmZk3p9QBAAAW9Zu9GtgKApHUlXB5Dox';
export const msgid = 'msgZk3p9QBAAAhqtDTqw2rC8H7FCm8g8s';
export const ok = { errcode: 0, errmsg: 'ok' };
const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

export const textOf = (text: string) => ({ text, attachments: [] });
export const massSend = (over: Partial<ActionOf<'mass_send'>> = {}) =>
  ({
    kind: 'mass_send',
    sender: 'LinXia',
    externalUserIds: [anRan],
    message: textOf('周五福利预告'),
    ...over,
  }) as const;

export interface ChannelFixture {
  readonly wecom: FakeWecom;
  /** Both are new for each test. */
  readonly clock: PushedClock;
  channel: WecomChannel;
  /** Serves a picture under every path but /gone.png (404), /broken.png (503), /page.png (no picture), /never.png (no answer). */
  readonly pictureUrl: string;
  /** Since the test began. */
  readonly pictureReads: number;
  send(action: Action, key?: string): Promise<ActionResult>;
}

/** The WeCom channel against a fake WeCom and a server of pictures, for the tests of a file. */
export function channelFixture(): ChannelFixture {
  let pictures: Server;
  const fixture = {
    wecom: new FakeWecom(),
    clock: new PushedClock(now),
    channel: undefined as unknown as WecomChannel,
    pictureUrl: '',
    pictureReads: 0,
    send: (action: Action, key = 'k1') => fixture.channel.send(action, key),
  };
  beforeAll(async () => {
    await fixture.wecom.open();
    pictures = createServer((request, response) => {
      fixture.pictureReads += 1;
      if (request.url === '/never.png') return;
      response.statusCode = request.url === '/gone.png' ? 404 : request.url === '/broken.png' ? 503 : 200;
      response.end(request.url === '/page.png' ? '<html>' : png);
    });
    await new Promise<void>((opened) => pictures.listen(0, '127.0.0.1', opened));
    fixture.pictureUrl = `http://127.0.0.1:${(pictures.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    pictures.closeAllConnections();
    await new Promise((closed) => pictures.close(closed));
    await fixture.wecom.close();
  });
  beforeEach(() => {
    const { wecom, clock } = Object.assign(fixture, { clock: new PushedClock(now), pictureReads: 0 });
    fixture.channel = createWecomChannel(aCorp({ apiBase: wecom.url }), { clock, logger: silent }).channel;
  });
  return fixture;
}
