import { groupReadOf } from '../../support/test-product.js';

/** A read of a group by which WeCom says that it does not exist any more. */
export const dismissedRead = (chatId: string, at: number) => {
  const read = groupReadOf({ chatId, name: '', people: [], at, owner: '' });
  return { ...read, data: { ...read.data, name: '', people: [], dismissed: true } } as typeof read;
};
