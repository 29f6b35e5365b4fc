import type { ActionOf } from '../../../domain/action.js';
import { HOUR_MS } from '../../../domain/day.js';
import { isSameUserid } from '../../../domain/userid.js';
import { GiveUp, RetryLater } from '../../../platform/errors.js';
import type { ActionResult, BelongsToOther, AttemptOutcome } from '../../channel.js';
import {
  addMsgTemplate,
  getGroupMsgList,
  getGroupMsgSendResult,
  getGroupMsgTasks,
  type ReceiverResult,
} from '../client/mass-sends.js';
import { withLeftOut } from '../client/left-out.js';
import type { WecomApi } from '../client/wecom-api.js';
import { withBody } from './message-body.js';
import type { Pictures } from './pictures.js';
import { knownTime } from '../wecom-times.js';

type MassSend = ActionOf<'mass_send'>;

/** WeCom lists a task some moments after it was made. */
const LOOKED_FOR_AFTER_MS = 60_000;

/**
 * Makes the task the sender must confirm. `ref` is its msgid, `result.failed` whom WeCom refused at once. A task that WeCom
 * made without saying which it is, is looked for later (`findMassSend`) and never made again.
 */
export async function massSend(
  api: WecomApi,
  pictures: Pictures,
  action: MassSend,
  nameless: Set<string>,
): Promise<ActionResult> {
  const { answer, without } = await withBody(action.message, pictures, pictures.patience.massSendMs, (body) =>
    addMsgTemplate(api, action.sender, action.externalUserIds, body),
  );
  const { msgid, fail_list: failed } = answer;
  if (msgid !== undefined) return { ref: msgid, result: { failed }, ...(without === null ? {} : { without }) };
  nameless.add(likenessKey(action));
  throw new RetryLater('mass_send_without_id', LOOKED_FOR_AFTER_MS, {
    message: 'WeCom made a mass-send and did not say which it is',
  });
}

const likenessKey = ({ sender, message, externalUserIds }: MassSend): string =>
  JSON.stringify([sender, message.text, externalUserIds]);

/** Status of one receiver (H): 0 unsent, 1 sent, 2 not a contact any more, 3 has had too many mass sends. */
const SENT = 1;
const UNSENT = 0;

export interface MassSendProgress {
  /** `at`: epoch ms. */
  readonly sent: readonly { readonly id: string; readonly at: number }[];
  readonly failed: readonly { readonly id: string; readonly status: number }[];
  readonly unsent: readonly string[];
  /** The sender is listed with the task and has not tapped: nobody was sent anything. */
  readonly untapped: boolean;
  /** Nothing more will happen: the sender has tapped and nobody is left to be sent to. */
  readonly finished: boolean;
}

/** How far a mass send has come. Nothing calls back when a sender taps, so this is asked again and again. */
export async function readMassSend(
  api: WecomApi,
  action: ActionOf<'read_mass_send'>,
  now: number,
): Promise<ActionResult> {
  const { value, leftOut } = await withLeftOut(async () => {
    const own = (await getGroupMsgTasks(api, action.externalRef)).filter((task) =>
      isSameUserid(task.userid, action.sender),
    );
    const hasTapped = own.some((task) => task.status !== UNSENT);
    const untapped = own.length > 0 && !hasTapped;
    return { hasTapped, untapped, results: await resultsOf(api, action, untapped) };
  });
  const { hasTapped, untapped, results } = value;
  const rows = results.flatMap(({ external_userid: id, ...row }) => (id === undefined ? [] : [{ id, ...row }]));
  const unsent = rows.filter((row) => row.status === UNSENT).map((row) => row.id);
  const progress: MassSendProgress = {
    sent: rows
      .filter((row) => row.status === SENT)
      .map((row) => ({ id: row.id, at: knownTime(row.send_time, now) ?? now })),
    failed: rows
      .filter((row) => row.status !== SENT && row.status !== UNSENT)
      .map(({ id, status }) => ({ id, status })),
    unsent,
    untapped: untapped && rows.every((row) => row.status === UNSENT),
    // Of whom nothing could be read, nothing is known yet.
    finished: hasTapped && unsent.length === 0 && leftOut.length === 0,
  };
  return { ref: action.externalRef, result: { ...progress } };
}

