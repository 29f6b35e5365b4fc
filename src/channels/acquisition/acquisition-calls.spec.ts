import { expect, it } from 'vitest';
import type { ApiCall, WecomApp } from '../wecom-app.js';
import { countCustomers, countsOfDay, getLink, linkIds, quotaOf } from './acquisition-calls.js';

const page = (ids: readonly string[], next: string) => ({
  customer_list: ids.map((id) => ({ external_userid: id, chat_status: 1 })),
  next_cursor: next,
});

/** Answers the pages in turn, the last one for ever. */
function anApp(pages: readonly object[]): { readonly app: WecomApp; readonly cursors: unknown[] } {
  const cursors: unknown[] = [];
  const call = <T>({ body, answer }: ApiCall<T>): Promise<T> => {
    cursors.push((body as { cursor?: string } | undefined)?.cursor);
    return Promise.resolve(answer.parse(pages[Math.min(cursors.length, pages.length) - 1]));
  };
  return { app: { call } as unknown as WecomApp, cursors };
}

it('counts every page of the customers of a link', async () => {
  const { app, cursors } = anApp([page(['a'], 'c1'), page([], 'c2'), page(['b'], '')]);
  expect(await countCustomers(app, 'L1')).toMatchObject({ customers: 2, spoke: 2, isComplete: true });
  expect(cursors).toEqual([undefined, 'c1', 'c2']);
});

it('ends at a cursor that comes again, and says that there may be more', async () => {
  const { app, cursors } = anApp([page(['a'], 'c1'), page(['b'], 'c2'), page(['c'], 'c1')]);
  expect(await countCustomers(app, 'L1')).toMatchObject({ customers: 3, isComplete: false });
  expect(cursors).toEqual([undefined, 'c1', 'c2']);
});

it('reads a thousand pages at most, and says that there are more', async () => {
  const cursors = Array.from({ length: 1_001 }, (_, index) => `c${index}`);
  const many = anApp(cursors.map((next, index) => page([`wm${index}`], next)));
  expect(await countCustomers(many.app, 'L1')).toMatchObject({ customers: 1_000, isComplete: false });
  const links = anApp(cursors.map((next) => ({ link_id_list: ['L1'], next_cursor: next })));
  await expect(linkIds(links.app)).rejects.toMatchObject({ code: 'acquisition_list_without_end' });
});

it('reads more than a hundred pages of links', async () => {
  const last = 149;
  const { app } = anApp(
    Array.from({ length: last + 1 }, (_, index) => ({
      link_id_list: [`L${index}`],
      next_cursor: index === last ? '' : `c${index}`,
    })),
  );
  expect(await linkIds(app)).toHaveLength(150);
});

it('never finds a link gone because of a list without end', async () => {
  const { app } = anApp([{ link_id_list: ['L1'], next_cursor: 'c1' }]);
  const refusing = { ...app, tryCall: () => Promise.resolve({ ok: false, errcode: 40058 }) } as unknown as WecomApp;
  await expect(getLink(refusing, 'L2')).rejects.toMatchObject({ code: 'acquisition_list_without_end' });
});

it.each([
  [
    { total: 100, balance: 0 },
    { total: 100, balance: 0, expires: null },
  ],
  [{ total: 100 }, { total: 100, balance: null, expires: null }],
  [{}, { total: null, balance: null, expires: null }],
  [
    { balance: null, quota_list: null },
    { total: null, balance: null, expires: null },
  ],
  [
    { total: -1, balance: 1.5, quota_list: [] },
    { total: null, balance: null, expires: null },
  ],
  [
    { total: 1e300, balance: '12', quota_list: [{ expire_date: 1_800_000_000, balance: -3 }] },
    { total: null, balance: null, expires: null },
  ],
  [
    { total: 5, balance: 5, quota_list: [0, -1, 9e15, 1e300, 'soon'].map((at) => ({ expire_date: at, balance: 5 })) },
    { total: 5, balance: 5, expires: null },
  ],
])('reads what is left of %j, and takes a figure that is missing or impossible for unknown', async (answer, read) => {
  const { app } = anApp([answer]);
  expect(await quotaOf(app)).toEqual(read);
});

it('finds the uses that expire first', async () => {
  const batches = [
    { expire_date: 1_800_000_000, balance: 200 },
    { expire_date: 1_700_000_000, balance: 0 },
    { expire_date: 1_790_000_000, balance: 30 },
  ];
  const { app } = anApp([{ total: 300, balance: 230, quota_list: batches }]);
  expect((await quotaOf(app)).expires).toEqual({ at: 1_790_000_000_000, count: 30 });
});

it.each([undefined, null, -1, 0.5, 1e300, '7'])('takes the count %j of a day for unknown', async (count) => {
  const { app } = anApp([{ click_link_customer_cnt: 3, new_customer_cnt: count }]);
  expect(await countsOfDay(app, 'L1', 0)).toEqual({ clicked: 3, added: null });
});

it('counts customers without an id, and those of an odd status as unknown', async () => {
  const customers = [{ chat_status: 1 }, { external_userid: null, chat_status: 0 }, {}, { chat_status: 'yes' }];
  const { app } = anApp([{ customer_list: customers, next_cursor: '' }]);
  expect(await countCustomers(app, 'L1')).toEqual({ customers: 4, spoke: 1, spokeUnknown: 2, isComplete: true });
});
