import type { RouteObject } from 'react-router';
import { pages, type Page } from './pages.js';

/** A page that the navigation shows. */
export type NavigationPage = Page & Required<Pick<Page, 'label'>>;

const isShown = (page: Page): page is NavigationPage => page.label !== undefined;

export const navigation: readonly NavigationPage[] = pages.filter(isShown);

/** The pages as the router takes them: each is loaded when somebody opens it. */
export const routes: readonly RouteObject[] = pages.map(({ path, load }) => ({
  path,
  lazy: async () => ({ Component: await load() }),
}));
