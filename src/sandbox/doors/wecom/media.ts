import { seconds } from '../../calendar.js';
import { post, Refused, type Call, type Endpoint, type UploadedFile } from './endpoint.js';

const MB = 1024 * 1024;
const MOST: Readonly<Record<string, number>> = { image: 10 * MB, voice: 2 * MB, video: 10 * MB, file: 20 * MB };

export const mediaEndpoints: readonly Endpoint[] = [
  post('media/upload', {}, (call) => {
    const type = call.params.text('type');
    const most = MOST[type];
    if (most === undefined) throw new Refused(40004, 'invalid media type');
    const { bytes } = fileOf(call, most);
    const mediaId = call.corp.media.keep(bytes, call.now);
    // The real answer: an empty errmsg, and the time as text.
    return { errmsg: '', type, media_id: mediaId, created_at: String(seconds(call.now)) };
  }),

  post('media/uploadimg', { url: '' }, (call) => {
    const { bytes } = fileOf(call, 2 * MB);
    return { url: `${call.host}/wwpic/${call.corp.media.keepImage(bytes, call.now)}` };
  }),
];

function fileOf({ file }: Call, most: number): UploadedFile {
  if (!file) throw new Refused(41005, 'media data missing');
  if (file.bytes.length <= 5) throw new Refused(44001, 'empty media data');
  if (file.bytes.length > most) throw new Refused(45001, 'media size out of limit');
  return file;
}
