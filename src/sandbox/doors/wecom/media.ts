import { seconds } from '../../calendar.js';
import type { Medium } from '../../corp/media.js';
import { get, post, Refused, Served, type Call, type Endpoint } from './endpoint.js';

const MB = 1024 * 1024;
/** Contract §7.7. */
const MOST: Readonly<Record<string, number>> = { image: 10 * MB, voice: 2 * MB, video: 10 * MB, file: 20 * MB };

const TYPES: Readonly<Record<string, string>> = { image: 'image/png', voice: 'audio/amr', video: 'video/mp4' };

export const mediaEndpoints: readonly Endpoint[] = [
  post('media/upload', {}, (call) => {
    const medium = mediumOf(call, call.params.text('type'));
    const mediaId = call.corp.media.keep(medium);
    // The real answer: an empty errmsg, and the time as text.
    return { errmsg: '', type: medium.type, media_id: mediaId, created_at: String(seconds(call.now)) };
  }),

  post('media/uploadimg', { url: '' }, (call) => {
    const { corp, now, host } = call;
    const medium = mediumOf(call, 'image', 2 * MB);
    const { today, thisMonth } = corp.media.imagesLately(now);
    if (today >= corp.quotas.imagesPerDay || thisMonth >= corp.quotas.imagesPerMonth)
      throw new Refused(45009, 'api freq out of limit');
    return { url: `${host}/wwpic/${corp.media.keepImage(medium)}` };
  }),

  get('media/get', {}, ({ corp, params, now }) => {
    const medium = corp.media.find(params.text('media_id'), now);
    if (!medium) throw new Refused(40007, 'invalid media_id');
    return new Served(medium.bytes, TYPES[medium.type] ?? 'application/octet-stream', medium.name);
  }),
];

/** What was sent along, if it is of a kind and a size the platform takes. */
export function mediumOf({ file, now }: Call, type: string, most = MOST[type]): Medium {
  if (most === undefined) throw new Refused(40004, 'invalid media type');
  if (!file) throw new Refused(41005, 'media data missing');
  if (file.bytes.length <= 5) throw new Refused(44001, 'empty media data');
  if (file.bytes.length > most) throw new Refused(45001, 'media size out of limit');
  return { bytes: file.bytes, name: file.name, type, madeAt: now };
}
