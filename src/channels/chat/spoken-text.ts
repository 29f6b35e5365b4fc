import type { Attachment } from '../../domain/action.js';

/** A message as one text, with what could not be sent as it is: a card, or a picture, becomes a line with its address. */
export function spokenText(text: string, attachments: readonly Attachment[]): string {
  return [text, ...attachments.map(lineOf)].filter((line) => line !== '').join('\n');
}

function lineOf(attachment: Attachment): string {
  if (attachment.kind === 'image') return `点开链接，长按识别二维码：${attachment.url}`;
  const about = attachment.description ? `（${attachment.description}）` : '';
  return `${attachment.title}${about}：${attachment.url}`;
}