/** Of a sender who left, WeCom tells no results (40003, 60111, 50002); of one who has not tapped there are none. */
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

/** WeCom's clock and ours may differ by so much. */
const SKEW_MS = 2 * 60_000;
/** WeCom lists a month at most (contract §7.4). */
const LONGEST_LOOK_MS = 28 * 24 * 3_600_000;

interface Look {
  readonly attemptedAt: number;
  readonly now: number;
  /** What WeCom made and did not name. */
  readonly nameless: ReadonlySet<string>;
  readonly isTaken: BelongsToOther | undefined;
}

/**
 * Whether a mass send whose answer was lost exists after all. WeCom gives no key of ours back, so it is known again by
 * its time, text and sender, and by its receivers where they are listed: whether they are before the tap the contract
 * does not say, and to make it once more would send it twice. It may be of any attempt since the first one, at
 * `attemptedAt`.
 */
export async function findMassSend(api: WecomApi, action: MassSend, look: Look): Promise<AttemptOutcome> {
  const { value: found, leftOut } = await withLeftOut(() => likeliest(api, action, look));
  const [best, ...others] = found.likely;
  if (best !== undefined) return { outcome: 'done', done: { ref: best, result: { failed: [] } }, alike: others };
  // It may be what could not be read; and what WeCom said it had made is somewhere.
  const isUnsure = found.isUnsure || leftOut.length > 0 || look.nameless.has(likenessKey(action));
  return { outcome: isUnsure ? 'unknown' : 'not_done' };
}

async function likeliest(
  api: WecomApi,
  action: MassSend,
  { attemptedAt, now, isTaken }: Look,
): Promise<{ readonly likely: readonly string[]; readonly isUnsure: boolean }> {
  const listed = await getGroupMsgList(
    api,
    Math.floor(Math.max(attemptedAt - SKEW_MS, now - LONGEST_LOOK_MS) / 1_000),
    Math.ceil((now + SKEW_MS) / 1_000),
  );
  const alike = listed.filter(
    (one) =>
      (one.text?.content ?? '') === action.message.text &&
      (one.creator === undefined || isSameUserid(one.creator, action.sender)),
  );
  const likely: { readonly msgid: string; readonly likeness: number }[] = [];
  let isUnsure = false;
  for (const { msgid } of alike) {
    // Another's list that is never whole would leave ours unsure for ever.
    if (await isTaken?.(msgid)) continue;
    const likeness = await likenessOf(api, msgid, action, now);
    if (likeness === 'unsure') isUnsure = true;
    else if (likeness > 0) likely.push({ msgid, likeness });
  }
  return { likely: likely.sort((a, b) => b.likeness - a.likeness).map(({ msgid }) => msgid), isUnsure };
}

/** WeCom leaves out whom it refused at once, so half the receivers are enough; one more would be another's. */
const ENOUGH = 0.5;
/** Less than any task of which somebody is listed. */
const NOBODY_LISTED_YET = 0.1;

/** WeCom lists a receiver some time after the tap. Where nobody is listed by then, nobody got it. */
const LISTED_WITHIN_MS = 6 * HOUR_MS;

/** Which share of our receivers it has; 0 when it is not ours, and unsure while its list may not be whole. */
async function likenessOf(api: WecomApi, msgid: string, action: MassSend, now: number): Promise<number | 'unsure'> {
  const own = (await getGroupMsgTasks(api, msgid)).find((task) => isSameUserid(task.userid, action.sender));
  if (!own) return 0;
  const wanted = new Set(action.externalUserIds);
  const receivers = new Set((await getGroupMsgSendResult(api, msgid, action.sender)).map((row) => row.external_userid));
  if (receivers.size === 0 && own.status === UNSENT) return NOBODY_LISTED_YET;
  if ([...receivers].some((id) => id !== undefined && !wanted.has(id))) return 0;
  if (receivers.has(undefined)) return 'unsure';
  const share = receivers.size / wanted.size;
  if (share >= ENOUGH) return share;
  if (own.status === UNSENT) return 0;
  const tappedAt = knownTime(own.send_time, now);
  const isListed = tappedAt !== undefined && now - tappedAt > LISTED_WITHIN_MS;
  return receivers.size === 0 && isListed ? 0 : 'unsure';
}
