import { parseDocument } from 'yaml';
import type { LocalizedText } from '../../domain/localized-text.js';

export interface NewSegment {
  readonly key: string;
  readonly label: LocalizedText;
  readonly when: string;
}

/** The text of the document with one more segment at its end. Comments and everything else stay as they are. */
export function withSegment(text: string, segment: NewSegment): string {
  const document = parseDocument(text);
  const list = document.get('segments');
  if (Array.isArray((list as { items?: unknown } | undefined)?.items))
    document.addIn(['segments'], document.createNode(segment));
  else document.set('segments', document.createNode([segment]));
  // `segments: []` is written in one line, and stays so for ever.
  const written = document.get('segments') as { flow?: boolean } | undefined;
  if (written) written.flow = false;
  return document.toString({ lineWidth: 0 });
}
