import type { Attachment } from '../../domain/action.js';

/** A message as one text. Each attachment that could not be sent becomes a line with its link. */
export function spokenText(text: string, attachments: readonly Attachment[]): string {
  return [text, ...attachments.map(lineOf)].filter((line) => line !== '').join('\n');
}

function lineOf(attachment: Attachment): string {
  if (attachment.kind === 'image') return `点开链接，长按识别二维码：${attachment.url}`;
  const about = attachment.description ? `（${attachment.description}）` : '';
  return `${attachment.title}${about}：${attachment.url}`;
}
