import { z } from 'zod';
import type { WecomApp } from '../wecom-app.js';

const account = z.object({
  open_kfid: z.string(),
  name: z.string().catch(''),
  // Older texts do not have it.
  manage_privilege: z.boolean().optional().catch(undefined),
});
const accounts = z.object({ account_list: z.array(z.unknown()).catch([]) });
const PAGE = 100;
const MAX_PAGES = 50;

type ListedAccount = z.output<typeof account>;

/** An account without the field may be used: then WeCom did not say. */
export const mayUse = (listed: ListedAccount | undefined): boolean =>
  listed !== undefined && listed.manage_privilege !== false;

/** The last page is shorter than the limit (kf contract §7). */
export async function listAccounts(app: WecomApp): Promise<ReadonlyMap<string, ListedAccount>> {
  const found = new Map<string, ListedAccount>();
  for (let page = 0; page < MAX_PAGES; page++) {
    const { account_list } = await app.call({
      endpoint: 'kf/account/list',
      body: { offset: page * PAGE, limit: PAGE },
      answer: accounts,
    });
    for (const row of account_list) {
      const read = account.safeParse(row);
      if (read.success) found.set(read.data.open_kfid, read.data);
    }
    if (account_list.length < PAGE) break;
  }
  return found;
}
