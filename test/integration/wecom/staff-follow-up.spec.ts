import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandRequest } from '../../../src/channels/channel.js';
import { createWecomChannel } from '../../../src/channels/wecom/create-wecom-channel.js';
import type { WecomChannel } from '../../../src/channels/wecom/wecom.channel.js';
import { WecomModule } from '../../../src/channels/wecom/wecom.module.js';
import { startSandbox, type Sandbox } from '../../../src/sandbox/sandbox.js';
import { aCorp, silent } from './a-corp.js';

const startAt = Date.parse('2026-03-02T10:00:00+08:00');
let corp: Sandbox;
let app: NestFastifyApplication;
let channel: WecomChannel;
let commands: CommandRequest[];
let added: string[];
const now = () => corp.now();

beforeEach(async () => {
  [commands, added] = [[], []];
  const settings = aCorp();
  corp = await startSandbox({ ...settings, agentId: String(settings.agentId), startAt, people: 0 });
  const made = createWecomChannel({ ...settings, apiBase: corp.url }, { clock: { now }, logger: silent });
  channel = made.channel;
  @Module({ imports: [WecomModule.forCallback(made.callback)] })
  class Product {}
  app = await NestFactory.create<NestFastifyApplication>(Product, new FastifyAdapter(), { logger: false });
  await app.listen(0, '127.0.0.1');
  corp.setDoors({ callbackUrl: `${await app.getUrl()}/wecom/callback` });
  await channel.start((received) => {
    for (const one of received) {
      if (one.kind === 'command') commands.push(one.command);
      else if (one.fact.kind === 'contact_added') added.push(one.fact.member.externalUserId ?? '');
    }
    return Promise.resolve({ accepted: received.length, duplicates: 0 });
  });
});

afterEach(async () => {
  await channel.stop();
  await app.close();
  await corp.close();
});

const owner = (): string => corp.record().groups[0]?.owner ?? '';

describe('a request to staff', () => {
  const card = (staff: string) =>
    ({
      kind: 'staff_card',
      task: 7,
      taskId: 'qunjie-7-abc',
      staff: [staff],
      title: '待办：清理旧群',
      text: '请将「小鹿」移出「普通1群」。',
      buttons: [
        { key: 'done', label: '已完成' },
        { key: 'snooze', label: '稍后提醒' },
      ],
    }) as const;

  it('is sent as a card, answered by a button, and the card changes once', async () => {
    const staff = owner();
    const sent = await channel.send(card(staff), 'c');
    expect(typeof sent.result?.['responseCode']).toBe('string');
    await corp.act({ do: 'tap_card', staff, taskId: 'qunjie-7-abc', key: 'done' });
    const pressed = commands[0];
    expect(pressed).toMatchObject({
      from: { kind: 'staff', staff },
      replyTo: { kind: 'card', taskId: 'qunjie-7-abc' },
      text: 'done qunjie-7-abc',
    });
    const responseCode = pressed?.replyTo.kind === 'card' ? pressed.replyTo.responseCode : '';
    const close = { kind: 'close_card', staff: [staff], responseCode, mark: `已处理 · ${staff}` } as const;
    await channel.send(close, 'x');
    // A second time its code is used up, and nothing changes.
    await expect(channel.send(close, 'x')).resolves.toEqual({});
  });

  it('is sent as text when the app has no callback address (43012)', async () => {
    const staff = owner();
    corp.trouble({ fault: { path: '/cgi-bin/message/send', kind: 'error', errcode: 43012 } });
    await channel.send(card(staff), 'c');
    expect(corp.record().inbox.at(-1)?.text).toContain('处理后回复「完成 7」或「稍后 7」');
    expect(channel.health().ok).toBe(true);
  });

  it('is reminded at most three times, cancelled, and read completely', async () => {
    await corp.act({ do: 'newcomer', name: '小鹿' });
    const sender = owner();
    await corp.act({ do: 'add_contact', who: '小鹿', staff: sender });
    const task = await channel.send(
      { kind: 'mass_send', sender, externalUserIds: added, message: { text: '周五福利预告', attachments: [] } },
      's',
    );
    const externalRef = task.ref ?? '';
    await corp.advance(now() + 30_000);
    const read = await channel.send({ kind: 'read_mass_send', externalRef, sender }, 'p');
    expect(read.result).toMatchObject({ sent: [], unsent: added, untapped: true, finished: false });
    for (const time of [1, 2, 3]) await channel.send({ kind: 'remind_mass_send', externalRef }, `r${time}`);
    await expect(channel.send({ kind: 'remind_mass_send', externalRef }, 'r4')).rejects.toMatchObject({
      code: 'wecom_quota_full',
    });
    await channel.send({ kind: 'cancel_mass_send', externalRef }, 'x');
    await expect(channel.send({ kind: 'cancel_mass_send', externalRef }, 'x')).rejects.toMatchObject({
      code: 'mass_send_cancelled',
    });
  });
});
