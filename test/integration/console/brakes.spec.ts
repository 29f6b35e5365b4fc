import { expect, it } from 'vitest';
import { brakeResponses } from '../../../src/console/api/brake-responses.js';
import { ruleResponses } from '../../../src/console/api/rule-responses.js';
import { aConsole, type ConsoleApp } from '../../support/console-app.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY } from '../../support/test-product.js';

const PEOPLE = 25;

/** Regulars who have spoken twice, and rules in force that would make members of all of them. */
async function aStoppedRun(db: Parameters<typeof aProduct>[0]) {
  const product = await aProduct(db);
  const people = Array.from({ length: PEOPLE }, (_, index) => ({ externalUserId: `wm${index}` }));
  await product.happens(
    ...people.flatMap((member) => [
      aFact('contact_added', MONDAY, member),
      aFact('sent_message', MONDAY, member),
      aFact('sent_message', MONDAY, member),
    ]),
  );
  const app = await aConsole(product, { sharesRules: true });
  const tiers = ruleResponses.document.parse((await app.asProgram('GET', '/api/v1/rules/tiers')).body);
  const text = tiers.text.replace('enter: orders_total >= 1', 'enter: orders_total >= 1 || messages_total >= 2');
  await app.asProgram('PUT', '/api/v1/rules/tiers', { text, base: tiers.version });
  await product.workLoop.drain();
  return { product, app, before: tiers.text };
}

const stops = async (app: ConsoleApp) =>
  brakeResponses.list.parse((await app.asProgram('GET', '/api/v1/brakes')).body).items;

eachDatabase('a stopped run in the API', (open) => {
  it('is listed with its figures, goes on after a yes with the name of who gave it, and only once', async () => {
    const { product, app } = await aStoppedRun(await open());
    const [stop, ...others] = await stops(app);
    expect(others).toEqual([]);
    expect(stop).toMatchObject({
      state: 'waiting',
      moves: [{ from: { key: 'regular' }, to: { key: 'member' }, n: PEOPLE }],
      reasons: [{ kind: 'moved', n: PEOPLE, of: PEOPLE }],
      restores: [{ document: 'tiers', version: 1 }],
    });
    const answer = (given: string) => app.asAdmin('POST', `/api/v1/brakes/${stop!.id}/answer`, { answer: given });
    expect(brakeResponses.answered.parse((await answer('yes')).body)).toMatchObject({
      taken: true,
      brake: { decidedBy: 'admin' },
    });
    expect((await answer('no')).body).toMatchObject({ taken: false, brake: { state: 'done' } });
    expect(await stops(app)).toMatchObject([{ state: 'done', decidedBy: 'admin', restores: [] }]);
    const moved = await product.db.read.one(`SELECT COUNT(*) AS n FROM member_metrics WHERE tier = 'member'`);
    expect(moved).toEqual({ n: PEOPLE });
    const { status, body } = await app.asAdmin('POST', `/api/v1/brakes/${stop!.id}/restore`, {});
    expect([status, body]).toMatchObject([409, { code: 'nothing_to_restore' }]);
    await app.close();
  });

  it('is over when the rules of before are restored after a no: one action, in the record with its name', async () => {
    const { product, app, before } = await aStoppedRun(await open());
    const [stop] = await stops(app);
    await app.asAdmin('POST', `/api/v1/brakes/${stop!.id}/answer`, { answer: 'no' });
    expect(await stops(app)).toMatchObject([{ state: 'refused', restores: [{ document: 'tiers', version: 1 }] }]);
    const restored = await app.asAdmin('POST', `/api/v1/brakes/${stop!.id}/restore`, {});
    expect(ruleResponses.published.parse(restored.body)).toMatchObject({
      documents: [{ document: 'tiers', version: 3 }],
    });
    await product.workLoop.drain();
    expect((await app.asProgram('GET', '/api/v1/rules/tiers')).body).toMatchObject({ text: before, savedBy: 'admin' });
    expect(await stops(app)).toMatchObject([{ state: 'dropped', restores: [] }]);
    const audited = await product.db.read.all(`SELECT who FROM audit WHERE what = 'rules_published' ORDER BY id DESC`);
    expect(audited[0]).toEqual({ who: 'admin' });
    expect((await app.asAdmin('POST', `/api/v1/brakes/999/restore`, {})).status).toBe(404);
    await app.close();
  });
});
