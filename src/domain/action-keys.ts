import type { GroupId, MemberId, MoveId } from './ids.js';

declare const brand: unique symbol;

/**
 * Key of one action in the outbox. It is unique there, so that an action planned twice is enqueued once. Only this file makes
 * keys. Their formats are stored: a changed format would repeat actions that were done under the old one.
 */
export type ActionKey = string & { readonly [brand]: 'ActionKey' };

const keyOf = (text: string): ActionKey => text as ActionKey;

// Messages of campaigns. `mergeOccasions` rewrites these keys when two members are merged.

/** Prefix of all message keys of one campaign and member. */
export const messageKeyStart = (campaign: string, member: MemberId): string => `${campaign}:${member}`;

/** `about` identifies the occasion; empty when the campaign is sent to a member only once. */
export const messageKey = (campaign: string, member: MemberId, about: string): ActionKey =>
  keyOf(about === '' ? messageKeyStart(campaign, member) : `${messageKeyStart(campaign, member)}:${about}`);

/** Rewrites the key of `from`'s message for member `to`; null for a key that does not belong to `from`. */
export function messageKeyOfOther(key: string, campaign: string, from: MemberId, to: MemberId): ActionKey | null {
  const start = messageKeyStart(campaign, from);
  const belongsToFrom = key === start || key.startsWith(`${start}:`) || key.startsWith(`${start}~`);
  return belongsToFrom ? keyOf(`${messageKeyStart(campaign, to)}${key.slice(start.length)}`) : null;
}

export const invitationKey = (campaign: string, move: MoveId): ActionKey => keyOf(`${campaign}:move:${move}`);

/** The key of the nth row with one key; the first row has the plain key. */
export const numberedKey = (key: ActionKey, n: number): ActionKey => (n === 1 ? key : keyOf(`${key}~${n}`));

/** Removes the number that `numberedKey` appends. */
export const withoutNumber = (key: string): string => key.replace(/~\d+$/, '');

// Answers of the bot.

export const replyKey = (request: string): ActionKey => keyOf(`reply:${request}`);

/** Notice in the group that an answer was sent by direct message. */
export const announcementKey = (answer: ActionKey): ActionKey => keyOf(`${answer}:announced`);

/** `switching`: key of the chat request, or a random id of the click in the console. */
export const pauseNoticeKey = (paused: boolean, switching: string): ActionKey =>
  keyOf(`${paused ? 'paused' : 'resumed'}:${switching}`);

/** A text sent to a member of staff to look at. `what`: of the text; `minute`: two clicks within it send one. */
export const testMessageKey = (staff: string, what: string, minute: number): ActionKey =>
  keyOf(`test_message:${staff}:${what}:${minute}`);

/** Operators are told that a broadcast waits for their look. `at`: epoch ms, because it may wait again. */
export const broadcastHeldKey = (broadcast: number, at: number): ActionKey =>
  keyOf(`broadcast_held:${broadcast}:${at}`);

/** Operators are told of a watched launch. `what`: of what, and at which stage. */
export const watchedLaunchKey = (template: string, version: number, what: string): ActionKey =>
  keyOf(`watched_launch:${template}:${version}:${what}`);

// Customer service.

/** `fact`: key of the fact that the customer entered. */
export const kfWelcomeKey = (fact: string): ActionKey => keyOf(`kf_welcome:${fact}`);

/** The code of the group of a move, sent to a member who wrote to customer service meanwhile; once for each move. */
export const joinCodeInServiceKey = (move: MoveId): ActionKey => keyOf(`kf_join:${move}`);

/** The answer of staff to what a member wrote, by customer service; once for each task. */
export const answerKey = (task: number): ActionKey => keyOf(`answer:${task}`);

/** The task that this row answers; null for any other row. */
export const answeredTask = (key: string): number | null => {
  const digits = /^answer:(\d{1,15})$/.exec(key)?.[1];
  return digits === undefined ? null : Number(digits);
};

/** Notice to staff that their answer was not delivered. */
export const answerFailedKey = (task: number): ActionKey => keyOf(`answer:${task}:failed`);

/** The group's card, put into the hands of the person who serves the member; once for each move. */
export const upgradeKey = (move: MoveId): ActionKey => keyOf(`kf_upgrade:${move}`);

/** `day` lets a refused one be requested again. */
export const serviceWayKey = (scene: string, day: string): ActionKey => keyOf(`kf_way:${scene}:${day}`);

/** `request`: key of the message in which the customer asked for a person. */
export const handOverKey = (request: string): ActionKey => keyOf(`hand_over:${request}`);

// Moves between groups.

export const addToGroupKey = (move: MoveId): ActionKey => keyOf(`add:${move}`);

/** Also the key of the task that asks a person to do it. */
export const leaveGroupKey = (move: MoveId): ActionKey => keyOf(`leave:${move}`);

