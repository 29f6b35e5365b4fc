import { compact, compactWithQuestionMarks, foldedSpeech } from './fold-text.js';
import { matchesPhrases, type Fillers } from './match-phrases.js';

/** Answers that repeat the question's number or words: 1, 1停止, 确定退订. */
const namesIt = /停止?掉?(?:接收|发送|推送|发|收)?(?:消息|信息|短信)*|退订?|stop|unsubscribe/y;
const one = /(?<!\p{N})(?:1|一|壹)(?!\p{N})/uy;
const agrees =
  /是|要|需要|好[滴哒]?|嗯+|恩+|对|行|可以|确认|确定|没错|同意|当然|ok+|okay|yes|yep|yeah|y(?![a-z])|sure/y;
const fillersOfYes: Fillers = {
  words: [/我|就|请|帮我|回复?|选|扣|那|一下|谢谢|多谢|please|pls|thankyou|thanks?/y],
  single: new Set([...'我就请回选扣那谢的吧了啊呀哦噢嘛呢']),
};

/** The number and words of the other answer: 不停请回复 2. */
const two = /(?<!\p{N})(?:2|二|贰)(?!\p{N})/uy;
const news = '(?:接收|发送?|推送|收)?(?:消息|信息|短信)*';
const namesGoingOn = new RegExp(
  `(?:别|不要|不用|不必|不想|不需要|先不|先别|暂时不|不)(?:停止?|退订?|取消)${news}|(?:dont|donot)stop`,
  'y',
);
/** For 好的，2 and 可以不停. 要 is not included, because 要不要停 is a question. */
const fillersOfGoingOn: Fillers = {
  words: [
    ...fillersOfYes.words,
    /是|还是|好[滴哒]?|嗯+|恩+|对|行|可以|确认|确定|没错|当然|ok+|okay|yes|yep|yeah|sure/y,
  ],
  single: fillersOfYes.single,
};

const refuses: readonly RegExp[] = [
  /不用了?|不是的?|不系|不了|算了|先不用?了?|暂时不用?了?|没有?/y,
  new RegExp(`(?:并?没有?(?:说|想|要|让|叫)|不是)(?:说|想|要|让|叫|你们?)*(?:停止?|退订?|取消)${news}`, 'y'),
  new RegExp(`(?:继续|接着)${news}`, 'y'),
  /照常|照旧|保留|误会了?|[说打搞弄按点]错了?/y,
  /no(?:pe|tnow)?(?![a-z])|no(?=thank)|keep(?:going|sending)|continue/y,
];
const fillersOfNo: Fillers = {
  words: [/我|好的?|嗯|请|谢谢|多谢|thankyou|thanks?|ok/y],
  single: new Set([...'我好嗯请谢吧啊呀哦噢嘛']),
};
/** Refusals only when they stand alone. */
const refusals = new Set(['0', '不', '否', '不要', '不行', 'n']);

const thumbs: readonly (readonly [RegExp, string])[] = [
  [/[👌👍🆗✅✔☑🙆💯]/gu, '好'],
  [/[👎❌✖🙅🚫]/gu, '不用'],
];

const wordsOf = (text: string): string =>
  compact(foldedSpeech(thumbs.reduce((words, [sign, meaning]) => words.replace(sign, meaning), text)));
/** 停？ repeats the question and is no answer; a number with a question mark is one. */
const asksItself = (text: string): boolean =>
  compactWithQuestionMarks(text).endsWith('?') && !matchesPhrases(wordsOf(text), [one, two], fillersOfYes);

/** The answer to our question (1 or 是 for yes, 2 or 不 for no); null for any other text. */
export function yesOrNo(text: string): boolean | null {
  const words = wordsOf(text);
  if (asksItself(text)) return null;
  if (refusals.has(words) || matchesPhrases(words, [two, namesGoingOn], fillersOfGoingOn)) return false;
  if (matchesPhrases(words, [two, namesGoingOn, ...refuses], fillersOfNo)) return false;
  return matchesPhrases(words, [one, namesIt, agrees], fillersOfYes) ? true : null;
}

/** Whether a yes names the opt-out; then it counts even if other messages came in between. */
export const mentionsStop = (text: string): boolean => /停|退|stop|unsubscribe/u.test(wordsOf(text));

/** Whether the text is the number 1 and nothing else. */
export const isOnlyOne = (text: string): boolean => matchesPhrases(wordsOf(text), [one], fillersOfYes);
