import 'reflect-metadata';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createWecomChannel } from '../../../src/channels/wecom/create-wecom-channel.js';
import type { WecomChannel } from '../../../src/channels/wecom/wecom.channel.js';
import { dayOf } from '../../../src/domain/day.js';
import { addPlanNode } from '../../../src/features/group-posts/edit-plan.js';
import { PushedClock } from '../../../src/platform/clock.js';
import type { Database } from '../../../src/platform/database/database.js';
import { startSandbox, type Sandbox } from '../../../src/sandbox/sandbox.js';
import { eachDatabase } from '../../support/databases.js';
import { FakeChannel } from '../../support/fake-channel.js';
import { aProduct, MONDAY, rulesWith, type TestProduct } from '../../support/test-product.js';
import { aCorp, silent } from '../wecom/a-corp.js';

const MINUTE = 60_000;
let corp: Sandbox;
let wecom: WecomChannel;
let product: TestProduct | undefined;

beforeEach(async () => {
  const settings = aCorp();
  corp = await startSandbox({ ...settings, agentId: String(settings.agentId), startAt: MONDAY, people: 0 });
  const clock = { now: () => corp.now() };
  wecom = createWecomChannel({ ...settings, apiBase: corp.url }, { clock, logger: silent }).channel;
});

afterEach(async () => {
  await wecom.stop();
  await corp.close();
});

/** The product with the sandbox's corp behind it, of which it knows the groups. */
async function connected(db: Database, rules?: Parameters<typeof aProduct>[1]): Promise<TestProduct> {
  const clock = new PushedClock(MONDAY);
  const made = await aProduct(db, { ...rules, clock, channel: new FakeChannel([]), others: [wecom] });
  product = made;
  // The comparison at the start runs in the background.
  await expect
    .poll(async () => {
      await made.workLoop.drain();
      return made.db.read.all("SELECT id FROM chat_group WHERE owner <> ''");
    })
    .toHaveLength(corp.record().groups.length);
  return made;
}

async function until(moment: string): Promise<void> {
  const at = Date.parse(`${moment}:00+08:00`);
  while (corp.now() < at) {
    await corp.advance(Math.min(at, corp.now() + 10 * MINUTE));
    product!.clock.pushTo(corp.now());
    await product!.workLoop.drain();
  }
}

const tapAll = async (): Promise<void> => {
  for (const { msgid, tasks } of corp.record().massSends)
    if (tasks.some(({ status }) => status === 0)) await corp.act({ do: 'confirm', msgid });
};
const said = () => corp.record().posts.filter(({ via }) => via === 'mass_send');

eachDatabase('posts in the groups of the sandbox corp', (open) => {
  it('go by one tap of their owner, once although the answer of WeCom was lost', async () => {
    const made = await connected(await open());
    const [group] = corp.record().groups;
    const content = {
      ...{ day: dayOf(MONDAY, 'Asia/Shanghai') + 1, minute: 600, name: '周二', text: '「{{ group_name }}」周二好' },
      ...{ tiers: [], groups: [group!.chatId], exceptDays: [], onFreeDay: 'move' as const },
    };
    const context = await made.engine.context();
    await made.db.write((tx) => addPlanNode({ tx, context, now: made.clock.now() }, content, 'admin'));
    await until('2026-03-03T09:50');
    corp.trouble({ fault: { path: '/cgi-bin/externalcontact/add_msg_template', kind: 'lose_answer' } });
    await until('2026-03-03T10:40');
    expect(corp.record().massSends).toHaveLength(1);
    await tapAll();
    await until('2026-03-03T14:00');
    expect(said()).toMatchObject([{ chatId: group!.chatId, text: `「${group!.name}」周二好` }]);
    expect(await made.db.read.all(`SELECT state FROM outbox WHERE key LIKE 'group_plan:%'`)).toEqual([
      { state: 'sent' },
    ]);
  });

  it('come with a welcome that WeCom keeps as the rules have it', async () => {
    const rules = await rulesWith({
      'group-texts': { '\nwelcomes: []': `\nwelcomes:\n  - { key: hello, name: 欢迎, text: '欢迎 %NICKNAME%' }` },
    });
    const made = await connected(await open(), { rules });
    await until('2026-03-02T10:00');
    expect(await made.db.read.all('SELECT key, problem, made = content AS current FROM group_welcome')).toMatchObject([
      { key: 'hello', problem: null },
    ]);
    const [{ id } = { id: '' }] = await made.db.read.all<{ id: string }>('SELECT template_id AS id FROM group_welcome');
    expect(id).toMatch(/\S/);
  });
});