/** A silent member did not answer `message`. Also the key of the task. */
export const removeSilentKey = (group: GroupId, member: MemberId, message: number): ActionKey =>
  keyOf(`silent:${group}:${member}:${message}`);

/** A person is asked because the chat account could not remove the member. Also the key of that task. */
export const leaveByHandKey = (move: MoveId): ActionKey => keyOf(`leave:${move}:by_hand`);

// Posts in groups.

/** A text said in a group; once for each occasion. */
export const groupTextKey = (text: string, group: GroupId, occasion: string): ActionKey =>
  keyOf(`group_text:${text}:${group}:${occasion}`);

/** What the owner of the group is told at the same time. */
export const groupNoteKey = (text: string, group: GroupId, occasion: string): ActionKey =>
  keyOf(`group_note:${text}:${group}:${occasion}`);

/** A planned post of the calendar in one group. `version`: of the plan; an edited plan is posted anew. */
export const planPostKey = (node: number, version: number, group: GroupId): ActionKey =>
  keyOf(`group_plan:${node}:${version}:${group}`);

/** A welcome of the rules, written to WeCom. `turn`: the day, so that a refused one is tried again; or when a person asked. */
export const groupWelcomeKey = (welcome: string, version: number, turn: string): ActionKey =>
  keyOf(`group_welcome:${welcome}:${version}:${turn}`);

/** `day` lets a refused one be tried again. */
export const retireGroupWelcomeKey = (templateId: string, day: string): ActionKey =>
  keyOf(`retire_group_welcome:${templateId}:${day}`);

/** Operators are asked for the plan of a month, like `2026-04`; once. */
export const askPlanKey = (month: string): ActionKey => keyOf(`ask_plan:${month}`);

export type GroupPostName =
  | { readonly kind: 'text'; readonly text: string; readonly occasion: string; readonly isNote: boolean }
  | { readonly kind: 'plan'; readonly node: number; readonly version: number };

/** What a row says in a group, or to its owner: a text of the rule document or a planned post; null for any other row. */
export function groupPostOf(key: string): GroupPostName | null {
  const [, kind, text, occasion] = /^group_(text|note):([^:]+):\d+:(.+)$/.exec(key) ?? [];
  if (text !== undefined && occasion !== undefined) return { kind: 'text', text, occasion, isNote: kind === 'note' };
  const [, node, version] = /^group_plan:(\d{1,15}):(\d{1,9}):\d+$/.exec(key) ?? [];
  return node === undefined ? null : { kind: 'plan', node: Number(node), version: Number(version) };
}

// Tasks of staff and their cards.

/** A person has the assignee of a task reminded; once a day. */
export const remindTaskKey = (task: number, day: string): ActionKey => keyOf(`remind_task:${task}:${day}`);

/** A person has a colleague reminded to tap; once a day. */
export const remindTapKey = (staff: string, day: string): ActionKey => keyOf(`remind_tap:${staff}:${day}`);

/** Start of the keys of all cards of a task. */
export const cardKeyStart = (task: number): string => `card:${task}:`;

/** `at`: when the card was created, epoch ms; the callback of a button contains it. */
export const cardKey = (task: number, at: number): ActionKey => keyOf(`${cardKeyStart(task)}${at}`);

export const closeCardKey = (task: number, responseCode: string): ActionKey =>
  keyOf(`${cardKeyStart(task)}close:${responseCode}`);

/** Notice to the person who marked a task as done that it is not done. */
export const deniedKey = (task: number, at: number): ActionKey => keyOf(`denied:${task}:${at}`);

/** `at` is needed because a group may return to a former owner. */
export const readdressedTaskKey = (task: number, owner: string, at: number): ActionKey =>
  keyOf(`task:${task}:to:${owner}:${at}`);

/** Prefix of all requests for a further group of a tier; also of the task's key. */
export const nextGroupKeyStart = (tier: string): string => `next_group:${tier}:`;

export const nextGroupKey = (tier: string, nth: number): ActionKey => keyOf(`${nextGroupKeyStart(tier)}${nth}`);

/** The same request, more urgent or to another person. */
export const rewordedNextGroupKey = (
  tier: string,
  nth: number,
  { kind, staff }: { readonly kind: string; readonly staff: string },
): ActionKey => keyOf(`${nextGroupKeyStart(tier)}${nth}:${kind}:${staff}`);

// Reads of contacts and groups.

/** Read of the contact or group that a fact is about. */
export const readForFactKey = (fact: string): ActionKey => keyOf(`read:${fact}`);

/** Read of one of several contacts or groups that a fact concerns. */
export const readOneForFactKey = (fact: string, subject: string): ActionKey => keyOf(`read:${fact}:${subject}`);

/** Repeated read of a contact, after the tag library that contains these tags was read. */
export const readForTagsKey = (externalUserId: string, tagIds: readonly string[]): ActionKey =>
  keyOf(`read:${externalUserId}:unknown:${tagIds.join(',')}`);

