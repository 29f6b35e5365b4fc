import type { GroupId, MemberId, MoveId } from './ids.js';

declare const brand: unique symbol;

/**
 * The name of one intended action in the outbox: unique there, so that planning twice plans once. Only this file makes
 * them. Keys are stored: a format that changes makes the product do once more what it did under the old one.
 */
export type ActionKey = string & { readonly [brand]: 'ActionKey' };

const keyOf = (text: string): ActionKey => text as ActionKey;

// Messages of campaigns. `mergeOccasions` rewrites these when two members become one.

/** Everything a campaign says to one member begins with this. */
export const messageKeyStart = (campaign: string, member: MemberId): string => `${campaign}:${member}`;

/** `about` tells the occasion from the member's others; empty: the campaign is sent to a member once ever. */
export const messageKey = (campaign: string, member: MemberId, about: string): ActionKey =>
  keyOf(about === '' ? messageKeyStart(campaign, member) : `${messageKeyStart(campaign, member)}:${about}`);

/** The key of one member's message as it is for another member; null for a key that does not name the first. */
export function messageKeyOfOther(key: string, campaign: string, from: MemberId, to: MemberId): ActionKey | null {
  const start = messageKeyStart(campaign, from);
  const namesThem = key === start || key.startsWith(`${start}:`) || key.startsWith(`${start}~`);
  return namesThem ? keyOf(`${messageKeyStart(campaign, to)}${key.slice(start.length)}`) : null;
}

export const invitationKey = (campaign: string, move: MoveId): ActionKey => keyOf(`${campaign}:move:${move}`);

/** The nth row under a key that others have had; the first has the key as it is. */
export const numberedKey = (key: ActionKey, n: number): ActionKey => (n === 1 ? key : keyOf(`${key}~${n}`));

/** The key without the number that `numberedKey` gives. */
export const withoutNumber = (key: string): string => key.replace(/~\d+$/, '');

// Answers to what was said to the bot.

export const replyKey = (request: string): ActionKey => keyOf(`reply:${request}`);

/** Says in the group that an answer went by direct message. */
export const announcementKey = (answer: ActionKey): ActionKey => keyOf(`${answer}:announced`);

/** `switching`: the request, or a random name of the click in the console. */
export const pauseNoticeKey = (paused: boolean, switching: string): ActionKey =>
  keyOf(`${paused ? 'paused' : 'resumed'}:${switching}`);

// Moves between groups.

export const addToGroupKey = (move: MoveId): ActionKey => keyOf(`add:${move}`);

/** Also the key of the task that asks a person for the same. */
export const leaveGroupKey = (move: MoveId): ActionKey => keyOf(`leave:${move}`);

/** The chat account could not do it: a person is asked. Also the key of that task. */
export const leaveByHandKey = (move: MoveId): ActionKey => keyOf(`leave:${move}:by_hand`);

// Tasks of staff, and the cards that show them.

/** `at`: the moment the card is made, epoch ms; the callback of a button tells it. */
export const cardKey = (task: number, at: number): ActionKey => keyOf(`card:${task}:${at}`);

export const closeCardKey = (task: number, responseCode: string): ActionKey =>
  keyOf(`card:${task}:close:${responseCode}`);

/** Tells the one who said that a task is done that it is not. */
export const deniedKey = (task: number, at: number): ActionKey => keyOf(`denied:${task}:${at}`);

/** The time tells it from an earlier one: a group may go back to a former owner. */
export const readdressedTaskKey = (task: number, owner: string, at: number): ActionKey =>
  keyOf(`task:${task}:to:${owner}:${at}`);

/** Every request for one more group of a tier begins with this, the task's key included. */
export const nextGroupKeyStart = (tier: string): string => `next_group:${tier}:`;

export const nextGroupKey = (tier: string, nth: number): ActionKey => keyOf(`${nextGroupKeyStart(tier)}${nth}`);

/** The same request, more urgent or to somebody else. */
export const rewordedNextGroupKey = (
  tier: string,
  nth: number,
  { kind, staff }: { readonly kind: string; readonly staff: string },
): ActionKey => keyOf(`${nextGroupKeyStart(tier)}${nth}:${kind}:${staff}`);

// Reads of contacts and groups.

/** The contact or group that a fact is about. */
export const readForFactKey = (fact: string): ActionKey => keyOf(`read:${fact}`);

/** One of the many contacts and groups that a fact concerns. */
export const readOneForFactKey = (fact: string, subject: string): ActionKey => keyOf(`read:${fact}:${subject}`);

/** A contact once more, after the library that names these tags was read. */
export const readForTagsKey = (externalUserId: string, tagIds: readonly string[]): ActionKey =>
  keyOf(`read:${externalUserId}:unknown:${tagIds.join(',')}`);

