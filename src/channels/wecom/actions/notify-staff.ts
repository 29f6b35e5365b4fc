import { createHash } from 'node:crypto';
import type { ActionOf } from '../../../domain/action.js';
import { cutToBytes } from '../../../domain/cut-text.js';
import type { ActionResult } from '../../channel.js';
import { GiveUp, RetryLater } from '../../../platform/errors.js';
import { sendAppImage, sendAppText, STAFF_AT_ONCE, type MessageAnswer } from '../client/messages.js';
import type { WecomApi } from '../client/wecom-api.js';
import { harmlessText } from './harmless-text.js';
import type { Pictures } from './pictures.js';

const TEXT_BYTES = 2_048;

/** What it takes to write to staff. */
export interface Messenger {
  readonly api: WecomApi;
  readonly pictures: Pictures;
  readonly agentId: number;
}

/**
 * Sends a text to staff, and the picture that goes with it. WeCom drops a text that is sent twice within four hours, which
 * makes this repeatable; but an operator who asks for 帮助 twice wants two answers. So the action's key is written, unseen, at
 * the end: a repeat of one action stays the same text, and two actions never are.
 */
export async function notifyStaff(to: Messenger, action: ActionOf<'notify_staff'>, key: string): Promise<ActionResult> {
  const { api, pictures, agentId } = to;
  const mark = unseenMark(key);
  const picture = await pictureOf(action.picture, pictures);
  const text = harmlessText(picture.link === undefined ? action.text : `${action.text}\n${picture.link}`, [
    ...(action.links ?? []),
    picture.link ?? '',
  ]);
  const refs: string[] = [];
  const unreached: string[] = [];
  const heard = (answer: Awaited<ReturnType<typeof sendAppText>>): void => {
    if (answer.msgid !== undefined) refs.push(answer.msgid);
    unreached.push(...unreachedBy(answer));
  };
  for (let from = 0; from < action.staff.length; from += STAFF_AT_ONCE) {
    const staff = action.staff.slice(from, from + STAFF_AT_ONCE);
    for (const part of partsOf(text, TEXT_BYTES - Buffer.byteLength(mark)))
      heard(await sendAppText(api, agentId, staff, part + mark));
    if (picture.mediaId !== undefined) heard(await sendPicture(to, staff, picture, mark));
  }
  const [ref] = refs;
  return {
    ...(ref === undefined ? {} : { ref }),
    ...(unreached.length === 0 ? {} : { result: { unreached: [...new Set(unreached)] } }),
  };
}

/** Whom a message that succeeded did not reach. */
export const unreachedBy = ({ invaliduser, unlicenseduser }: MessageAnswer): readonly string[] => [
  ...new Set([...invaliduser, ...unlicenseduser]),
];

/** One that WeCom has lost meanwhile (40007) is uploaded anew; where it cannot be had any more, its address is sent. */
async function sendPicture(
  { api, pictures, agentId }: Messenger,
  staff: readonly string[],
  { url, mediaId }: { readonly url: string; readonly mediaId: string },
  mark: string,
): Promise<MessageAnswer> {
  try {
    return await sendAppImage(api, agentId, staff, mediaId);
  } catch (cause) {
    if (!(cause instanceof RetryLater) || cause.code !== 'media_expired') throw cause;
    await pictures.forget(url, mediaId);
  }
  const anew = await pictureOf(url, pictures);
  return anew.mediaId === undefined
    ? sendAppText(api, agentId, staff, url + mark)
    : sendAppImage(api, agentId, staff, anew.mediaId);
}

type FoundPicture =
  | { readonly url: string; readonly mediaId: string; readonly link?: undefined }
  | { readonly mediaId?: undefined; readonly link?: string };

/** Words do not wait for a picture: where it cannot be had, its address stands in its place. */
async function pictureOf(url: string | undefined, pictures: Pictures): Promise<FoundPicture> {
  if (url === undefined) return {};
  try {
    return { url, mediaId: await pictures.mediaIdOf(url) };
  } catch (cause) {
    if (cause instanceof GiveUp || cause instanceof RetryLater) return { link: url };
    throw cause;
  }
}

const UNSEEN = ['\u200b', '\u200c', '\u200d', '\u2060'] as const;

function unseenMark(key: string): string {
  const bytes = createHash('sha256').update(key).digest().subarray(0, 3);
  return [...bytes]
    .flatMap((byte) => [6, 4, 2, 0].map((shift) => UNSEEN[((byte >> shift) & 3) as 0 | 1 | 2 | 3]))
    .join('');
}

/** WeCom cuts a text at 2 048 bytes without a word, so a longer one goes in parts, broken between lines where it can be. */
export function partsOf(text: string, maxBytes: number): readonly string[] {
  const parts: string[] = [];
  let rest = text;
  while (Buffer.byteLength(rest) > maxBytes) {
    const head = cutToBytes(rest, maxBytes);
    const line = head.lastIndexOf('\n');
    const end = line > 0 ? line : head.length;
    parts.push(rest.slice(0, end));
    rest = rest.slice(line > 0 ? end + 1 : end);
  }
  return [...parts, rest].filter((part) => part !== '');
}
