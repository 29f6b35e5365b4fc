/** Traditional characters, each followed by its simplified form: those that occur in opt-out phrases and in talk with a shop. */
const PAIRS =
  '訂订閱阅別别發发給给煩烦擾扰騷骚訊讯復复請请謝谢們们廣广關关閉闭繼继續续開开啟启啓启這这類类種种嗎吗對对聯联係系繫系確确認认還还總总會会說说個个傳传絕绝麼么麽么過过沒没買买單单貨货錢钱購购費费員员刪删' +
  '註注銷销離离簡简號号電电話话東东樣样讓让來来無无須须誰谁問问題题應应該该幾几從从後后裡里裏里將将帳账夠够頻频滾滚遠远營营傢家順顺豐丰圓圆運运達达韻韵遞递郵邮錯错壞坏舊旧紅红熱热點点遊游優优動动興兴勵励' +
  '參参與与為为趕赶馬马現现時时間间愛爱報报嚴严訴诉屍尸資资業业務务綁绑權权獲获許许準准厭厌討讨當当嘗尝聽听換换課课長长歡欢願愿碼码薦荐統统設设進进暫暂';
const simplifiedOf = new Map([...PAIRS.matchAll(/(.)(.)/gu)].map(([, old = '', simple = '']) => [old, simple]));

/** Normalises width (NFKC), case, and traditional to simplified characters. */
export const folded = (text: string): string =>
  [...text.normalize('NFKC').toLowerCase()].map((character) => simplifiedOf.get(character) ?? character).join('');

/** Folded letters and digits only: no punctuation, emoji or spaces. */
export const compact = (text: string): string => folded(text).replace(/[^\p{L}\p{N}]+/gu, '');

/** Like `compact`, but keeps question marks, as `?`. */
export const compactWithQuestionMarks = (text: string): string =>
  folded(text)
    .replace(/[❓❔]/gu, '?')
    .replace(/[^\p{L}\p{N}?]+/gu, '');

/** Cantonese words and their Mandarin equivalents: 唔好再發俾我 is 不要再发给我. */
const CANTONESE: readonly (readonly [RegExp, string])[] = [
  [/唔该/gu, '请'],
  [/唔[使洗驶]/gu, '不用'],
  [/唔好|咪(?=再|发|send|烦|嘈)/gu, '不要'],
  [/唔/gu, '不'],
  [/[俾畀]/gu, '给'],
  [/嘅/gu, '的'],
  [/[咗喇啦嘞]/gu, '了'],
  [/冇/gu, '没'],
  [/(?<=\p{Script=Han})send|send(?=\p{Script=Han})/gu, '发'],
];

/** Like `folded`, with Cantonese words replaced by Mandarin ones. */
export const foldedSpeech = (text: string): string =>
  CANTONESE.reduce((words, [cantonese, common]) => words.replace(cantonese, common), folded(text));
