import { expect, it } from 'vitest';
import { listAudit } from '../../../src/insights/audit.js';
import { aConsole, type ConsoleApp } from '../../support/console-app.js';
import { eachDatabase } from '../../support/databases.js';
import { aProduct, groupRead, MONDAY, rulesWith } from '../../support/test-product.js';

interface MonthView {
  readonly days: readonly { day: string; kind: string; special: readonly { zh: string }[] }[];
  readonly nodes: readonly {
    id: number;
    day: string;
    goesOn: string | null;
    state: string;
    version: number;
    progress: { ahead: number; waiting: number; sent: number };
  }[];
}

const path = '/console/api/plan';
const post = {
  ...{ day: '2026-03-07', time: '10:00', name: '周末话题', text: '「{{ group_name }}」周末好' },
  ...{ tiers: ['member'], groups: [], exceptDays: ['weekends', 'fair'], onFreeDay: 'move' },
};
const month = async (app: ConsoleApp) => (await app.asAdmin<MonthView>('GET', `${path}?month=2026-03`)).body;

eachDatabase('the calendar of the console', (open) => {
  it('shows a month with what is kept free, and what was planned, moved, posted and cancelled', async () => {
    const fair = "special_days:\n  - { key: fair, label: { zh: 春市, en: fair }, from: '03-09', to: '03-10' }";
    const rules = await rulesWith({ calendar: { 'special_days: []': fair } });
    const product = await aProduct(await open(), { rules });
    await product.happens(groupRead('wrA', '会员一群', ['wm1'], MONDAY), groupRead('wrB', '会员二群', ['wm2'], MONDAY));
    const app = await aConsole(product);
    const preview = await app.asAdmin('POST', `${path}/preview`, { text: post.text, tiers: ['member'], groups: [] });
    expect(preview.body).toEqual({
      ...{ problems: [], sample: { group: '会员一群', text: '「会员一群」周末好' } },
      ...{ groups: 2, taps: 1, unreachable: [], unfillable: [] },
    });
    // Nobody listens in these groups, so nothing is known of their silence.
    const quiet = { text: '{{ quiet_days }} 天', tiers: ['member'], groups: [] };
    expect((await app.asAdmin('POST', `${path}/preview`, quiet)).body).toMatchObject({
      ...{ sample: null, unfillable: ['会员一群', '会员二群'] },
    });
    const { body } = await app.asAdmin<{ id: number }>('POST', `${path}/nodes`, post);
    const planned = await month(app);
    // From Monday to Sunday in whole weeks.
    expect([planned.days[0]?.day, planned.days.at(-1)?.day]).toEqual(['2026-02-23', '2026-04-05']);
    expect(planned.days.find(({ day }) => day === '2026-03-09')?.special).toEqual([{ zh: '春市', en: 'fair' }]);
    expect(planned.nodes).toMatchObject([{ id: body.id, day: '2026-03-07', goesOn: '2026-03-11', state: 'planned' }]);
    const moved = { base: 1, day: '2026-03-05' };
    expect((await app.asAdmin('POST', `${path}/nodes/${body.id}/move`, moved)).status).toBe(200);
    expect(await app.asAdmin('POST', `${path}/nodes/${body.id}/move`, moved)).toMatchObject({
      ...{ status: 409, body: { code: 'plan_changed_meanwhile' } },
    });
    await product.later('2026-03-05T00:01');
    await product.later('2026-03-05T10:00');
    expect((await month(app)).nodes).toMatchObject([
      { goesOn: '2026-03-05', state: 'posted', version: 2, progress: { ahead: 0, waiting: 2, sent: 0 } },
    ]);
    const removed = await app.asAdmin('DELETE', `${path}/nodes/${body.id}?base=2`);
    expect(removed.body).toMatchObject({ outcome: 'cancelled' });
    const said = await listAudit(product.db.read, { limit: 3 }, (key) => ({ zh: key, en: key }));
    expect(said.items.map(({ what }) => what)).toEqual(['plan_removed', 'plan_moved', 'plan_saved']);
    await app.close();
  });

  it('refuses what cannot be read, and a stranger', async () => {
    const product = await aProduct(await open());
    const app = await aConsole(product);
    for (const odd of [
      { ...post, day: '2026-02-30' },
      { ...post, time: '25:00' },
      { ...post, name: '' },
      { ...post, text: '\ud800' },
    ])
      expect((await app.asAdmin('POST', `${path}/nodes`, odd)).status).toBe(400);
    expect((await app.asAdmin('GET', `${path}?month=2026-13`)).status).toBe(400);
    expect((await app.asAdmin('PUT', `${path}/nodes/99`, { ...post, base: 1 })).status).toBe(404);
    expect((await app.ask('GET', path)).status).toBe(401);
    await app.close();
  });
});
