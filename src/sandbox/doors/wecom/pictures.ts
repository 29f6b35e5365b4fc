import type { Corp } from '../../corp/corp.js';
import type { Door } from '../http.js';
import { qrPicture } from '../png.js';

/** Serves the pictures of join ways and contact ways, knowing each again by its bytes, and what was uploaded for good. */
export const pictureDoor =
  (corp: Corp): Door =>
  async ({ path }) => {
    const image = path.startsWith('/wwpic/') ? corp.media.image(path) : undefined;
    if (image) return { status: 200, bytes: image.bytes, type: 'image/png' };
    const configId = /^\/qr\/([0-9a-f]{32})\.png$/.exec(path)?.[1];
    const content = configId && contentOf(corp, configId);
    if (!configId || !content) return undefined;
    const bytes = qrPicture(content);
    corp.media.rememberQr(bytes, configId);
    return { status: 200, bytes, type: 'image/png' };
  };

function contentOf(corp: Corp, configId: string): string | undefined {
  if (corp.joinWays.get(configId)) return `https://work.weixin.qq.com/gm/${configId}`;
  return corp.contactWays.get(configId) && `https://work.weixin.qq.com/ca/${configId}`;
}
