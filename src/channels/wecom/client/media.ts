import { z } from 'zod';
import type { Picture } from '../../fetch-picture.js';
import type { WecomApi } from './wecom-api.js';

/** `created_at` is text and `errmsg` may be empty (S). */
export const uploadAnswer = z.object({ media_id: z.string().min(1) });

export const uploadImage = async (api: WecomApi, picture: Picture): Promise<string> => {
  const form = new FormData();
  form.append(
    'media',
    new Blob([picture.bytes], { type: picture.type }),
    picture.type === 'image/png' ? 'picture.png' : 'picture.jpg',
  );
  return (await api.ask({ endpoint: 'media/upload', query: { type: 'image' }, body: form, answer: uploadAnswer }))
    .media_id;
};
