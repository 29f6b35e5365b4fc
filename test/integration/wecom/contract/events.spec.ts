import 'reflect-metadata';
import { readdirSync, readFileSync } from 'node:fs';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Received } from '../../../../src/channels/channel.js';
import { WecomCallback } from '../../../../src/channels/wecom/callback/callback.js';
import { WecomModule } from '../../../../src/channels/wecom/wecom.module.js';
import { startSandbox, type SandboxRecord } from '../../../../src/sandbox/sandbox.js';
import { aCorp, silent } from '../a-corp.js';
import { eventRows, type EventNames } from './events.js';
import { openSandboxWorld } from './sandbox-world.js';

type Callback = SandboxRecord['callbacks'][number];

const field = (plaintext: string, name: string): string | undefined =>
  new RegExp(`<${name}>(?:<!\\[CDATA\\[)?([^\\]<]*)`).exec(plaintext)?.[1];
function kindOf({ plaintext }: Callback): string {
  const event = field(plaintext, 'Event');
  if (event === undefined) return `message.${field(plaintext, 'MsgType') ?? ''}`;
  return [event, field(plaintext, 'ChangeType'), field(plaintext, 'UpdateDetail')].filter(Boolean).join('.');
}

const bare = (received: readonly Received[]) =>
  received.map((one) =>
    one.kind === 'fact'
      ? { kind: one.fact.kind, member: one.fact.member, data: one.fact.data }
      : { said: one.command.text, from: one.command.from, replyTo: one.command.replyTo },
  );

describe('what people do in the sandbox corp', () => {
  let world: Awaited<ReturnType<typeof openSandboxWorld>>;
  let app: NestFastifyApplication;
  let names: EventNames;
  const received: Received[] = [];

  beforeAll(async () => {
    world = await openSandboxWorld();
    const { corp, raw } = world;
    const keep = (delivered: readonly Received[]) => {
      received.push(...delivered);
      return Promise.resolve({ accepted: delivered.length, duplicates: 0 });
    };
    const callback = new WecomCallback(aCorp(), () => keep, { now: () => corp.now() }, silent);
    @Module({ imports: [WecomModule.forCallback(callback)] })
    class Product {}
    app = await NestFactory.create<NestFastifyApplication>(Product, new FastifyAdapter(), { logger: false });
    await app.listen(0, '127.0.0.1');
    corp.setDoors({ callbackUrl: `${await app.getUrl()}/wecom/callback` });
    const way = { type: 2, scene: 2, state: 'asks', skip_verify: false, user: ['LinXia'] };
    const { config_id: askingWay } = await raw('externalcontact/add_contact_way', way);
    await raw('externalcontact/transfer_customer', {
      handover_userid: 'LinXia',
      takeover_userid: 'ChenYu',
      external_userid: [world.names.customer],
    });
    await raw('message/send', {
      touser: 'LinXia',
      msgtype: 'template_card',
      agentid: 1_000_002,
      template_card: {
        card_type: 'text_notice',
        main_title: { title: '群快满了' },
        action_menu: { desc: '更多', action_list: [{ text: '稍后', key: 'later' }] },
        card_action: { type: 1, url: 'https://shop.example.invalid/w' },
        task_id: 'menu-1',
      },
    });
    names = {
      ...world.names,
      askingWay: String(askingWay),
      id: (nickname) => corp.record().people.find((one) => one.name === nickname)?.externalUserId ?? '',
    };
  });
  afterAll(async () => {
    await app.close();
    await world.close();
  });

  it.each(eventRows.map((row, at) => [at, row.posts.join(', ') || 'nothing', row] as const))(
    '%i: sends %s, which is understood',
    async (_at, _posts, row) => {
      const acts = row.acts(names);
      for (const act of acts.slice(0, -1)) await world.corp.act(act);
      const before = world.corp.record().callbacks.length;
      received.length = 0;
      await world.corp.act(acts.at(-1)!);
      const callbacks = world.corp.record().callbacks.slice(before);
      expect(callbacks.map(kindOf)).toEqual(row.posts);
      expect(callbacks.map(({ state, answers }) => [state, answers])).toEqual(callbacks.map(() => ['answered', 1]));
      const facts = bare(received);
      expect(facts).toHaveLength(row.received(names).length);
      expect(facts).toEqual(
        expect.arrayContaining(row.received(names).map((one) => expect.objectContaining(one) as unknown)),
      );
    },
  );
});

describe('the table of events', () => {
  const posted = new Set(eventRows.flatMap((row) => row.posts));
  const sandbox = new URL('../../../../src/sandbox/', import.meta.url);

  it('contains every act of the people and staff in the sandbox that no other spec tries', () => {
    const doors = new URL('doors/', sandbox);
    const acts = readdirSync(doors)
      .filter((name) => name.endsWith('acts.ts'))
      .flatMap((name) => [...readFileSync(new URL(name, doors), 'utf8').matchAll(/do: z\.literal\('(\w+)'\)/g)])
      .map((match) => match[1]);
    const anything = { id: () => 'x', askingWay: 'x' } as unknown as EventNames;
    const tried = new Set(eventRows.map((row) => row.acts(anything).at(-1)?.do));
    expect(acts.length).toBeGreaterThan(40);
    // Customer service, acquisition links and phones have specs of their own.
    const specs = [new URL('../../', import.meta.url), sandbox].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.spec.ts'))
        .map((name) => readFileSync(new URL(name, folder), 'utf8')),
    );
    const isTriedElsewhere = (act: string | undefined): boolean => specs.some((spec) => spec.includes(`do: '${act}'`));
    expect(acts.filter((act) => !tried.has(act as never) && !isTriedElsewhere(act))).toEqual([]);
  });

  it('contains every kind of callback that an active corp posts in a month', async () => {
    const settings = aCorp();
    const corp = await startSandbox({
      ...settings,
      agentId: String(settings.agentId),
      startAt: Date.parse('2026-03-02T00:00:00+08:00'),
      people: 60,
      months: 1,
    });
    await corp.advance(corp.now() + 30 * 86_400_000);
    const kinds = [...new Set(corp.record().callbacks.map(kindOf))];
    await corp.close();
    expect(kinds.length).toBeGreaterThan(4);
    expect(kinds.filter((kind) => !posted.has(kind))).toEqual([]);
  });

  it('contains every recorded kind of callback', () => {
    const folder = new URL('../../../fixtures/wecom/', import.meta.url);
    const recorded = readdirSync(folder)
      .filter((name) => name.startsWith('cb_'))
      .map((name) => kindOf({ plaintext: readFileSync(new URL(name, folder), 'utf8') } as Callback));
    expect(recorded.length).toBe(21);
    expect(recorded.filter((kind) => !posted.has(kind))).toEqual([]);
  });
});
