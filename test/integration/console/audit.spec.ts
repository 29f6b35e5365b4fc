import { expect, it } from 'vitest';
import { ReconciliationRuns } from '../../../src/features/reconcile/run.store.js';
import { aConsole } from '../../support/console-app.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, groupRead, MONDAY, xiaolu, type TestProduct, withKey } from '../../support/test-product.js';

const MINUTE = 60_000;

interface Found {
  readonly id: number;
  readonly title: { readonly zh: string; readonly en: string };
  readonly about: unknown;
  readonly repair: string;
  readonly followed: readonly { readonly kind: string; readonly title: { readonly zh: string } }[];
}
interface Listed<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** Two runs: the first sync, and one that found missed changes, some of which are applied by now. */
async function aComparedProduct(product: TestProduct): Promise<number> {
  const { db, clock } = product;
  await product.happens(
    aFact('contact_added', MONDAY, xiaolu, { staff: 'LinXia' }),
    aFact('profile_updated', MONDAY, xiaolu, { name: '小鹿' }),
    groupRead('wrLoyal', '铁杆1群', ['wmXiaolu'], MONDAY),
  );
  const runs = new ReconciliationRuns(db);
  const first = await runs.begin('started', clock.now());
  await runs.finish(first.id, '', clock.now());
  await product.later(24);
  const { id } = await runs.begin('nightly', clock.now());
  await runs.recordDrift(
    id,
    [
      { kind: 'library', subject: 'etTea', ours: '兴趣/茶', theirs: '' },
      { kind: 'tag', subject: 'wmXiaolu', ours: '', theirs: '爱喝茶' },
      { kind: 'pair', subject: 'wmXiaolu', ours: '', theirs: 'ZhaoMin' },
      { kind: 'group', subject: 'wmXiaolu', ours: '铁杆1群', theirs: '' },
      { kind: 'group', subject: 'wrLoyal', ours: '铁杆1群', theirs: '铁杆一群' },
    ],
    clock.now(),
  );
  const follows = [
    { staff: 'LinXia', createdAt: MONDAY, tagIds: [] },
    { staff: 'ZhaoMin', createdAt: MONDAY, tagIds: [] },
  ];
  await product.happens(
    withKey(
      `compare:${id}:wmXiaolu:digest`,
      aFact('contact_read', clock.now(), xiaolu, { readAt: clock.now(), name: '小鹿', gender: 0, follows }),
    ),
    ...Array.from({ length: 5 }, (_, index) =>
      aFact('order_paid', clock.now(), xiaolu, { orderId: `o-${index}`, amountCents: 100_000 }),
    ),
  );
  await runs.finish(id, '', clock.now());
  return id;
}

eachDatabase('the audit', (open) => {
  it('shows the differences of each reconciliation, their correction, and the decisions that followed', async () => {
    const product = await aProduct(await open());
    const app = await aConsole(product);
    const id = await aComparedProduct(product);
    const { body } = await app.asAdmin<Listed<Found>>('GET', `/console/api/comparisons/${id}`);
    const member = { is: 'member', id: 1, name: '小鹿' };
    expect(body.items.map(({ title, about, repair }) => [title.zh, about, repair])).toEqual([
      ['标签「兴趣/茶」已被删除', { is: 'library' }, 'waiting'],
      ['有人打上了标签「爱喝茶」', member, 'taken'],
      ['与 ZhaoMin 是好友', member, 'taken'],
      // The fact about her does not correct the group's members: the fact about the group does.
      ['已不在「铁杆1群」', member, 'waiting'],
      ['「铁杆1群」改成了「铁杆一群」', { is: 'group', name: '铁杆1群' }, 'waiting'],
    ]);
    expect(body.items[1]!.followed.some(({ kind, title }) => kind === 'tier' && title.zh.startsWith('层级'))).toBe(
      true,
    );
    expect(body.items[0]!.followed).toEqual([]);
    await app.close();
  });

  it('filters the differences by kind and by member, and lists them in pages', async () => {
    const product = await aProduct(await open());
    const app = await aConsole(product);
    const id = await aComparedProduct(product);
    const ask = async (query: string) =>
      (await app.asAdmin<Listed<Found>>('GET', `/console/api/comparisons/${id}?${query}`)).body;
    const ids = async (query: string) => (await ask(query)).items.map((one) => one.id);
    const all = await ids('');
    expect(await ids('kind=group')).toEqual([all[3], all[4]]);
    expect(await ids('member=wmXiaolu&kind=')).toEqual([all[1], all[2], all[3]]);
    expect(await ids('member=wmXiaolu&kind=pair')).toEqual([all[2]]);
    const first = await ask('limit=2');
    expect(first.items.map((one) => one.id)).toEqual(all.slice(0, 2));
    expect(await ids(`limit=3&cursor=${first.next}`)).toEqual(all.slice(2));
    for (const [query, status] of [
      ['kind=nonsense', 400],
      ['member=wmNobody', 404],
      ['cursor=nonsense', 400],
    ])
      expect([query, (await app.asAdmin('GET', `/console/api/comparisons/${id}?${query}`)).status]).toEqual([
        query,
        status,
      ]);
    await app.close();
  });

  it('shows who changed what in words, and filters by person and by subject', async () => {
    const product = await aProduct(await open());
    const app = await aConsole(product);
    const id = await aComparedProduct(product);
    product.clock.pushTo(product.clock.now() + MINUTE);
    await app.asAdmin('POST', '/console/api/pause', { paused: true });
    await app.asAdmin('POST', '/console/api/templates/one-week/enabled', { enabled: false });
    await app.asAdmin('POST', '/console/api/contact-ways', { name: '门店', staff: ['LinXia'] });
    await app.asProgram('POST', '/api/v1/members/wmXiaolu/tier-lock', { tier: 'loyal' });
    const ask = async (query = '') =>
      (
        await app.asAdmin<Listed<{ who: string; what: string; title: { zh: string; en: string }; about: unknown }>>(
          'GET',
          `/console/api/audit?${query}`,
        )
      ).body;
    const { items } = await ask();
    expect(items.map(({ title, about }) => [title.zh, about])).toEqual([
      ['把「小鹿」锁定在铁杆', { is: 'member', id: 1 }],
      ['新建了渠道码「门店」', { is: 'way' }],
      ['停用了模板「相识一周」', { is: 'template', key: 'one-week' }],
      ['暂停了主动发送', null],
      ['登录了控制台', null],
      ['核对出 5 处不一致，已按企业微信的改正', { is: 'comparison', id }],
    ]);
    for (const { title, what } of items) expect([title.zh, title.en]).not.toContain(what);
    const whats = async (query: string) => (await ask(query)).items.map(({ what }) => what);
    expect(await whats('about=corp')).toEqual(['drift_found']);
    expect(await whats('who=admin&about=templates')).toEqual(['template_disabled']);
    expect(await whats('who=nobody')).toEqual([]);
    const first = await ask('limit=4');
    expect((await ask(`limit=4&cursor=${first.next}`)).items).toEqual(items.slice(4));
    expect((await app.asAdmin('GET', '/console/api/audit/people')).body).toEqual({
      items: expect.arrayContaining(['admin', 'comparison']) as string[],
      next: null,
    });
    expect((await app.asAdmin('GET', '/console/api/audit?about=nonsense')).status).toBe(400);
    await app.close();
  });
});
