import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { dryRunResponses } from '../../../src/console/api/dry-run-responses.js';
import { dryRunStore } from '../../../src/engine/dry-runs/dry-run.store.js';
import type { Database } from '../../../src/platform/database/database.js';
import { aConsole } from '../../support/console-app.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, groupRead, MONDAY, rulesWith } from '../../support/test-product.js';
import { aShop } from './a-shop.js';

/** Every row of every table but those that a dry run may write: its own, and the session of whoever asks. */
async function everything(db: Database): Promise<Record<string, readonly unknown[]>> {
  const names = await db.read.all<{ name: string }>(
    db.dialect === 'sqlite'
      ? `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`
      : `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`,
  );
  const rows: Record<string, readonly unknown[]> = {};
  for (const { name } of names) {
    if (name === 'dry_run') continue;
    const found = await db.read.all(`SELECT * FROM ${name}`);
    rows[name] = found.map((row) => JSON.stringify(row)).sort();
  }
  return rows;
}

const fileOf = (name: string): Promise<string> => readFile(`config/${name}.yaml`, 'utf8');

eachDatabase('a dry run of rule documents', (open) => {
  it('reports flows, tags, moves, messages and samples of all members, and changes nothing', async () => {
    const { product, app } = await aShop(await open());
    await product.happens(groupRead('wrMembers', '会员福利群1', [], MONDAY));
    await product.later(1);
    const before = await everything(product.db);
    const tiers = (await fileOf('tiers')).replace(
      'enter: orders_total >= 1',
      'enter: orders_total >= 1 || messages_total >= 5',
    );
    const answer = await app.asProgram('POST', '/api/v1/dry-runs', { texts: { tiers } });
    const { report, ...run } = dryRunResponses.run.parse(answer.body);
    expect(run).toMatchObject({ state: 'done', progress: 1, documents: ['tiers'], base: { documents: { tiers: 1 } } });
    expect(report).toMatchObject({
      members: 2,
      flows: [
        { from: 'member', to: 'member', n: 1 },
        { from: 'regular', to: 'member', n: 1 },
      ],
      tagsOn: [{ tag: '会员', n: 1 }],
      tagsOff: [{ tag: '普通', n: 1 }],
      changed: 1,
      evaluated: 1,
      exact: true,
      samples: [{ outcome: 'up', from: 'regular', to: 'member', because: { rule: 'tier:member:enter' } }],
    });
    expect(report).toMatchObject({
      moves: { up: 1, down: 0 },
      messages: [{ template: 'level-reached', n: 1 }],
      calls: expect.arrayContaining([
        { api: 'externalcontact/mark_tag', n: 1, takesMs: expect.any(Number) as number },
      ]) as unknown,
      taps: [{ staff: 'LinXia', taps: 1, receivers: 1 }],
      overflow: [],
    });
    expect(await everything(product.db)).toEqual(before);
    const kept = await app.asProgram('GET', `/api/v1/dry-runs/${run.id}`);
    expect(dryRunResponses.run.parse(kept.body).report).toEqual(report);
    const list = await app.asProgram('GET', '/api/v1/dry-runs');
    expect(dryRunResponses.runs.parse(list.body).items.map(({ id }) => id)).toEqual([run.id]);
    await app.close();
  });

  it('says to which groups people would be invited, and for how many there is no place', async () => {
    const rules = await rulesWith({
      tiers: { "groups: ['会员*']\n    capacity: 200": "groups: ['会员*']\n    capacity: 3" },
    });
    const product = await aProduct(await open(), { rules });
    const app = await aConsole(product, { sharesRules: true });
    const talkers = ['wmA', 'wmB', 'wmC', 'wmD'].map((externalUserId) => ({ externalUserId }));
    await product.happens(
      groupRead('wrOne', '会员1群', ['wmOld1', 'wmOld2'], MONDAY),
      groupRead('wrTwo', '会员2群', ['wmOld3', 'wmOld4'], MONDAY),
      ...talkers.flatMap((who) => [
        aFact('contact_added', MONDAY, who),
        ...Array.from({ length: 5 }, () => aFact('sent_message', MONDAY, who)),
      ]),
    );
    await product.later(1);
    const tiers = rules.texts.tiers.replace(
      'enter: orders_total >= 1',
      'enter: orders_total >= 1 || messages_total >= 5',
    );
    const answer = await app.asProgram('POST', '/api/v1/dry-runs', { texts: { tiers } });
    const { report } = dryRunResponses.run.parse(answer.body);
    expect(report).toMatchObject({
      moves: { up: 4, down: 0 },
      groups: [
        { name: '会员1群', tier: 'member', free: expect.any(Number) as number, coming: expect.any(Number) as number },
        { name: '会员2群', tier: 'member', free: expect.any(Number) as number, coming: expect.any(Number) as number },
      ],
      overflow: [{ tier: 'member', coming: 4 }],
    });
    const [{ free, over } = { free: 0, over: 0 }] = report!.overflow;
    expect(over).toBe(4 - free);
    expect(report!.groups.every((group) => group.coming === group.free)).toBe(true);
    await app.close();
  });

  it('refuses texts that do not compile with every mistake and its place', async () => {
    const { app } = await aShop(await open());
    const tags = (await fileOf('tags')).replace('orders_total == 1', 'ordres_total == 1');
    const answer = await app.asProgram('POST', '/api/v1/dry-runs', { texts: { tags } });
    expect(answer).toMatchObject({ status: 400, body: { code: 'bad_rules' } });
    expect(answer.body['problems']).toMatchObject([{ document: 'tags', line: expect.any(Number) as number }]);
    expect(await app.asProgram('GET', '/api/v1/dry-runs')).toMatchObject({ body: { items: [] } });
    expect(await app.asProgram('GET', '/api/v1/dry-runs/7')).toMatchObject({ status: 404 });
    await app.close();
  });

  it('that was under way when the process died reads as interrupted after the start, and can be cancelled no more', async () => {
    const { product, app } = await aShop(await open());
    const proposal = {
      kind: 'dry_run',
      askedBy: 'admin',
      base: { ruleset: 1, documents: {} },
      proposal: { texts: {} },
    } as const;
    const id = await product.db.write((tx) => dryRunStore.begin(tx, proposal, product.clock.now()));
    expect(await app.asProgram('GET', `/api/v1/dry-runs/${id}`)).toMatchObject({ body: { state: 'running' } });
    await app.close();
    // On PostgreSQL another process may be at work, so that only its silence shows that it has died.
    if (product.db.dialect === 'postgres') product.clock.pushTo(product.clock.now() + 61_000);
    const again = await aConsole(product);
    const read = () => again.asProgram('GET', `/api/v1/dry-runs/${id}`);
    expect(await read()).toMatchObject({ body: { state: 'interrupted', report: null } });
    await again.asProgram('DELETE', `/api/v1/dry-runs/${id}`);
    if (product.db.dialect === 'sqlite') expect(await read()).toMatchObject({ body: { state: 'interrupted' } });
    await again.close();
  });
});
