import { z } from 'zod';
import { GiveUp } from '../../platform/errors.js';
import type { ApiCall, WecomApp } from '../wecom-app.js';

const PATH = 'externalcontact/customer_acquisition';
const PAGE = 100;
const CUSTOMERS_PAGE = 1_000;
/** A cursor that never ends would be followed for ever. 1000 pages are 100 000 links, or a million customers of one link. */
const MAX_PAGES = 1_000;
/** G. */
const MAY_NOT_CALL = 48002;
/** Beyond this `Date` is invalid. */
const LATEST_SECONDS = 8_640_000_000_000;

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
/** A figure that WeCom leaves out, or that cannot be a count, is unknown, not nought. */
const figure = z
  .int()
  .min(0)
  .nullish()
  .catch(null)
  .transform((known) => known ?? null);
/** Epoch seconds. What is no date is unknown. */
const moment = z
  .int()
  .positive()
  .max(LATEST_SECONDS)
  .nullish()
  .catch(null)
  .transform((known) => known ?? null);
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
  create_time: moment,
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
  const answered = await app.tryCall(whole, [MAY_NOT_CALL]);
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

/** All links that this app has made. Throws `GiveUp` when the list has no end, because a missing id would be wrong. */
export async function linkIds(app: WecomApp): Promise<string[]> {
  const found: string[] = [];
  const isComplete = await readPages(async (from) => {
    const answer = await app.call({
      endpoint: `${PATH}/list_link`,
      body: { limit: PAGE, ...from },
      answer: z.object({ link_id_list: texts, next_cursor: cursor }),
    });
    found.push(...answer.link_id_list);
    return answer.next_cursor;
  });
  if (!isComplete) throw new GiveUp('acquisition_list_without_end', { message: `${found.length} links were read` });
  return found;
}

export interface CustomerCounts {
  readonly customers: number;
  readonly spoke: number;
  /** Customers of whom WeCom does not say whether they spoke (`chat_status` 2). */
  readonly spokeUnknown: number;
  /** False when the list has no end: there are more customers than were counted. */
  readonly isComplete: boolean;
}

/** Counts the customers of a link, page by page, because there may be very many. */
export async function countCustomers(app: WecomApp, linkId: string): Promise<CustomerCounts> {
  let [customers, spoke, spokeUnknown] = [0, 0, 0];
  const isComplete = await readPages(async (from) => {
    const answer = await app.call({
      endpoint: `${PATH}/customer`,
      body: { link_id: linkId, limit: CUSTOMERS_PAGE, ...from },
      answer: z.object({
        customer_list: z
          .array(z.object({ chat_status: figure }))
          .nullish()
          .transform((list) => list ?? []),
        next_cursor: cursor,
      }),
    });
    for (const { chat_status: status } of answer.customer_list) {
      customers += 1;
      if (status === 1) spoke += 1;
      else if (status !== 0) spokeUnknown += 1;
    }
    return answer.next_cursor;
  });
  return { customers, spoke, spokeUnknown, isComplete };
}

/** The customers who clicked and who were added on one day; null where WeCom does not say it. `dayMs`: its first moment, epoch ms. */
export async function countsOfDay(
  app: WecomApp,
  linkId: string,
  dayMs: number,
): Promise<{ readonly clicked: number | null; readonly added: number | null }> {
  const seconds = Math.floor(dayMs / 1_000);
  const answer = await app.call({
    endpoint: `${PATH}/statistic`,
    body: { link_id: linkId, start_time: seconds, end_time: seconds },
    answer: z.object({ click_link_customer_cnt: figure, new_customer_cnt: figure }),
  });
  return { clicked: answer.click_link_customer_cnt, added: answer.new_customer_cnt };
}

/** What is left of the bought uses; null where WeCom does not say it. */
export interface Quota {
  readonly total: number | null;
  readonly balance: number | null;
  /** The uses that expire first. `at`: midnight before, epoch ms; the purchase decides at which time of that day. */
  readonly expires: { readonly at: number; readonly count: number } | null;
}

const quotaAnswer = z.object({
  total: figure,
  balance: figure,
  quota_list: z
    .array(z.object({ expire_date: moment, balance: figure }))
    .nullish()
    .transform((list) => list ?? []),
});
const quotaCall = { endpoint: 'externalcontact/customer_acquisition_quota', answer: quotaAnswer };

export const quotaOf = async (app: WecomApp): Promise<Quota> => readQuota(await app.call(quotaCall));

/** The app may not use acquisition links (48002): null. */
export async function quotaIfAllowed(app: WecomApp): Promise<Quota | null> {
  const answered = await app.tryCall(quotaCall, [MAY_NOT_CALL]);
  return answered.ok ? readQuota(answered.data) : null;
}

function readQuota({ total, balance, quota_list: batches }: z.output<typeof quotaAnswer>): Quota {
  const [first] = batches
    .flatMap(({ expire_date: seconds, balance: count }) =>
      seconds === null || count === null || count === 0 ? [] : [{ at: seconds * 1_000, count }],
    )
    .sort((one, other) => one.at - other.at);
  return { total, balance, expires: first ?? null };
}

/** Follows the cursors to the end. False when there is no end: the limit is reached, or a cursor comes twice. */
async function readPages(readPage: (from: { readonly cursor?: string }) => Promise<string>): Promise<boolean> {
  const seen = new Set<string>();
  for (let from: { readonly cursor?: string } = {}; seen.size < MAX_PAGES;) {
    const next = await readPage(from);
    if (next === '') return true;
    if (seen.has(next)) return false;
    seen.add(next);
    from = { cursor: next };
  }
  return false;
}
