import type { Corp } from '../../corp/corp.js';
import type { Door } from '../http.js';
import { qrPicture } from '../png.js';

/** Serves the join ways' pictures, and knows each again by its bytes. */
export const pictureDoor =
  (corp: Corp): Door =>
  async ({ path }) => {
    const configId = /^\/qr\/([0-9a-f]{32})\.png$/.exec(path)?.[1];
    if (!configId || !corp.joinWays.get(configId)) return undefined;
    const bytes = qrPicture(`https://work.weixin.qq.com/gm/${configId}`);
    corp.media.rememberJoinQr(bytes, configId);
    return { status: 200, bytes, type: 'image/png' };
  };
