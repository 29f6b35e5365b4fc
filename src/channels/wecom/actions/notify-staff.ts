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

/** The dependencies for messages to staff. */
export interface StaffMessenger {
  readonly api: WecomApi;
  readonly pictures: Pictures;
  readonly agentId: number;
}

/**
 * Sends a text and its picture to staff. WeCom drops a text that is sent twice within four hours, so this can be repeated; but
 * an operator who asks for 帮助 twice needs two answers. So the text ends with an invisible mark made from the action's key: a
 * repeat of one action is the same text, and two actions are different texts.
 */
export async function notifyStaff(
  to: StaffMessenger,
  action: ActionOf<'notify_staff'>,
  key: string,
): Promise<ActionResult> {
  const { api, pictures, agentId } = to;
  const mark = invisibleMark(key);
  const picture = await pictureOf(action.picture, pictures);
  const text = harmlessText(picture.link === undefined ? action.text : `${action.text}\n${picture.link}`, [
    ...(action.links ?? []),
    picture.link ?? '',
  ]);
  const refs: string[] = [];
  const unreached: string[] = [];
  const recordAnswer = (answer: Awaited<ReturnType<typeof sendAppText>>): void => {
    if (answer.msgid !== undefined) refs.push(answer.msgid);
    unreached.push(...unreachedBy(answer));
  };
  for (let from = 0; from < action.staff.length; from += STAFF_AT_ONCE) {
    const staff = action.staff.slice(from, from + STAFF_AT_ONCE);
    for (const part of splitText(text, TEXT_BYTES - Buffer.byteLength(mark)))
      recordAnswer(await sendAppText(api, agentId, staff, part + mark));
    if (picture.mediaId !== undefined) recordAnswer(await sendPicture(to, staff, picture, mark));
  }
  const [ref] = refs;
  return {
    ...(ref === undefined ? {} : { ref }),
    ...(unreached.length === 0 ? {} : { result: { unreached: [...new Set(unreached)] } }),
  };
}

/** The staff that a successful message did not reach. */
export const unreachedBy = ({ invaliduser, unlicenseduser }: MessageAnswer): readonly string[] => [
  ...new Set([...invaliduser, ...unlicenseduser]),
];

/** Uploads a picture again that WeCom does not have any more (40007). When it is not available, its URL is sent. */
async function sendPicture(
  { api, pictures, agentId }: StaffMessenger,
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
  const uploaded = await pictureOf(url, pictures);
  return uploaded.mediaId === undefined
    ? sendAppText(api, agentId, staff, url + mark)
    : sendAppImage(api, agentId, staff, uploaded.mediaId);
}

type FoundPicture =
  | { readonly url: string; readonly mediaId: string; readonly link?: undefined }
  | { readonly mediaId?: undefined; readonly link?: string };

/** When the picture is not available, the text contains its URL instead. */
async function pictureOf(url: string | undefined, pictures: Pictures): Promise<FoundPicture> {
  if (url === undefined) return {};
  try {
    return { url, mediaId: await pictures.mediaIdOf(url) };
  } catch (cause) {
    if (cause instanceof GiveUp || cause instanceof RetryLater) return { link: url };
    throw cause;
  }
}

const INVISIBLE = ['\u200b', '\u200c', '\u200d', '\u2060'] as const;

function invisibleMark(key: string): string {
  const bytes = createHash('sha256').update(key).digest().subarray(0, 3);
  return [...bytes]
    .flatMap((byte) => [6, 4, 2, 0].map((shift) => INVISIBLE[((byte >> shift) & 3) as 0 | 1 | 2 | 3]))
    .join('');
}

/** WeCom cuts a text at 2 048 bytes without an error, so a longer text is split, between lines where possible. */
export function splitText(text: string, maxBytes: number): readonly string[] {
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
