import { expect, it } from 'vitest';
import type { ApiCall, WecomApp } from '../wecom-app.js';
import { customersOf } from './acquisition-calls.js';

const page = (ids: readonly string[], next: string) => ({
  customer_list: ids.map((id) => ({ external_userid: id, chat_status: 1 })),
  next_cursor: next,
});

/** Answers the pages in turn, the last one for ever. */
function anApp(pages: readonly object[]): { readonly app: WecomApp; readonly cursors: unknown[] } {
  const cursors: unknown[] = [];
  const call = <T>({ body, answer }: ApiCall<T>): Promise<T> => {
    cursors.push((body as { cursor?: string }).cursor);
    return Promise.resolve(answer.parse(pages[Math.min(cursors.length, pages.length) - 1]));
  };
  return { app: { call } as unknown as WecomApp, cursors };
}

it('reads every page of the customers of a link', async () => {
  const { app, cursors } = anApp([page(['a'], 'c1'), page([], 'c2'), page(['b'], '')]);
  expect((await customersOf(app, 'L1')).map(({ externalUserId }) => externalUserId)).toEqual(['a', 'b']);
  expect(cursors).toEqual([undefined, 'c1', 'c2']);
});

it('ends at a cursor that stands still', async () => {
  const { app, cursors } = anApp([page(['a'], 'c1'), page(['b'], 'c1')]);
  expect((await customersOf(app, 'L1')).map(({ externalUserId }) => externalUserId)).toEqual(['a', 'b']);
  expect(cursors).toEqual([undefined, 'c1']);
});
