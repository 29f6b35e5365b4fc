import type { Attachment, Rendered } from '../../../domain/action.js';
import { assertNever } from '../../../domain/assert-never.js';
import { cutToBytes } from '../../../domain/cut-text.js';
import { GiveUp, RetryLater } from '../../../platform/errors.js';
import type { ApiAttachment, ApiMessage } from '../client/messages.js';
import type { Pictures } from './pictures.js';

interface Body {
  readonly message: ApiMessage;
  /** By attachment: the media_id it went with, or why it did not go. */
  readonly media: readonly (string | null)[];
  /** Code of the first picture that could not be had. */
  readonly without: string | null;
}

/** There is no picture at the address, and there will be none. */
const isDead: ReadonlySet<string> = new Set([
  'picture_not_found',
  'picture_too_large',
  'not_a_picture',
  'bad_picture_address',
]);

/** A rendered message in WeCom's words; pictures are uploaded on the way. Words do not wait for a picture for long. */
async function bodyOf(message: Rendered, pictures: Pictures, waitMs: number): Promise<Body> {
  const made = await Promise.all(message.attachments.map((attachment) => attached(attachment, pictures, waitMs)));
  const without = made.find((one) => one.failed !== null)?.failed ?? null;
  // Where there are no words, there is nothing to send without the picture.
  if (message.text === '' && without !== null) throw without;
  const attachments = made.flatMap((one) => one.attachment ?? []);
  return {
    message: {
      ...(message.text === '' ? {} : { text: { content: message.text } }),
      ...(attachments.length === 0 ? {} : { attachments }),
    },
    media: made.map((one) => one.mediaId),
    without: without?.code ?? null,
  };
}

interface Attached {
  readonly attachment: ApiAttachment | null;
  readonly mediaId: string | null;
  readonly failed: GiveUp | RetryLater | null;
}

async function attached(attachment: Attachment, pictures: Pictures, waitMs: number): Promise<Attached> {
  switch (attachment.kind) {
    case 'image':
      try {
        const mediaId = await pictures.soon(attachment.url, waitMs);
        return { attachment: { msgtype: 'image', image: { media_id: mediaId } }, mediaId, failed: null };
      } catch (cause) {
        if (!(cause instanceof GiveUp) && !(cause instanceof RetryLater)) throw cause;
        // We could not have it in time; who reads the words perhaps can.
        const instead = isDead.has(cause.code) ? null : linkTo(attachment);
        return { attachment: instead, mediaId: null, failed: cause };
      }
    case 'link':
      return { attachment: linkTo(attachment), mediaId: null, failed: null };
    default:
      return assertNever(attachment);
  }
}

const linkTo = (to: {
  readonly title: string;
  readonly url: string;
  readonly description?: string;
}): ApiAttachment => ({
  msgtype: 'link',
  link: {
    title: cutToBytes(to.title, 128),
    url: to.url,
    ...(to.description ? { desc: cutToBytes(to.description, 512) } : {}),
  },
});

/** With its pictures uploaded anew; where WeCom does not take those either, the words go alone. */
async function sendAnew<T>(
  rendered: Rendered,
  pictures: Pictures,
  waitMs: number,
  send: (body: ApiMessage) => Promise<T>,
  lost: RetryLater,
): Promise<{ readonly answer: T; readonly without: string | null }> {
  const anew = await bodyOf(rendered, pictures, waitMs);
  try {
    return { answer: await send(anew.message), without: anew.without };
  } catch (error) {
    if (!(error instanceof RetryLater) || error.code !== lost.code || rendered.text === '') throw error;
    const words = { ...rendered, attachments: rendered.attachments.filter(({ kind }) => kind !== 'image') };
    const { message } = await bodyOf(words, pictures, waitMs);
    return { answer: await send(message), without: lost.code };
  }
}

/**
 * Does something with the body. A picture that WeCom has lost meanwhile (40007) is uploaded anew, once. `without` says
 * which picture did not go with the words, by code.
 */
export async function withBody<T>(
  rendered: Rendered,
  pictures: Pictures,
  waitMs: number,
  send: (body: ApiMessage) => Promise<T>,
): Promise<{ readonly answer: T; readonly without: string | null }> {
  const body = await bodyOf(rendered, pictures, waitMs);
  try {
    return { answer: await send(body.message), without: body.without };
  } catch (error) {
    if (!(error instanceof RetryLater) || error.code !== 'media_expired') throw error;
    await Promise.all(
      rendered.attachments.map(async ({ url }, index) => {
        const mediaId = body.media[index] ?? null;
        if (mediaId !== null) await pictures.forget(url, mediaId);
      }),
    );
    return sendAnew(rendered, pictures, waitMs, send, error);
  }
}
