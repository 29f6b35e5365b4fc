/** What a member said about being written to at all. `maybe`: the words are there, but may be about something else. */
export type Heard = 'stop' | 'maybe' | 'resume' | null;

/** Longer than anybody's way to say stop; what is longer is a message, and at most a `maybe`. */
const LONGEST_PHRASE = 40;

/** Only the characters that occur in what is listened for. */
const simplified: Readonly<Record<string, string>> = {
  訂: '订',
  閱: '阅',
  別: '别',
  發: '发',
  給: '给',
  煩: '烦',
  擾: '扰',
  騷: '骚',
  訊: '讯',
  復: '复',
  請: '请',
  謝: '谢',
  們: '们',
  廣: '广',
  關: '关',
  閉: '闭',
  繼: '继',
  續: '续',
  開: '开',
  啟: '启',
  啓: '启',
  這: '这',
  類: '类',
  種: '种',
  嗎: '吗',
  對: '对',
  聯: '联',
  係: '系',
  繫: '系',
  確: '确',
  認: '认',
  還: '还',
  總: '总',
  會: '会',
  說: '说',
  個: '个',
};

/** Full-width like half-width, capitals like small letters, traditional characters like simplified ones. */
const folded = (text: string): string =>
  [...text.normalize('NFKC').toLowerCase()].map((character) => simplified[character] ?? character).join('');

/** The letters and digits alone: no punctuation, emoji or spaces. */
const compact = (text: string): string => folded(text).replace(/[^\p{L}\p{N}]+/gu, '');

const what = '(?:你们?的?|这些|这种|这类|那些|任何|消息|信息|讯息|短信|通知|广告|推送|内容|东西|给我|我)*';

/** Each whole, and each in the middle of the other words of `courtesies`. */
const stops: readonly RegExp[] = [
  /退订|退定|tuiding|取消(?:订阅|推送|通知|接收|关注)|(?:关闭|关掉|屏蔽|拒收|拒绝接收)(?:推送|通知|消息|信息|短信)/y,
  /td|t(?![a-z])/y,
  new RegExp(`(?:停止|停掉|停下|停)(?:再|给我|向我|对我)*(?:发送|推送|订阅|接收|打扰|骚扰|群发|发)?${what}`, 'y'),
  new RegExp(
    `(?:别|不要|不用|不许|不准|勿|莫)(?:再|老|总|一直|天天|继续|给我|跟我|对我|向我|往我这里?|来)*` +
      `(?:发送|推送|打扰|骚扰|群发|联系|烦|吵|发|推)${what}`,
    'y',
  ),
  new RegExp(`(?:不想|不愿意?|不要|不再)再?(?:收到|接收|看到|收)${what}`, 'y'),
  /不想要|不想再要/y,
  /(?:要|会)?(?:拉黑|屏蔽)(?:你们?|您)?|(?:别|不要|不许)(?:来)?(?:烦|骚扰|打扰)(?:我|人)?/y,
  /unsubscribe|unsub|optout|removeme|nomore(?:messages|texts|ads)?|leavemealone|quit|stop(?:it|all|sending|messaging|texting|spamming)?(?:me)?(?:messages|texts|ads|this)?/y,
  /(?:dont|donot|never)(?:message|text|send|contact|spam)(?:me|messages|anything)*(?:again|anymore)?/y,
];

const resumes: readonly RegExp[] = [
  /(?:重新|恢复|继续|开启|打开)?(?:订阅|接收|推送)|恢复(?:发送|消息)?|继续(?:发|给我发|发送)|resubscribe|subscribe|resume|start/y,
];

const courtesies: readonly RegExp[] = [
  /(?:我想要?|我要|我们|我|那|就|请|麻烦|帮我|帮忙|给我|替我|求求?|拜托|回复|你们?|您|能不能|能|可不可以|可以|快点?|赶紧|立刻|马上|现在|都|真的|算|还是|好吗|行吗|可以吗|好不好|行不行|好的?|行|嗯|谢谢|多谢|谢|了|吧|啊|呀|哦|噢|嘛|呢|哈|喂|哎|唉|吗|一下|please|pls|plz|thanks?|thankyou|ok|hi|hello)/y,
];

