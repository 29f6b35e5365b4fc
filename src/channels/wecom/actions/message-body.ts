import type { Attachment, Rendered } from '../../../domain/action.js';
import { assertNever } from '../../../domain/assert-never.js';
import { cutToBytes } from '../../../domain/cut-text.js';
import { GiveUp, RetryLater } from '../../../platform/errors.js';
import type { ApiAttachment, ApiMessage } from '../client/messages.js';
import type { Pictures } from './pictures.js';

interface Body {
  readonly message: ApiMessage;
  /** The media_id of each attachment; null for a link and for a picture that was not available. */
  readonly media: readonly (string | null)[];
  /** Reason code of the first picture that was not available. */
  readonly without: string | null;
}

/** Reason codes of URLs that will never return a picture. */
const permanentFailures: ReadonlySet<string> = new Set([
  'picture_not_found',
  'picture_too_large',
  'not_a_picture',
  'bad_picture_address',
]);

/** Converts a rendered message and uploads its pictures. The text waits at most `waitMs` for a picture. */
async function buildBody(message: Rendered, pictures: Pictures, waitMs: number): Promise<Body> {
  const made = await Promise.all(
    message.attachments.map((attachment) => convertAttachment(attachment, pictures, waitMs)),
  );
  const without = made.find((one) => one.failed !== null)?.failed ?? null;
  // Without a text there is nothing to send without the picture.
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

const MEDIA_EXPIRED = 'media_expired';

interface ConvertedAttachment {
  readonly attachment: ApiAttachment | null;
  readonly mediaId: string | null;
  readonly failed: GiveUp | RetryLater | null;
}

async function convertAttachment(
  attachment: Attachment,
  pictures: Pictures,
  waitMs: number,
): Promise<ConvertedAttachment> {
  switch (attachment.kind) {
    case 'image':
      try {
        const mediaId = await pictures.mediaIdWithin(attachment.url, waitMs);
        return { attachment: { msgtype: 'image', image: { media_id: mediaId } }, mediaId, failed: null };
      } catch (cause) {
        if (!(cause instanceof GiveUp) && !(cause instanceof RetryLater)) throw cause;
        // Not available in time for us, but perhaps for the reader.
        const instead = permanentFailures.has(cause.code) ? null : linkTo(attachment);
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

/** Uploads the pictures again. When WeCom refuses those as well, the text is sent alone. */
async function sendWithNewUploads<T>(
  rendered: Rendered,
  pictures: Pictures,
  waitMs: number,
  send: (body: ApiMessage) => Promise<T>,
): Promise<{ readonly answer: T; readonly without: string | null }> {
  const body = await buildBody(rendered, pictures, waitMs);
  try {
    return { answer: await send(body.message), without: body.without };
  } catch (error) {
    if (!(error instanceof RetryLater) || error.code !== MEDIA_EXPIRED || rendered.text === '') throw error;
    const textOnly = { ...rendered, attachments: rendered.attachments.filter(({ kind }) => kind !== 'image') };
    const { message } = await buildBody(textOnly, pictures, waitMs);
    return { answer: await send(message), without: MEDIA_EXPIRED };
  }
}

/**
 * Builds the body and sends it. Pictures that WeCom does not have any more (40007) are uploaded again, once. `without` is the
 * reason code of a picture that was not sent.
 */
export async function sendWithBody<T>(
  rendered: Rendered,
  pictures: Pictures,
  waitMs: number,
  send: (body: ApiMessage) => Promise<T>,
): Promise<{ readonly answer: T; readonly without: string | null }> {
  const body = await buildBody(rendered, pictures, waitMs);
  try {
    return { answer: await send(body.message), without: body.without };
  } catch (error) {
    if (!(error instanceof RetryLater) || error.code !== MEDIA_EXPIRED) throw error;
    await Promise.all(
      rendered.attachments.map(async ({ url }, index) => {
        const mediaId = body.media[index] ?? null;
        if (mediaId !== null) await pictures.forget(url, mediaId);
      }),
    );
    return sendWithNewUploads(rendered, pictures, waitMs, send);
  }
}
