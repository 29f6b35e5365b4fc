import type { ActionOf } from '../../../domain/action.js';
import { HOUR_MS } from '../../../domain/day.js';
import { goesToGroups, receiversOf } from '../../../domain/sending/mass-send-receivers.js';
import { isSameUserid } from '../../../domain/userid.js';
import { GiveUp, RetryLater } from '../../../platform/errors.js';
import type { ActionResult, BelongsToOther, AttemptOutcome } from '../../channel.js';
import {
  addGroupMsgTemplate,
  addMsgTemplate,
  getGroupMsgList,
  getGroupMsgSendResult,
  getGroupMsgTasks,
  type ReceiverResult,
} from '../client/mass-sends.js';
import type { ApiMessage } from '../client/messages.js';
import { collectSkipped } from '../client/skipped-parts.js';
import type { WecomApi } from '../client/wecom-api.js';
import { sendWithBody } from './message-body.js';
import type { Pictures } from './pictures.js';
import { readTime } from '../wecom-times.js';

type MassSend = ActionOf<'mass_send'>;

/** WeCom lists a task some moments after its creation. */
const SEARCH_AFTER_MS = 60_000;

/**
 * Creates the task that the sender must confirm. `ref` is its msgid, `result.failed` are the receivers that WeCom refused at
 * once. When WeCom returns no msgid, the task is searched later (`findMassSend`) and never created again.
 */
export async function massSend(
  api: WecomApi,
  pictures: Pictures,
  action: MassSend,
  unidentified: Set<string>,
): Promise<ActionResult> {
  const { answer, without } = await sendWithBody(action.message, pictures, pictures.waits.massSendMs, (body) =>
    addTask(api, action, body),
  );
  const { msgid, fail_list: failed } = answer;
  if (msgid !== undefined) return { ref: msgid, result: { failed }, ...(without === null ? {} : { without }) };
  unidentified.add(matchKey(action));
  throw new RetryLater('mass_send_without_id', SEARCH_AFTER_MS, {
    message: 'WeCom created a mass send and returned no msgid',
  });
}

/** With an empty list of groups WeCom would post into all groups of the sender, so none is never sent. */
async function addTask(api: WecomApi, action: MassSend, body: ApiMessage): ReturnType<typeof addMsgTemplate> {
  const { sender, chatIds, externalUserIds } = action;
  if (chatIds === undefined) return addMsgTemplate(api, sender, externalUserIds, body);
  const [first, ...others] = chatIds;
  if (first === undefined) throw new GiveUp('nobody_to_send_to');
  return addGroupMsgTemplate(api, sender, [first, ...others], body);
}

const chatTypeOf = (action: MassSend): 'single' | 'group' => (goesToGroups(action) ? 'group' : 'single');

const matchKey = (action: MassSend): string =>
  JSON.stringify([action.sender, action.message.text, receiversOf(action)]);

/** A customer, or a group. */
const receiverIn = ({ external_userid: customer, chat_id: group }: ReceiverResult): string | undefined =>
  customer ?? group;

/** Status of one receiver (H): 0 unsent, 1 sent, 2 not a contact any more, 3 too many mass sends. */
const SENT = 1;
const UNSENT = 0;

export interface MassSendProgress {
  /** `at`: epoch ms. */
  readonly sent: readonly { readonly id: string; readonly at: number }[];
  readonly failed: readonly { readonly id: string; readonly status: number }[];
  readonly unsent: readonly string[];
  /** The sender has the task and has not confirmed it, so nothing was sent. */
  readonly untapped: boolean;
  /** The sender has confirmed the task and no receiver is left. */
  readonly finished: boolean;
}

/** The progress of a mass send. WeCom sends no event when a sender confirms a task, so this is polled. */
export async function readMassSend(
  api: WecomApi,
  action: ActionOf<'read_mass_send'>,
  now: number,
): Promise<ActionResult> {
  const { value, skipped } = await collectSkipped(async () => {
    const own = (await getGroupMsgTasks(api, action.externalRef)).filter((task) =>
      isSameUserid(task.userid, action.sender),
    );
    const hasTapped = own.some((task) => task.status !== UNSENT);
    const untapped = own.length > 0 && !hasTapped;
    return { hasTapped, untapped, results: await resultsOf(api, action, untapped) };
  });
  const { hasTapped, untapped, results } = value;
  const rows = results.flatMap((result) => {
    const id = receiverIn(result);
    return id === undefined ? [] : [{ id, status: result.status, send_time: result.send_time }];
  });
  const unsent = rows.filter((row) => row.status === UNSENT).map((row) => row.id);
  const progress: MassSendProgress = {
    sent: rows
      .filter((row) => row.status === SENT)
      .map((row) => ({ id: row.id, at: readTime(row.send_time, now) ?? now })),
    failed: rows
      .filter((row) => row.status !== SENT && row.status !== UNSENT)
      .map(({ id, status }) => ({ id, status })),
    unsent,
    untapped: untapped && rows.every((row) => row.status === UNSENT),
    // The status of skipped rows is not known.
    finished: hasTapped && unsent.length === 0 && skipped.length === 0,
  };
  return { ref: action.externalRef, result: { ...progress } };
}

