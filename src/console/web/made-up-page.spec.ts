import { expect, it, vi } from 'vitest';
import type { Page } from './pages.js';
import { navigation, routes } from './navigation.js';

const MadeUp = () => null;

// The entry that a new page takes in the list; the component is what would be its own folder.
vi.mock('./pages.js', async (importOriginal) => {
  const list = await importOriginal<typeof import('./pages.js')>();
  const page: Page = {
    path: '/made-up',
    label: { zh: '新页面', en: 'Made up' },
    onBar: true,
    load: () => Promise.resolve(MadeUp),
  };
  (list.pages as Page[]).push(page);
  return list;
});

it('is on the bar and opens as soon as it is in the list', async () => {
  expect(navigation.find(({ path }) => path === '/made-up')).toMatchObject({ label: { zh: '新页面' }, onBar: true });
  const route = routes.find(({ path }) => path === '/made-up');
  expect(await (route?.lazy as () => Promise<unknown>)()).toEqual({ Component: MadeUp });
});
