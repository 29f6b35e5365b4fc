import type { RouteObject } from 'react-router';
import { pages, type Page } from './pages.js';

/** A page in the navigation. */
export type NavigationPage = Page & Required<Pick<Page, 'label'>>;

const isShown = (page: Page): page is NavigationPage => page.label !== undefined;

export const navigation: readonly NavigationPage[] = pages.filter(isShown);

/** The routes of the pages. Each page is loaded when it is opened. */
export const routes: readonly RouteObject[] = pages.map(({ path, load }) => ({
  path,
  lazy: async () => ({ Component: await load() }),
}));
