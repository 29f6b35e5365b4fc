import type { KfLine } from './customer-service.js';

interface MenuItem {
  readonly type: string;
  readonly click?: { readonly id: string; readonly content: string };
  readonly view?: { readonly url: string; readonly content: string };
  readonly miniprogram?: { readonly content: string };
  readonly text?: { readonly content: string };
}

/** The items of a msgmenu; empty for a menu without a list. */
export const menuItemsOf = (body: KfLine['body']): readonly MenuItem[] => (body['list'] ?? []) as readonly MenuItem[];