/** WeCom refuses the results of a sender who left (40003, 60111, 50002). Without a confirmation there are none. */
async function resultsOf(
  api: WecomApi,
  action: ActionOf<'read_mass_send'>,
  untapped: boolean,
): Promise<readonly ReceiverResult[]> {
  try {
    return await getGroupMsgSendResult(api, action.externalRef, action.sender);
  } catch (cause) {
    const isGone = cause instanceof GiveUp && (cause.code === 'no_such_staff' || cause.code === 'staff_out_of_scope');
    if (untapped && isGone) return [];
    throw cause;
  }
}

/** The tolerance between WeCom's clock and ours. */
const SKEW_MS = 2 * 60_000;
/** WeCom lists a month at most (contract §7.4). */
const MAX_LOOKBACK_MS = 28 * 24 * 3_600_000;

interface Search {
  readonly attemptedAt: number;
  readonly now: number;
  /** Keys of the mass sends that WeCom created without returning a msgid. */
  readonly unidentified: ReadonlySet<string>;
  readonly belongsToOther: BelongsToOther | undefined;
}

/**
 * Searches a mass send whose answer was lost. WeCom takes no key, so it is identified by time, text and sender, and by its
 * receivers when they are listed (the contract does not say whether they are before the confirmation). Creating it again
 * would send it twice. It may be from any attempt since the first one, at `attemptedAt`.
 */
export async function findMassSend(api: WecomApi, action: MassSend, search: Search): Promise<AttemptOutcome> {
  const { value: found, skipped } = await collectSkipped(() => findCandidates(api, action, search));
  const [best, ...others] = found.likely;
  if (best !== undefined) return { outcome: 'done', done: { ref: best, result: { failed: [] } }, alike: others };
  // It may be among the skipped parts; and a task that WeCom has created must exist.
  const isUnsure = found.isUnsure || skipped.length > 0 || search.unidentified.has(matchKey(action));
  return { outcome: isUnsure ? 'unknown' : 'not_done' };
}

async function findCandidates(
  api: WecomApi,
  action: MassSend,
  { attemptedAt, now, belongsToOther }: Search,
): Promise<{ readonly likely: readonly string[]; readonly isUnsure: boolean }> {
  const listed = await getGroupMsgList(api, chatTypeOf(action), {
    from: Math.floor(Math.max(attemptedAt - SKEW_MS, now - MAX_LOOKBACK_MS) / 1_000),
    until: Math.ceil((now + SKEW_MS) / 1_000),
  });
  const alike = listed.filter(
    (one) =>
      (one.text?.content ?? '') === action.message.text &&
      (one.creator === undefined || isSameUserid(one.creator, action.sender)),
  );
  const likely: { readonly msgid: string; readonly score: number }[] = [];
  let isUnsure = false;
  for (const { msgid } of alike) {
    // The incomplete list of another action would make the result unsure for ever.
    if (await belongsToOther?.(msgid)) continue;
    const score = await matchScore(api, msgid, action, now);
    if (score === 'unsure') isUnsure = true;
    else if (score > 0) likely.push({ msgid, score });
  }
  return { likely: likely.sort((a, b) => b.score - a.score).map(({ msgid }) => msgid), isUnsure };
}

/** WeCom omits the receivers that it refused at once, so half of them are enough. An additional receiver excludes a match. */
const ENOUGH = 0.5;
/** Less than any task with a listed receiver. */
const NOBODY_LISTED_YET = 0.1;

/** WeCom lists the receivers some time after the confirmation. When none is listed by then, nobody received it. */
const LISTED_WITHIN_MS = 6 * HOUR_MS;

/** The share of our receivers in the task; 0 when it is not ours, and unsure while its list may be incomplete. */
async function matchScore(api: WecomApi, msgid: string, action: MassSend, now: number): Promise<number | 'unsure'> {
  const own = (await getGroupMsgTasks(api, msgid)).find((task) => isSameUserid(task.userid, action.sender));
  if (!own) return 0;
  const wanted = new Set(receiversOf(action));
  const receivers = new Set((await getGroupMsgSendResult(api, msgid, action.sender)).map(receiverIn));
  if (receivers.size === 0 && own.status === UNSENT) return NOBODY_LISTED_YET;
  if ([...receivers].some((id) => id !== undefined && !wanted.has(id))) return 0;
  if (receivers.has(undefined)) return 'unsure';
  const share = receivers.size / wanted.size;
  if (share >= ENOUGH) return share;
  if (own.status === UNSENT) return 0;
  const confirmedAt = readTime(own.send_time, now);
  const isListed = confirmedAt !== undefined && now - confirmedAt > LISTED_WITHIN_MS;
  return receivers.size === 0 && isListed ? 0 : 'unsure';
}
