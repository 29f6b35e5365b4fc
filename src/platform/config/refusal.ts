/**
 * Why a text is refused, in both languages, and the one message that clients from before the translation read. It is a
 * string, because a schema of zod carries nothing else from a check to the issue; `wordsOf` takes it apart.
 */
export type Refusal = string & { readonly __refusal: never };

export interface RefusalWords {
  /** What is wrong and what to write instead: in English, or in both languages at once. */
  readonly message: string;
  readonly messageZh: string;
  readonly messageEn: string;
}

const MARK = 'refusal:';

const refusal = (words: RefusalWords): Refusal => `${MARK}${JSON.stringify(words)}` as Refusal;

/** The message is the English one. */
export const inBoth = (en: string, zh: string): Refusal => refusal({ message: en, messageZh: zh, messageEn: en });

/** The message is the Chinese one with the English one in brackets. `message`: where it is put together otherwise. */
export const chineseFirst = (zh: string, en: string, message = `${zh}（${en}）`): Refusal =>
  refusal({ message, messageZh: zh, messageEn: en });

export const wordsOf = (refusal: Refusal): RefusalWords => JSON.parse(refusal.slice(MARK.length)) as RefusalWords;

export const isRefusal = (message: string): message is Refusal => message.startsWith(MARK);