/** Whether a text is made of one of these and courtesies alone. */
function isSaid(text: string, phrases: readonly RegExp[]): boolean {
  if (text === '' || text.length > LONGEST_PHRASE) return false;
  // By place in the text: 1 where only courtesies led there, 2 where a phrase did.
  const reached = new Uint8Array(text.length + 1);
  reached[0] = 1;
  for (let at = 0; at < text.length; at++) {
    if (reached[at] === 0) continue;
    const step = (patterns: readonly RegExp[], level: number): void => {
      for (const pattern of patterns) {
        pattern.lastIndex = at;
        const length = pattern.exec(text)?.[0].length ?? 0;
        if (length > 0) reached[at + length] = Math.max(reached[at + length]!, level);
      }
    };
    step(phrases, 2);
    step(courtesies, reached[at]!);
    // A courtesy may be the beginning of another: 我 of 我要, 好 of 好的.
    const first = text.slice(at, at + 1);
    if (isCourtesy(first)) reached[at + 1] = Math.max(reached[at + 1]!, reached[at]!);
  }
  return reached[text.length] === 2;
}

const single = new Set([...'我那就请能快都算好行嗯谢了吧啊呀哦噢嘛呢哈喂哎唉吗您你']);
const isCourtesy = (character: string): boolean => single.has(character);

/** Words that may mean stop, where they are not about goods: 退订单, 别发货 and 发票 are a shop's everyday talk. */
const hints =
  /退[订定](?!单|金|货|购|票)|(?:别|不要|不用)(?:再|老|总|一直|给我)*(?:发|推送|打扰|骚扰|烦)(?!货|票|快|顺丰|圆通|中通|申通|韵达|邮|错|空|漏|坏|旧|红|到|那|愁|热|光|霉)|取消订阅|拉黑|骚扰|不想再?收|(?<![a-z])(?:td|unsubscribe|stop)(?![a-z])/u;

/** Said alone they may mean this, or anything. */
const bareMaybes = new Set([
  '取消',
  '不要',
  '不要了',
  '不用',
  '不用了',
  '不需要',
  '不需要了',
  '烦',
  '烦死了',
  '好烦',
  '太烦了',
  '烦人',
  '够了',
  'cancel',
  'end',
  'no',
]);

/** What a member's private words say about being written to. */
export function heardInPrivate(text: string): Heard {
  const words = compact(text);
  if (isSaid(words, stops)) return 'stop';
  if (isSaid(words, resumes)) return 'resume';
  const plain = folded(text);
  return bareMaybes.has(words) ||
    hints.test(plain.replace(/[^\p{L}\p{N} ]+/gu, ' ').replace(/ (?=\P{Script=Latin})|(?<=\P{Script=Latin}) /gu, ''))
    ? 'maybe'
    : null;
}

const groupStops = new Set(['退订', '我要退订', '退定', 'td', 'td退订', '取消订阅', '不要再发', 'unsubscribe']);
const groupResumes = new Set(['订阅', '恢复', '恢复订阅', '重新订阅', 'subscribe']);

/** In a group people talk to each other: only the words themselves, with nothing but punctuation around them. */
export function heardInGroup(text: string): Heard {
  const words = compact(text);
  if (groupStops.has(words)) return 'stop';
  return groupResumes.has(words) ? 'resume' : null;
}

const yes = new Set([
  '1',
  '是',
  '是的',
  '要',
  '好',
  '好的',
  '好吧',
  '嗯',
  '嗯嗯',
  '对',
  '对的',
  '行',
  '可以',
  '确认',
  '确定',
  '停',
  '停止',
  '退',
  'ok',
  'okay',
  'yes',
  'y',
  '一',
]);
const no = new Set([
  '0',
  '2',
  '不',
  '不是',
  '否',
  '不用',
  '不用了',
  '不要',
  '不停',
  '别停',
  '不退',
  '不退订',
  '算了',
  '先不',
  'no',
  'n',
]);

/** The answer to a question of ours that is answered by 1 or 是; null for what is none. */
export function yesOrNo(text: string): boolean | null {
  const words = compact(text);
  if (yes.has(words)) return true;
  return no.has(words) ? false : null;
}
