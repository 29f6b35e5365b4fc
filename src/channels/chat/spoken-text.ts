import type { Attachment, Rendered } from '../../domain/action.js';

/** A message as one text: a chat account of this kind sends plain words, so a picture or card becomes a line with its address. */
export function spokenText({ text, attachments }: Rendered): string {
  return [text, ...attachments.map(lineOf)].join('\n');
}

function lineOf(attachment: Attachment): string {
  const about = attachment.kind === 'link' && attachment.description ? `（${attachment.description}）` : '';
  return `${attachment.title}${about}：${attachment.url}`;
}
