import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CommandRequest } from '../../../src/channels/channel.js';
import { createWecomChannel } from '../../../src/channels/wecom/create-wecom-channel.js';
import type { WecomChannel } from '../../../src/channels/wecom/wecom.channel.js';
import { WecomModule } from '../../../src/channels/wecom/wecom.module.js';
import type { Fact } from '../../../src/domain/fact.js';
import { startSandbox, type Sandbox, type Trouble } from '../../../src/sandbox/sandbox.js';
import { aCorp, silent } from './a-corp.js';

const startAt = Date.parse('2026-03-02T10:00:00+08:00');
let corp: Sandbox;
let app: NestFastifyApplication;
let channel: WecomChannel;
let facts: Map<string, Fact>;
let commands: Map<string, CommandRequest>;

beforeEach(async () => {
  facts = new Map();
  commands = new Map();
  const settings = aCorp();
  corp = await startSandbox({ ...settings, agentId: String(settings.agentId), startAt, people: 0 });
  const made = createWecomChannel(
    { ...settings, apiBase: corp.url },
    { clock: { now: () => corp.now() }, logger: silent },
  );
  channel = made.channel;
  @Module({ imports: [WecomModule.forCallback(made.callback)] })
  class Product {}
  app = await NestFactory.create<NestFastifyApplication>(Product, new FastifyAdapter(), { logger: false });
  await app.listen(0, '127.0.0.1');
  corp.setDoors({ callbackUrl: `${await app.getUrl()}/wecom/callback` });
  await channel.start((received) => {
    for (const one of received) {
      if (one.kind === 'fact') facts.set(one.fact.key, one.fact);
      else commands.set(one.command.key, one.command);
    }
    return Promise.resolve({ accepted: received.length, duplicates: 0 });
  });
});

afterEach(async () => {
  await channel.stop();
  await app.close();
  await corp.close();
});

const storedKinds = (): string[] => [...facts.values()].map((fact) => fact.kind);

const shapes: readonly (readonly [string, Trouble])[] = [
  ['as in most samples', {}],
  ['without CDATA', { envelope: { cdata: false } }],
  ['on lines of their own', { envelope: { spaced: true } }],
  ['in a JSON envelope', { envelope: { json: true } }],
  ['twice with the very same ciphertext', { envelope: { sameSeal: true }, mischief: { duplicate: 1 } }],
  ['twice with another ciphertext', { mischief: { duplicate: 1 } }],
];

it.each(shapes)('stores callbacks that arrive %s, each once', async (_, trouble) => {
  corp.trouble(trouble);
  await corp.act({ do: 'newcomer', name: '小鹿' });
  await corp.act({ do: 'add_contact', who: '小鹿', staff: 'LinXia', state: 'a&b<c>', welcome: false });
  await corp.act({ do: 'invite', who: '小鹿', group: '会员群①', staff: 'ChenYu' });
  await corp.act({ do: 'write_to_app', staff: 'LinXia', text: '为什么 <小鹿> & 云朵' });
  expect(corp.record().callbacks.map((callback) => callback.state)).toEqual(['answered', 'answered', 'answered']);
  const added = [...facts.values()].filter((fact) => fact.kind === 'contact_added');
  expect(added).toMatchObject([{ data: { staff: 'LinXia', state: 'a&b<c>' } }]);
  expect(storedKinds().filter((kind) => kind === 'unrecognized')).toEqual([]);
  expect([...commands.values()]).toHaveLength(1);
  expect(JSON.stringify([...commands.values()])).toContain('<小鹿> & 云朵');
});

it('answers the check of its address also with a raw plus in the query', async () => {
  corp.trouble({ envelope: { rawPlus: true } });
  expect(await corp.verify()).toEqual({ ok: true });
});

it('interprets every action of staff and administrators, and stores unknown events', async () => {
  corp.trouble({ mischief: { misnamed: 0.5, noisy: 1, bare: 0.5 } });
  await corp.act({ do: 'newcomer', name: '小鹿' });
  await corp.act({ do: 'add_contact', who: '小鹿', staff: 'LinXia', half: true });
  await corp.act({ do: 'add_contact', who: '小鹿', staff: 'LinXia' });
  await corp.act({ do: 'edit_contact', who: '小鹿', staff: 'LinXia', remark: '小鹿姐' });
  await corp.act({ do: 'new_tag_group', name: '活动', tags: ['秋游', '年会'] });
  await corp.act({ do: 'shuffle_tags' });
  await corp.act({ do: 'delete_tag_group', group: '活动' });
  await corp.act({ do: 'new_group', name: '新群', owner: 'LinXia' });
  await corp.act({ do: 'rename_group', group: '新群', name: '新新群' });
  await corp.act({ do: 'change_notice', group: '新新群', text: '周五见' });
  await corp.act({ do: 'change_owner', group: '新新群', staff: 'ZhaoMin' });
  await corp.act({ do: 'dismiss_group', group: '新新群' });
  await corp.act({ do: 'transfer', who: '小鹿', from: 'LinXia', to: 'ZhaoMin' });
  await corp.act({ do: 'transfer', who: '小鹿', from: 'ZhaoMin', to: 'ChenYu', outcome: 'customer_limit_exceed' });
  await corp.act({ do: 'rename_staff', staff: 'GuBei', name: '顾北北' });
  await corp.act({ do: 'staff_leaves', staff: 'TangGuo' });
  expect(corp.record().callbacks.every((callback) => callback.state === 'answered')).toBe(true);
  expect(storedKinds().filter((kind) => kind === 'unrecognized')).toEqual([]);
  await corp.act({ do: 'send_callback', event: 'change_external_contact', fields: { ChangeType: 'something_new' } });
  expect(storedKinds().filter((kind) => kind === 'unrecognized')).toHaveLength(1);
});
