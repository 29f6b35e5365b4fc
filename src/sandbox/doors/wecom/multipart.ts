import type { DoorRequest } from '../http.js';
import type { UploadedFile } from './endpoint.js';

const BREAK = Buffer.from('\r\n\r\n');

/** The part called `media` of a multipart body. */
export function fileIn(request: DoorRequest): UploadedFile | undefined {
  const boundary = /^multipart\/form-data;.*boundary="?([^";]+)"?/i.exec(request.headers['content-type'] ?? '')?.[1];
  if (!boundary) return undefined;
  const mark = Buffer.from(`--${boundary}`);
  let from = request.body.indexOf(mark);
  while (from >= 0) {
    const next = request.body.indexOf(mark, from + mark.length);
    if (next < 0) return undefined;
    const part = request.body.subarray(from + mark.length + 2, next - 2);
    const end = part.indexOf(BREAK);
    const head = part.subarray(0, Math.max(0, end)).toString('utf8');
    if (/name="?media"?[;\r\s]|name="?media"?$/m.test(head)) {
      return { name: /filename="([^"]*)"/.exec(head)?.[1] ?? '', bytes: part.subarray(end + BREAK.length) };
    }
    from = next;
  }
  return undefined;
}
