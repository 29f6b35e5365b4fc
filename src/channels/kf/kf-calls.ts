import { z } from 'zod';
import type { Outcome, WecomApp } from '../wecom-app.js';

/*
 * The calls of customer service (kf contract). Optional fields are read leniently: WeCom omits what it does not know, and sends
 * numbers as texts.
 */

const lenientText = z
  .union([z.string(), z.number().transform(String)])
  .optional()
  .catch(undefined);
const list = z.array(z.unknown()).catch([]);

export interface SyncPage {
  readonly items: readonly unknown[];
  /** Absent: WeCom sent none, and the old cursor stays (§3). */
  readonly next: string | undefined;
  /** Also true on empty pages (§0.1, §3). */
  readonly hasMore: boolean;
}

const syncAnswer = z
  .object({ msg_list: list, next_cursor: lenientText, has_more: z.unknown() })
  .transform(({ msg_list, next_cursor, has_more }): SyncPage => ({
    items: msg_list,
    next: next_cursor === '' ? undefined : next_cursor,
    hasMore: has_more === 1 || has_more === true || has_more === '1',
  }));

/** The callback token is bad or has expired (§3). It is no problem of the access token. */
export const BAD_PULL_TOKEN = 95007;
/**
 * What WeCom may answer to a cursor that it does not know; the real code is not documented (§3 [?]). An unlisted errcode
 * counts as one, too (`KfReader`).
 */
const BAD_CURSOR = [50100, 40035, 40058, 40063] as const;

/** Pages of 1000 are the default and the maximum. The account is always named, because newer texts require it (§3). */
export const syncMessages = (
  app: WecomApp,
  { account, cursor, token }: { readonly account: string; readonly cursor: string; readonly token: string | undefined },
): Promise<Outcome<SyncPage>> =>
  app.tryCall(
    {
      endpoint: 'kf/sync_msg',
      // One pull at a time in the corp: parallel ones are refused (45033).
      pair: 'kf/sync_msg',
      body: {
        open_kfid: account,
        limit: 1_000,
        voice_format: 0,
        ...(cursor === '' ? {} : { cursor }),
        ...(token === undefined ? {} : { token }),
      },
      answer: syncAnswer,
    },
    [BAD_PULL_TOKEN, ...BAD_CURSOR],
  );

const customer = z.object({ external_userid: z.string().min(1), unionid: lenientText });

/** The unionid of each of these customers for whom WeCom knows one (§9). At most 100 per call. */
export async function unionidsOf(app: WecomApp, customers: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { customer_list } = await app.call({
    endpoint: 'kf/customer/batchget',
    body: { external_userid_list: customers, need_enter_session_context: 0 },
    answer: z.object({ customer_list: list }),
  });
  return new Map(
    customer_list.flatMap((row) => {
      const read = customer.safeParse(row);
      return read.success && read.data.unionid ? [[read.data.external_userid, read.data.unionid] as const] : [];
    }),
  );
}

/** A group's card for the person who serves the customer (kf contract §9). Groups are allowed in the console first. */
export async function recommendGroup(
  app: WecomApp,
  to: { readonly account: string; readonly externalUserId: string; readonly chatId: string; readonly wording: string },
): Promise<void> {
  await app.call({
    endpoint: 'kf/customer/upgrade_service',
    body: {
      open_kfid: to.account,
      external_userid: to.externalUserId,
      type: 2,
      groupchat: { chat_id: to.chatId, wording: to.wording },
    },
    answer: z.unknown(),
  });
}

/** An entry link for a scene: at most 32 of `[0-9a-zA-Z_-]` (kf contract §8). */
export async function addContactWay(
  app: WecomApp,
  { account, scene }: { readonly account: string; readonly scene: string },
): Promise<string> {
  const { url } = await app.call({
    endpoint: 'kf/add_contact_way',
    body: { open_kfid: account, scene },
    answer: z.object({ url: z.string().min(1) }),
  });
  return url;
}
