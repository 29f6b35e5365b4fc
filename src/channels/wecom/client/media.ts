import type { Picture } from '../../fetch-picture.js';
import { RetryLater } from '../../../platform/errors.js';
import { findTexts } from './lenient.js';
import type { WecomApi } from './wecom-api.js';

/** `created_at` is text and `errmsg` may be empty (S). */
export const uploadAnswer = findTexts('media_id');

export const uploadImage = async (api: WecomApi, picture: Picture): Promise<string> => {
  const form = new FormData();
  form.append(
    'media',
    new Blob([picture.bytes], { type: picture.type }),
    picture.type === 'image/png' ? 'picture.png' : 'picture.jpg',
  );
  const { media_id: mediaId } = await api.call({
    endpoint: 'media/upload',
    query: { type: 'image' },
    body: form,
    answer: uploadAnswer,
  });
  // The upload succeeded without a media_id. Another upload may return one.
  if (mediaId === undefined) throw new RetryLater('media_without_id', 2_000);
  return mediaId;
};
