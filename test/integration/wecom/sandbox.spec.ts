import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandRequest } from '../../../src/channels/channel.js';
import { createWecomChannel } from '../../../src/channels/wecom/create-wecom-channel.js';
import type { WecomChannel } from '../../../src/channels/wecom/wecom.channel.js';
import { WecomModule } from '../../../src/channels/wecom/wecom.module.js';
import type { Fact, FactKind, FactOf } from '../../../src/domain/fact.js';
import { startSandbox, type Sandbox } from '../../../src/sandbox/sandbox.js';
import { aCorp, silent } from './a-corp.js';

const startAt = Date.parse('2026-03-02T10:00:00+08:00');
let corp: Sandbox;
let app: NestFastifyApplication;
let channel: WecomChannel;
let facts: Map<string, Fact>;
let commands: Map<string, CommandRequest>;

const latest = <K extends FactKind>(kind: K): FactOf<K> => {
  const found = [...facts.values()].filter((fact): fact is FactOf<K> => fact.kind === kind).at(-1);
  if (!found) throw new Error(`there is no ${kind}`);
  return found;
};
const now = () => corp.now();

/** A corp of the sandbox's, nobody in it but staff, and the channel with its door in front of it. */
beforeEach(async () => {
  facts = new Map();
  commands = new Map();
  const settings = aCorp();
  corp = await startSandbox({
    ...settings,
    agentId: String(settings.agentId),
    startAt,
    people: 0,
    mischief: { duplicate: 1 },
  });
  const made = createWecomChannel({ ...settings, apiBase: corp.url }, { clock: { now }, logger: silent });
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

async function aContact(name: string): Promise<{ externalUserId: string; staff: string; welcomeCode: string }> {
  await corp.act({ do: 'newcomer', name });
  const staff = corp.record().groups[0]?.owner ?? '';
  await corp.act({ do: 'add_contact', who: name, staff, state: 'expo' });
  const added = latest('contact_added');
  return { externalUserId: added.member.externalUserId ?? '', staff, welcomeCode: added.data.welcomeCode ?? '' };
}

describe('with the sandbox corp', () => {
  it('passes the platform’s check of the callback address', async () => {
    expect(await corp.verify()).toMatchObject({ ok: true });
  });

  it('stores a repeated contact event once, and sends welcome, remark and tags', async () => {
    const { externalUserId, staff, welcomeCode } = await aContact('小鹿');
    expect([...facts.values()].filter((fact) => fact.kind === 'contact_added')).toHaveLength(1);
    expect(latest('contact_added').data).toMatchObject({ staff, state: 'expo', mutual: true });

    await channel.send({ kind: 'send_welcome', welcomeCode, message: { text: '欢迎你，小鹿', attachments: [] } }, 'w');
    const { result } = await channel.send({ kind: 'ensure_tags', group: '会员层级', names: ['潜在', '普通'] }, 't');
    const [tag] = result?.['tags'] as { id: string }[];
    await channel.send({ kind: 'mark_tags', staff, externalUserId, add: [tag?.id ?? ''], remove: [] }, 'm');
    await channel.send({ kind: 'set_remark', staff, externalUserId, remark: '小鹿-展会' }, 'r');

    const record = corp.record();
    expect(record.received).toMatchObject([{ text: '欢迎你，小鹿' }]);
    expect(record.pairs.find((pair) => pair.externalUserId === externalUserId)).toMatchObject({
      remark: '小鹿-展会',
      tags: [{ name: '潜在' }],
    });
    const { facts: read } = await channel.send({ kind: 'read_contact', externalUserId }, 'c');
    expect(read).toMatchObject([
      { data: { name: '小鹿', follows: [{ staff, remark: '小鹿-展会', state: 'expo', tagIds: [tag?.id] }] } },
    ]);
  });

  it('gets a refusal for a second welcome, so that a repeat greets nobody twice', async () => {
    const { welcomeCode } = await aContact('小鹿');
    const welcome = { kind: 'send_welcome', welcomeCode, message: { text: '欢迎', attachments: [] } } as const;
    await channel.send(welcome, 'w');
    await expect(channel.send(welcome, 'w')).rejects.toMatchObject({ name: 'GiveUp' });
    expect(corp.record().received).toHaveLength(1);
  });

  it('brings a member into a group by a code and gets the callback and the read', async () => {
    const { externalUserId } = await aContact('小鹿');
    const chatId = corp.record().groups[0]?.chatId ?? '';
    const way = await channel.send({ kind: 'ensure_join_way', chatId, state: 'mv1', remark: '换群' }, 'j');
    await corp.act({ do: 'scan', who: '小鹿', configId: way.ref ?? '' });
    expect(latest('joined_group')).toMatchObject({ member: { externalUserId }, data: { chatId, scene: 3 } });
    await corp.advance(now() + 5_000);
    const { facts: read } = await channel.send({ kind: 'read_group', chatId }, 'g');
    const group = read?.[0] as FactOf<'group_read'>;
    expect(group.data.people.find((person) => person.externalUserId === externalUserId)).toMatchObject({
      state: 'mv1',
      scene: 3,
    });
    expect(group.data.version).toBe(latest('group_changed').data.version);

    const name = corp.record().groups[0]?.name ?? '';
    await corp.act({ do: 'remove', who: '小鹿', group: name, staff: group.data.owner });
    expect(latest('left_group')).toMatchObject({ member: { externalUserId }, data: { chatId, removed: true } });
  });

  it('sends a picture by mass send, waits for the confirmation, and counts the sent messages', async () => {
    const { externalUserId, staff } = await aContact('小鹿');
    const chatId = corp.record().groups[0]?.chatId ?? '';
    const way = await channel.send({ kind: 'ensure_join_way', chatId, state: 'mv1', remark: '换群' }, 'j');
    const message = {
      text: '来会员群坐坐',
      attachments: [{ kind: 'image', url: String(way.result?.['qrCode']), title: '会员群' }],
    } as const;
    const task = await channel.send(
      { kind: 'mass_send', sender: staff, externalUserIds: [externalUserId], message },
      's',
    );
    const read = { kind: 'read_mass_send', externalRef: task.ref ?? '', sender: staff } as const;
    await expect(channel.send(read, 'p')).rejects.toMatchObject({ code: 'mass_send_dispatching' });
    await corp.advance(now() + 2 * 60_000);
    if ((await channel.send(read, 'p')).result?.['finished'] === false)
      await corp.act({ do: 'confirm', msgid: task.ref ?? '' });
    await corp.advance(now() + 60_000);
    expect((await channel.send(read, 'p')).result).toMatchObject({
      sent: [{ id: externalUserId }],
      failed: [],
      unsent: [],
      finished: true,
    });
    expect(corp.record().received).toMatchObject([{ text: '来会员群坐坐' }]);
  });

  it('posts into groups by mass send, and reads what became of each group', async () => {
    const [group] = corp.record().groups;
    const { chatId = '', owner = '' } = group ?? {};
    const message = { text: '周五见', attachments: [] };
    const action = { kind: 'mass_send', sender: owner, externalUserIds: [], chatIds: [chatId], message } as const;
    const task = await channel.send(action, 's');
    await corp.advance(now() + 2 * 60_000);
    const read = { kind: 'read_mass_send', externalRef: task.ref ?? '', sender: owner } as const;
    if ((await channel.send(read, 'p')).result?.['finished'] === false)
      await corp.act({ do: 'confirm', msgid: task.ref ?? '' });
    await corp.advance(now() + 60_000);
    expect((await channel.send(read, 'p')).result).toMatchObject({
      sent: [{ id: chatId }],
      failed: [],
      finished: true,
    });
    expect(corp.record().posts.filter(({ via }) => via === 'mass_send')).toMatchObject([{ chatId, text: '周五见' }]);
  });

  it.each([
    ['lose_answer', 'done'],
    ['lose_call', 'not_done'],
  ] as const)('after %s of a mass send to groups finds that it is %s', async (kind, outcome) => {
    const [group] = corp.record().groups;
    const { chatId = '', owner = '' } = group ?? {};
    corp.trouble({ fault: { path: '/cgi-bin/externalcontact/add_msg_template', kind } });
    const message = { text: '周五见', attachments: [] };
    const action = { kind: 'mass_send', sender: owner, externalUserIds: [], chatIds: [chatId], message } as const;
    const attemptedAt = now();
    await expect(channel.send(action, 's')).rejects.toMatchObject({ name: 'RetryLater' });
    await corp.advance(now() + 2 * 60_000);
    expect(await channel.findOutcome(action, attemptedAt)).toMatchObject({ outcome });
  });

  const aLostMassSend = async (kind: 'lose_answer' | 'lose_call') => {
    const { externalUserId, staff } = await aContact('小鹿');
    corp.trouble({ fault: { path: '/cgi-bin/externalcontact/add_msg_template', kind } });
    const action = {
      kind: 'mass_send',
      sender: staff,
      externalUserIds: [externalUserId],
      message: { text: '周五福利预告', attachments: [] },
    } as const;
    const attemptedAt = now();
    await expect(channel.send(action, 's')).rejects.toMatchObject({ name: 'RetryLater' });
    await corp.advance(now() + 2 * 60_000);
    return { action, attemptedAt };
  };

  it.each([
    ['lose_answer', 'done'],
    ['lose_call', 'not_done'],
  ] as const)('after %s of a mass send finds that it is %s', async (kind, outcome) => {
    const { action, attemptedAt } = await aLostMassSend(kind);
    expect(await channel.findOutcome(action, attemptedAt)).toMatchObject({ outcome });
  });

  it.each([
    ['lose_answer', 'done'],
    ['lose_call', 'not_done'],
  ] as const)('after %s finds that it is %s, though nobody is listed before the tap', async (kind, outcome) => {
    corp.trouble({ unlistedBeforeTap: true });
    const { action, attemptedAt } = await aLostMassSend(kind);
    const found = await channel.findOutcome(action, attemptedAt);
    expect(found).toMatchObject({ outcome });
    if (found.outcome === 'done') expect(corp.record().massSends.map(({ msgid }) => msgid)).toEqual([found.done.ref]);
    expect(await channel.findOutcome({ ...action, message: { ...action.message, text: '别的' } }, attemptedAt)).toEqual(
      {
        outcome: 'not_done',
      },
    );
  });

  it('returns every task that may be the lost one, while no receiver is listed', async () => {
    const { externalUserId, staff } = await aContact('小鹿');
    corp.trouble({ unlistedBeforeTap: true });
    const action = {
      kind: 'mass_send',
      sender: staff,
      externalUserIds: [externalUserId],
      message: { text: '周五福利预告', attachments: [] },
    } as const;
    const attemptedAt = now();
    const refs = [await channel.send(action, 'a'), await channel.send(action, 'b')].map(({ ref }) => ref);
    await corp.advance(now() + 2 * 60_000);
    const found = await channel.findOutcome(action, attemptedAt);
    const named = found.outcome === 'done' ? [found.done.ref, ...(found.alike ?? [])] : [];
    expect(named.sort()).toEqual(refs.sort());
  });

  it('sends two answers to two questions, and one when an answer is repeated', async () => {
    const staff = corp.record().groups[0]?.owner ?? '';
    await corp.act({ do: 'write_to_app', staff, text: '帮助' });
    const [command] = [...commands.values()];
    expect(command).toMatchObject({ from: { kind: 'staff', staff }, replyTo: { kind: 'app' }, text: '帮助' });
    expect(commands.size).toBe(1);
    const answer = { kind: 'notify_staff', staff: [staff], text: '可用指令：…' } as const;
    for (const key of ['a', 'a', 'b']) await channel.send(answer, key);
    expect(corp.record().inbox.filter((one) => one.text.startsWith('可用指令'))).toHaveLength(2);
  });

  it('continues after a revoked token, and halts after a changed secret', async () => {
    await channel.send({ kind: 'read_tags' }, 'r');
    corp.trouble({ killToken: true });
    await channel.send({ kind: 'read_tags' }, 'r');
    expect(channel.health()).toEqual({ ok: true, detail: '' });
    corp.trouble({ newSecret: 'another-secret' });
    await expect(channel.send({ kind: 'read_tags' }, 'r')).rejects.toMatchObject({ code: 'wecom_halted' });
    expect(channel.health()).toMatchObject({ ok: false, detail: expect.stringContaining('Secret') as string });
  });

  it('marks 40 tags at once within the limits of the platform', async () => {
    const { externalUserId, staff } = await aContact('小鹿');
    corp.trouble({ limit: { path: '/cgi-bin/externalcontact/mark_tag', parallel: 5 } });
    const { result } = await channel.send({ kind: 'ensure_tags', group: '会员层级', names: ['潜在'] }, 't');
    const [tag] = result?.['tags'] as { id: string }[];
    await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        channel.send(
          {
            kind: 'mark_tags',
            staff,
            externalUserId,
            add: n % 2 ? [] : [tag?.id ?? ''],
            remove: n % 2 ? [tag?.id ?? ''] : [],
          },
          `m${n}`,
        ),
      ),
    );
    expect(Object.keys(corp.record().calls).filter((call) => / (45033|45035|45009)$/.test(call))).toEqual([]);
  });
});
