import type { Fact } from '../../../src/domain/fact.js';
import { factData } from '../../../src/domain/fact.js';
import { ChatChannel } from '../../../src/channels/chat/chat.channel.js';
import type { ChatChannelDeps } from '../../../src/channels/chat/chat.channel.js';
import { chatPacing, noPacing } from '../../../src/channels/chat/chat-settings.js';
import type { CommandRequest, Receive } from '../../../src/channels/channel.js';
import { PushedClock } from '../../../src/platform/clock.js';
import { FakeChatGateway } from './fake-chat-gateway.js';
import { aLog } from './recorded-events.js';

export const memberWords = ['我的等级', '退订'];
export const isMemberCommand = (text: string): boolean => memberWords.some((word) => text.startsWith(word));

/** An inbox in memory: each key is stored once. */
export class RecordingInbox {
  readonly facts = new Map<string, Fact>();
  readonly commands = new Map<string, CommandRequest>();
  deliveries = 0;
  /** Errors for the next calls of `receive`. */
  failures: Error[] = [];

  readonly receive: Receive = async (received) => {
    this.deliveries += 1;
    const failure = this.failures.shift();
    if (failure) throw failure;
    let accepted = 0;
    for (const one of received) {
      const store: Map<string, unknown> = one.kind === 'fact' ? this.facts : this.commands;
      const { key } = one.kind === 'fact' ? one.fact : one.command;
      if (one.kind === 'fact') factData[one.fact.kind].parse(one.fact.data);
      if (!store.has(key)) accepted += 1;
      if (!store.has(key)) store.set(key, one.kind === 'fact' ? one.fact : one.command);
    }
    return { accepted, duplicates: received.length - accepted };
  };

  factsOf<K extends Fact['kind']>(kind: K): readonly Extract<Fact, { kind: K }>[] {
    return [...this.facts.values()].filter((fact): fact is Extract<Fact, { kind: K }> => fact.kind === kind);
  }
}

export async function aChatChannel({
  pacing = noPacing,
  gateway = new FakeChatGateway(),
  ...deps
}: Partial<ChatChannelDeps> & { pacing?: Parameters<typeof chatPacing.parse>[0]; gateway?: FakeChatGateway } = {}) {
  const clock = new PushedClock(gateway.corp.at);
  const inbox = new RecordingInbox();
  const log = aLog();
  const channel = new ChatChannel(gateway, chatPacing.parse(pacing), {
    clock,
    logger: log,
    isMemberCommand,
    random: () => 0,
    sleep: async (ms) => clock.pushTo(clock.now() + ms),
    ...deps,
  });
  await channel.start(inbox.receive);
  return { channel, gateway, corp: gateway.corp, clock, inbox, log };
}
