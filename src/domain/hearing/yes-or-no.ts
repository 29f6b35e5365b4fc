import { compact, foldedSpeech } from './fold-words.js';
import { isSaid, type Fillers } from './is-said.js';

/** The number, and the words of the question itself: 1, 1停止, 确定退订. */
const namesIt = /停止?掉?(?:接收|发送|推送|发|收)?(?:消息|信息|短信)*|退订?|stop|unsubscribe/y;
const one = /(?<!\p{N})(?:1|一|壹)(?!\p{N})/uy;
const agrees =
  /是|要|需要|好[滴哒]?|嗯+|恩+|对|行|可以|确认|确定|没错|同意|当然|ok+|okay|yes|yep|yeah|y(?![a-z])|sure/y;
const fillersOfYes: Fillers = {
  words: [/我|就|请|帮我|回复?|选|扣|那|一下|谢谢|多谢|please|pls|thankyou|thanks?/y],
  single: new Set([...'我就请回选扣那谢的吧了啊呀哦噢嘛呢']),
};

const refuses: readonly RegExp[] = [
  /(?:别|不要|不用|不必|不想|不需要|先不|先别|暂时不|不是要?)(?:停止?|退订|退)(?:发送?|推送)?|不停止?|不退订?|不取消/y,
  /不用了?|不是|不系|不了|算了|先不用?了?|暂时不用?|没有?|继续(?:发|接收|收|推送)?|照常|保留/y,
  /no(?:pe|tnow)?(?![a-z])|no(?=thank)/y,
];
const fillersOfNo: Fillers = {
  words: [/我|好的?|嗯|请|谢谢|多谢|thankyou|thanks?|ok/y],
  single: new Set([...'我好嗯请谢吧啊呀哦噢嘛']),
};
/** Alone they refuse; among other words they are of them. */
const refusals = new Set(['0', '2', '不', '否', '不要', '不行', 'n']);

const thumbs: readonly (readonly [RegExp, string])[] = [
  [/[👌👍🆗✅✔☑🙆💯]/gu, '好'],
  [/[👎❌✖🙅🚫]/gu, '不用'],
];

const wordsOf = (text: string): string =>
  compact(foldedSpeech(thumbs.reduce((words, [sign, meaning]) => words.replace(sign, meaning), text)));

/** The answer to a question of ours that is answered by 1 or 是; null for what is none. */
export function yesOrNo(text: string): boolean | null {
  const words = wordsOf(text);
  if (refusals.has(words) || isSaid(words, refuses, fillersOfNo)) return false;
  return isSaid(words, [one, namesIt, agrees], fillersOfYes) ? true : null;
}

/** Of a yes: whether it says what it agrees to, and so holds even where something else was said in between. */
export const namesTheStop = (text: string): boolean => /停|退|stop|unsubscribe/u.test(wordsOf(text));

/** The number of the question and nothing else. */
export const saysOne = (text: string): boolean => isSaid(wordsOf(text), [one], fillersOfYes);
