import { z } from 'zod';
import { GiveUp } from '../../platform/errors.js';
import type { ApiCall, WecomApp } from '../wecom-app.js';

const PATH = 'externalcontact/customer_acquisition';
const PAGE = 100;
const CUSTOMERS_PAGE = 1_000;
/** A cursor that never ends would be followed for ever. 100 pages are 10 000 links, far beyond WeCom's limit, or 100 000 customers. */
const MAX_PAGES = 100;

/** What one link is to be (contract part 2 §5). */
export interface LinkSettings {
  readonly name: string;
  readonly staff: readonly string[];
  readonly skipVerify: boolean;
  /** Empty: no priority. Only some industries may set one. */
  readonly priority: readonly string[];
}

const texts = z
  .array(z.string())
  .nullish()
  .transform((list) => list ?? []);
const cursor = z
  .string()
  .nullish()
  .transform((text) => text ?? '');
const number = z
  .number()
  .nullish()
  .transform((figure) => figure ?? 0);
const anything = z.object({});
const link = z.object({
  link_id: z.string(),
  link_name: z
    .string()
    .nullish()
    .transform((text) => text ?? ''),
  url: z
    .string()
    .nullish()
    .transform((text) => text ?? ''),
  create_time: number,
  skip_verify: z
    .boolean()
    .nullish()
    .transform((skips) => skips ?? true),
});
const read = z.object({
  link,
  range: z
    .object({ user_list: texts })
    .nullish()
    .transform((range) => range?.user_list ?? []),
  priority_option: z
    .object({ priority_userid_list: texts })
    .nullish()
    .transform((option) => option?.priority_userid_list ?? []),
});

export type KnownLink = z.output<typeof link> & {
  readonly staff: readonly string[];
  readonly priority: readonly string[];
};

const bodyOf = ({ name, staff, skipVerify, priority }: LinkSettings) => ({
  link_name: name,
  range: { user_list: staff },
  skip_verify: skipVerify,
  ...(priority.length > 0 ? { priority_option: { priority_type: 2, priority_userid_list: priority } } : {}),
});

export const createLink = async (app: WecomApp, settings: LinkSettings): Promise<z.output<typeof link>> =>
  (await write(app, settings, { endpoint: `${PATH}/create_link`, answer: z.object({ link }), body: {} })).link;

export const updateLink = async (app: WecomApp, linkId: string, settings: LinkSettings): Promise<void> => {
  await write(app, settings, { endpoint: `${PATH}/update_link`, answer: anything, body: { link_id: linkId } });
};

/**
 * How a priority is refused where it is not open to the corp is not documented [?]: probably by 48002, which otherwise says
 * that the app may not call the endpoint at all. With a priority it is taken for a fault of this link alone, so that it does
 * not stop the links of others.
 */
async function write<T>(app: WecomApp, settings: LinkSettings, call: ApiCall<T>): Promise<T> {
  const whole = { ...call, body: { ...call.body, ...bodyOf(settings) } };
  if (settings.priority.length === 0) return app.call(whole);
  const answered = await app.tryCall(whole, [48002]);
  if (!answered.ok) throw new GiveUp('acquisition_priority_refused', { message: `errcode ${answered.errcode}` });
  return answered.data;
}

/**
 * Undefined when there is no such link. No errcode is documented for that [?]: when the link cannot be read because of a bad
 * parameter (40058), the list of all links of the app decides, so that a link that exists is never made twice.
 */
export async function getLink(app: WecomApp, linkId: string): Promise<KnownLink | undefined> {
  const answered = await app.tryCall({ endpoint: `${PATH}/get`, body: { link_id: linkId }, answer: read }, [40058]);
  if (answered.ok) {
    const { link: known, range: staff, priority_option: priority } = answered.data;
    return { ...known, staff, priority };
  }
  if (!(await linkIds(app)).includes(linkId)) return undefined;
  const again = await app.call({ endpoint: `${PATH}/get`, body: { link_id: linkId }, answer: read });
  return { ...again.link, staff: again.range, priority: again.priority_option };
}

/** Succeeds also when there is no such link any more. */
export async function deleteLink(app: WecomApp, linkId: string): Promise<void> {
  const call = { endpoint: `${PATH}/delete_link`, body: { link_id: linkId }, answer: anything };
  const answered = await app.tryCall(call, [40058]);
  if (!answered.ok && (await linkIds(app)).includes(linkId)) await app.call(call);
}

/** The links that this app has made. */
export const linkIds = (app: WecomApp): Promise<string[]> =>
  pages(async (from) => {
    const answer = await app.call({
      endpoint: `${PATH}/list_link`,
      body: { limit: PAGE, ...from },
      answer: z.object({ link_id_list: texts, next_cursor: cursor }),
    });
    return { items: answer.link_id_list, next: answer.next_cursor };
  });

export interface LinkCustomer {
  readonly externalUserId: string;
  /** Null where WeCom does not say it (`chat_status` 2, which the documents do not explain [?]). */
  readonly hasSpoken: boolean | null;
}

export const customersOf = (app: WecomApp, linkId: string): Promise<LinkCustomer[]> =>
  pages(async (from) => {
    const answer = await app.call({
      endpoint: `${PATH}/customer`,
      body: { link_id: linkId, limit: CUSTOMERS_PAGE, ...from },
      answer: z.object({
        customer_list: z
          .array(z.object({ external_userid: z.string(), chat_status: z.number().nullish() }))
          .nullish()
          .transform((list) => list ?? []),
        next_cursor: cursor,
      }),
    });
    const items = answer.customer_list.map(({ external_userid: externalUserId, chat_status: status }) => ({
      externalUserId,
      hasSpoken: status === 0 || status === 1 ? status === 1 : null,
    }));
    return { items, next: answer.next_cursor };
  });

/** The customers who clicked and who were added on one day. `dayMs`: its first moment, epoch ms. */
export async function countsOfDay(
  app: WecomApp,
  linkId: string,
  dayMs: number,
): Promise<{ readonly clicked: number; readonly added: number }> {
  const seconds = Math.floor(dayMs / 1_000);
  const answer = await app.call({
    endpoint: `${PATH}/statistic`,
    body: { link_id: linkId, start_time: seconds, end_time: seconds },
    answer: z.object({ click_link_customer_cnt: number, new_customer_cnt: number }),
  });
  return { clicked: answer.click_link_customer_cnt, added: answer.new_customer_cnt };
}

export const quotaOf = (app: WecomApp): Promise<{ readonly total: number; readonly balance: number }> =>
  app.call({
    endpoint: 'externalcontact/customer_acquisition_quota',
    answer: z.object({ total: number, balance: number }),
  });

async function pages<T>(
  page: (from: { readonly cursor?: string }) => Promise<{ readonly items: readonly T[]; readonly next: string }>,
): Promise<T[]> {
  const found: T[] = [];
  let from: { readonly cursor?: string } = {};
  for (let count = 0; count < MAX_PAGES; count += 1) {
    const { items, next } = await page(from);
    found.push(...items);
    // A cursor that stands still would bring the same page again.
    if (next === '' || next === from.cursor) break;
    from = { cursor: next };
  }
  return found;
}
