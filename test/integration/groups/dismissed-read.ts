import { groupRead } from '../../support/test-product.js';

/** A read of a group by which WeCom says that it does not exist any more. */
export const dismissedRead = (chatId: string, at: number) => {
  const read = groupRead(chatId, '', [], at, '');
  return { ...read, data: { ...read.data, name: '', people: [], dismissed: true } } as typeof read;
};
