import type { Rendered } from '../../domain/action.js';
import { assertNever } from '../../domain/assert-never.js';
import { cutToBytes } from '../../domain/cut-text.js';
import { RetryLater } from '../../platform/errors.js';
import type { ApiAttachment, ApiMessage } from './client/messages.js';
import type { Pictures } from './pictures.js';

/** A rendered message in WeCom's words; pictures are uploaded on the way. */
export async function bodyOf(message: Rendered, pictures: Pictures): Promise<ApiMessage> {
  const attachments = await Promise.all(
    message.attachments.map(async (attachment): Promise<ApiAttachment> => {
      switch (attachment.kind) {
        case 'image':
          return { msgtype: 'image', image: { media_id: await pictures.mediaIdOf(attachment.url) } };
        case 'link':
          return {
            msgtype: 'link',
            link: {
              title: cutToBytes(attachment.title, 128),
              url: attachment.url,
              ...(attachment.description ? { desc: cutToBytes(attachment.description, 512) } : {}),
            },
          };
        default:
          return assertNever(attachment);
      }
    }),
  );
  return {
    ...(message.text === '' ? {} : { text: { content: message.text } }),
    ...(attachments.length === 0 ? {} : { attachments }),
  };
}

/** Does something with the body. A picture that WeCom has lost meanwhile (40007) is uploaded anew, once. */
export async function withBody<T>(
  message: Rendered,
  pictures: Pictures,
  send: (body: ApiMessage) => Promise<T>,
): Promise<T> {
  const body = await bodyOf(message, pictures);
  try {
    return await send(body);
  } catch (error) {
    if (!(error instanceof RetryLater) || error.code !== 'media_expired') throw error;
    await Promise.all(
      message.attachments.map(async (attachment, index) => {
        const sent = body.attachments?.[index];
        if (attachment.kind === 'image' && sent?.msgtype === 'image')
          await pictures.forget(attachment.url, sent.image.media_id);
      }),
    );
    return send(await bodyOf(message, pictures));
  }
}