/** Read that checks whether a task was done. */
export const readForTaskKey = (task: number, at: number): ActionKey => keyOf(`read:task:${task}:${at}`);

/** Read that checks whether a group of a refused join code still exists. `row`: the refused outbox row. */
export const readForJoinWayKey = (row: number, chatId: string): ActionKey => keyOf(`read:way:${row}:${chatId}`);

/** `day`: ISO date, like all days in keys. */
export const readGroupStatsKey = (owner: string, day: string): ActionKey => keyOf(`group_stats:${owner}:${day}`);

// Contacts: remark and tags.

/** `createdAt` of the contact pair identifies a new pair: WeCom forgets the remark of a lost contact. */
export const remarkKey = (externalUserId: string, staff: string, createdAt: number | undefined): ActionKey =>
  keyOf(`remark:${externalUserId}:${staff}:${createdAt ?? 'unknown'}`);

/** `version` is incremented with each change of the member's tags. */
export const tagsKey = (member: MemberId, version: number): ActionKey => keyOf(`tags:${member}:${version}`);

/** Repeats tags that WeCom has not confirmed, at most once a day. */
export const tagsOfDayKey = (member: MemberId, version: number, day: string): ActionKey =>
  keyOf(`tags:${member}:${version}:${day}`);

/** Repeats tags that WeCom has not confirmed, because a member of staff lost the contact. `fact`: id of that fact. */
export const tagsAfterLossKey = (member: MemberId, version: number, fact: number): ActionKey =>
  keyOf(`tags:${member}:${version}:after:${fact}`);

/** Tags that did not fit into one call. `row`: the outbox row of that call. */
export const remainingTagsKey = (member: MemberId, row: number): ActionKey => keyOf(`tags:${member}:rest:${row}`);

/** All tags of the member, after another contact pair took over or the tag library was corrected. */
export const allTagsKey = (member: MemberId, at: number): ActionKey => keyOf(`tags:${member}:again:${at}`);

/** A managed tag was recreated in WeCom with another id. */
export const remadeTagsKey = (member: MemberId, tagId: string): ActionKey => keyOf(`tags:${member}:anew:${tagId}`);

// The corp's tag library.

/** `period`: number of the time span within which one read is enough. */
export const readTagsKey = (why: 'burst' | 'start' | 'gone', period: number): ActionKey =>
  keyOf(`read_tags:${why}:${period}`);

export const readUnknownTagsKey = (tagIds: readonly string[]): ActionKey =>
  keyOf(`read_tags:unknown:${tagIds.join(',')}`);

/** `occasion` is needed because the same tags may be missing again later. */
export const createTagsKey = (group: string, names: readonly string[], occasion: string): ActionKey =>
  keyOf(`ensure_tags:${group}:${[...names].sort().join(',')}:${occasion}`);

/** The tags of a channel code. */
export const createTagsOfWayKey = (way: string): ActionKey => keyOf(`ensure_tags:way:${way}`);

/** Notifies the operators of a limit of WeCom, once a day. */
export const limitNoticeKey = (code: string, day: string): ActionKey => keyOf(`told:${code}:${day}`);

// Contact codes (of channels and members) and join codes (of groups).

/** `version`: when the request was last changed, epoch ms. */
export const contactWayKey = (way: number, version: number): ActionKey => keyOf(`contact_way:${way}:${version}`);

export const retireWayKey = (way: number, configId: string): ActionKey => keyOf(`retire_way:${way}:${configId}`);

/** `day`: ISO date of the read. */
export const readAcquisitionStatsKey = (way: number, day: string): ActionKey =>
  keyOf(`acquisition_stats:${way}:${day}`);

/** Notifies the person who requested a member's code that it exists. */
export const wayMadeKey = (way: number, configId: string, askedBy: string): ActionKey =>
  keyOf(`way_made:${way}:${configId}:${askedBy}`);

/** Notifies the person who requested a member's code that WeCom refused it. */
export const wayRefusedKey = (way: number, version: number, askedBy: string): ActionKey =>
  keyOf(`way_refused:${way}:${version}:${askedBy}`);

/** `version` counts settled requests, because the same list may be requested again; `day` lets a refused one be retried. */
export const joinWayKey = (
  group: GroupId,
  { version, day, chatIds }: { readonly version: number; readonly day: string; readonly chatIds: readonly string[] },
): ActionKey => keyOf(`join_way:${group}:${version}:${day}:${chatIds.join()}`);

const QR_CODE_AGAIN = ':code';

/** Repeats a request for which WeCom created the code without a picture. */
export const qrCodeAgainKey = (request: ActionKey): ActionKey => keyOf(`${request}${QR_CODE_AGAIN}`);

export const isQrCodeAgain = (key: ActionKey): boolean => key.endsWith(QR_CODE_AGAIN);