/** Whether what a task asked for was done. */
export const readForTaskKey = (task: number, at: number): ActionKey => keyOf(`read:task:${task}:${at}`);

/** Whether a group that a refused join code leads to is still there. `row`: the outbox row that was refused. */
export const readForJoinWayKey = (row: number, chatId: string): ActionKey => keyOf(`read:way:${row}:${chatId}`);

/** `day`: ISO, as all days in keys. */
export const readGroupStatsKey = (owner: string, day: string): ActionKey => keyOf(`group_stats:${owner}:${day}`);

// Contacts: remark and tags.

/** The time of the pair tells a new one from the old: WeCom forgets the remark of a contact who was away. */
export const remarkKey = (externalUserId: string, staff: string, createdAt: number | undefined): ActionKey =>
  keyOf(`remark:${externalUserId}:${staff}:${createdAt ?? 'unknown'}`);

/** `version` counts the changes of the member's tags. */
export const tagsKey = (member: MemberId, version: number): ActionKey => keyOf(`tags:${member}:${version}`);

/** Tags that WeCom has not confirmed, once more: at most once a day. */
export const tagsOfDayKey = (member: MemberId, version: number, day: string): ActionKey =>
  keyOf(`tags:${member}:${version}:${day}`);

/** Tags that WeCom has not confirmed, once more, because a member of staff lost the contact. `fact`: its number. */
export const tagsAfterLossKey = (member: MemberId, version: number, fact: number): ActionKey =>
  keyOf(`tags:${member}:${version}:after:${fact}`);

/** One call did not take all of them. `row`: the outbox row of that call. */
export const remainingTagsKey = (member: MemberId, row: number): ActionKey => keyOf(`tags:${member}:rest:${row}`);

/** All tags of the member, since another pair took over or the library was wrong. */
export const allTagsKey = (member: MemberId, at: number): ActionKey => keyOf(`tags:${member}:again:${at}`);

/** A tag of ours was made anew in WeCom, under another id. */
export const remadeTagsKey = (member: MemberId, tagId: string): ActionKey => keyOf(`tags:${member}:anew:${tagId}`);

// The corp's tag library.

/** `period`: number of a span of time within which one read is enough. */
export const readTagsKey = (why: 'burst' | 'start' | 'gone', period: number): ActionKey =>
  keyOf(`read_tags:${why}:${period}`);

export const readUnknownTagsKey = (tagIds: readonly string[]): ActionKey =>
  keyOf(`read_tags:unknown:${tagIds.join(',')}`);

/** `occasion`: the same tags may be missing again later. */
export const createTagsKey = (group: string, names: readonly string[], occasion: string): ActionKey =>
  keyOf(`ensure_tags:${group}:${[...names].sort().join(',')}:${occasion}`);

/** The tags that an admin gave to a channel's code. */
export const createTagsOfWayKey = (way: string): ActionKey => keyOf(`ensure_tags:way:${way}`);

/** Tells the operators of a limit of WeCom, once a day. */
export const limitNoticeKey = (code: string, day: string): ActionKey => keyOf(`told:${code}:${day}`);

// Codes: of channels and members (contact ways), of groups (join ways).

/** `version`: when what is wanted of it was changed, epoch ms. */
export const contactWayKey = (way: number, version: number): ActionKey => keyOf(`contact_way:${way}:${version}`);

export const retireWayKey = (way: number, configId: string): ActionKey => keyOf(`retire_way:${way}:${configId}`);

/** Tells the one who asked for a member's code that it is there. */
export const wayMadeKey = (way: number, configId: string, askedBy: string): ActionKey =>
  keyOf(`way_made:${way}:${configId}:${askedBy}`);

/** Tells the one who asked for a member's code that WeCom refused it. */
export const wayRefusedKey = (way: number, version: number, askedBy: string): ActionKey =>
  keyOf(`way_refused:${way}:${version}:${askedBy}`);

/** `version` counts what was settled, as the same list may be wanted again; the day, as a refusal is tried again. */
export const joinWayKey = (
  group: GroupId,
  { version, day, chatIds }: { readonly version: number; readonly day: string; readonly chatIds: readonly string[] },
): ActionKey => keyOf(`join_way:${group}:${version}:${day}:${chatIds.join()}`);

const QR_CODE_AGAIN = ':code';

/** WeCom made the code but gave no picture of it: the same request, once more. */
export const qrCodeAgainKey = (request: ActionKey): ActionKey => keyOf(`${request}${QR_CODE_AGAIN}`);

export const isQrCodeAgain = (key: ActionKey): boolean => key.endsWith(QR_CODE_AGAIN);
