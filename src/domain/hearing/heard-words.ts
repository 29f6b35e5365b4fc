import { compact, foldedSpeech } from './fold-words.js';
import { isSaid, type Fillers } from './is-said.js';

/** What a member said about being written to at all. `maybe`: the words are there, but may be about something else. */
export type Heard = 'stop' | 'maybe' | 'resume' | null;

const news =
  '(?:消息|信息|讯息|短信|简讯|短讯|通知|提醒|广告|推送|推广|推销|营销|群发|内容|订阅|资讯|垃圾(?:短信|消息|信息|广告)?|促销)';
/** What may follow a verb of sending. */
const what = `(?:你们?的?|您的?|这些|这种|这类|那些|任何|类似的?|所有的?|一切|的|${news}|东西|给我|我)*`;
/** The same, but something of ours is named. */
const ours = `(?:你们?的?|您的?|这些|这种|这类|那些|任何|类似的?|所有的?|一切|的|给我|我)*${news}${what}`;
const not = '(?:别|不要|不用|不必|不许|不准|不得|不需要?|无需|无须|毋需|毋须|用不着|勿|莫|甭)';
const manner =
  '(?:再|老是?|总是?|一直|天天|每天|继续|主动|随便|乱|给我们?|跟我们?|对我们?|向我们?|往我(?:这里?|微信|手机)?|来)*';
// The longer before the shorter: messages before me, these before the.
const tail =
  '(?:messages?|msgs?|texts?|sms|ads?|spam|notifications?|promotions?|promos?|updates?|stuff|emails?|anymore|again|ever|these|those|this|the|your|you|such|from|more|any|of|to|me|us)*';
const englishNews = '(?:messages?|msgs?|texts?|sms|ads?|spam|notifications?|promotions?|promos?|updates?|emails?)';

/** Each whole, and each in the middle of the other words of `courtesies`. */
const stops: readonly RegExp[] = [
  /退订|退定|tuiding|取消关注/y,
  /td|t(?![a-z])/y,
  new RegExp(`(?:停止|停掉|停下|停)(?:再|给我|向我|对我)*(?:发送|推送|订阅|接收|打扰|骚扰|群发|发)?${what}`, 'y'),
  new RegExp(`${not}${manner}(?:发送|推送|打扰|骚扰|群发|联系|推销|推广|烦|吵|发|推|扰|传)(?:过来|来)?${what}`, 'y'),
  new RegExp(`(?:不想|不愿意?|不要|不再|不希望)再?(?:收到|接收|看到|收)${what}`, 'y'),
  /不想要|不想再要/y,
  // 不要短信, 不接受推送, 取消通知: the thing itself is named.
  new RegExp(
    `(?:${not}|不想要|拒绝|谢绝|拒收|拒接|屏蔽|取消|关闭|关掉|关了|停止)(?:再|接收|接受|收取|收到?)*(?!(?<=不用|不必)(?:通知|提醒))${ours}`,
    'y',
  ),
  new RegExp(`(?:不接受|不接收|不收|不看|不想看)${ours}|(?:不接收|不收)(?:了|$)`, 'y'),
  /拒绝接[收受](?:了|$)?|拒收(?!了|货|件|快|包)|(?:拒绝|谢绝|禁止)(?:打扰|骚扰|推送|推销)|免打扰|免扰|勿扰/y,
  /(?:要|会)?(?:拉黑|屏蔽)(?:你们?|您)|(?:要|会)?(?:拉黑|屏蔽)(?=了?吧?$)|(?:别|不要|不许)(?:来)?(?:烦|骚扰|打扰)(?:我|人)?/y,
  /unsubscribe(?:me)?(?:from)?|unsub|opt(?:me)?out(?:of)?|(?:removeme|takeme(?:off|out))(?:from|of)?(?:(?:the|your|this)?(?:mailing|contact)?list)?|leavemealone|donotdisturb|dontdisturb|quit/y,
  new RegExp(`stop(?:it|all|sending|messaging|texting|spamming|contacting|bothering|writing)?${tail}`, 'y'),
  new RegExp(`nomore${tail}(?<=${englishNews})|noany${englishNews}|no(?:texts|messages|ads|spam|sms)`, 'y'),
  new RegExp(
    `(?:dont|donot|never)(?:ever)?(?:message|text|send|contact|spam|bother|disturb|write|msg|email)${tail}(?:anything)?${tail}`,
    'y',
  ),
  new RegExp(
    `(?:dont|donot|nolonger)(?:want|need|wish|like)(?:to)?(?:receive|get|see|have)?${tail}(?<=${englishNews})${tail}`,
    'y',
  ),
];

const resumes: readonly RegExp[] = [
  /(?:重新|恢复|继续|开启|打开)?(?:订阅|接收|推送)|恢复(?:发送|消息)?|继续(?:发|给我发|发送)|(?:取消|撤销)(?:退订|拒收|免打扰)|resubscribe|subscribe|resume|start/y,
];

const courtesies: Fillers = {
  words: [
    /(?:我想要?|我要|我们|我|那|就|请|麻烦|帮我|帮忙|给我|替我|求求?|拜托|回复|你们?|您|能不能|能|可不可以|可以|快点?|赶紧|立刻|马上|现在|以后|今后|都|真的|算|还是|想要?|好吗|行吗|可以吗|好不好|行不行|好的?|行|嗯|谢谢|多谢|谢|了|吧|啊|呀|哦|噢|嘛|呢|哈|喂|哎|唉|吗|一下)/y,
    /(?:(?:发送?|扣|打|按)(?=t))/y,
    /(?:please|pls|plz|thankyou|thanks?|ok|okay|hi|hello|hey|sorry|just|now|i(?:want|wish|need)to|iwouldliketo|idliketo|canyou|couldyou|kindly|i|we)/y,
  ],
  single: new Set([...'我那就请能快都算好行嗯谢了吧啊呀哦噢嘛呢哈喂哎唉吗您你回想']),
};

/** Said alone they may mean this; also as a question. */
const likely: readonly RegExp[] = [
  /(?:取消|注销|退出?|停用)(?:会员|资格|账号|账户|授权|绑定|微信群?|加入)+|注销|退会|退群|退出/y,
  /(?:删除|删掉|删了|删|移除|踢了?|踢掉)我|(?:把|将)我(?:从(?:名单|列表|群)里?)?(?:删除|删掉|删|移除|移出|移走|踢|拉黑|屏蔽)(?:出去|出|掉|了)?(?:名单|列表|群)?|删好友/y,
  /(?:怎么|怎样|如何|咋)(?:才能|能)?(?:取消|停|屏蔽|关闭|关掉|拒收|退出)/y,
  /没兴趣|没有兴趣|无兴趣|不感兴趣|不敢兴趣|notinterested|noninterested|nointerest/y,
  /烦死|好烦|太烦|真烦|烦人|烦不烦|够了|滚(?:开|蛋|远点|粗)?|走开|闭嘴|举报|goaway|getlost|shutup|fuckoff|enough|spam/y,
  /垃圾(?:短信|消息|信息|广告)|(?:消息|信息|短信|广告|推送)太(?:多|频繁|烦)/y,
];

/** Said alone they may mean this, or a purchase; not as a question, which is about goods: 能退吗, 可以取消吗. */
const vague: readonly RegExp[] = [
  /取消(?!订)|退(?:掉)?(?!给)|拒收|拒绝|谢绝|不接受|免了|烦|别了|不看|不想看|屏蔽|拉黑/y,
  /(?:不要|不用|不需要|不必|用不着)(?!谢[啦了啊哦呀]*$|麻烦|客气|帮|急|担心|你|您|取消|退|停|删|注销|屏蔽|拉黑|拒)(?:通知|提醒)?/y,
  /cancel|end|no(?![a-z])|no(?=thank)|(?:dont|donot)(?:want|need)(?:it|this|that|any|more|anymore)*/y,
];

/** Words that may mean stop, where they are not about goods: 退订单, 别发货 and 发票 are a shop's everyday talk. */
const hints: readonly RegExp[] = [
  /退[订定](?!单|金|货|购|票)|取消订阅|(?<!把我|将我|被)拉黑(?!我)|骚扰|不想再?收/u,
  /(?:别|不要|不用|不必|不需要|无需|勿|莫)(?:再|老|总|一直|给我)*(?:发|推送|打扰|骚扰|烦)(?!货|票|快|顺丰|圆通|中通|申通|韵达|邮|错|空|漏|坏|旧|红|到|那|愁|热|光|霉|恼|躁)/u,
  /(?:拒收|不收|不接收|不接受|不需要|不要|不用|别|取消|关闭|关掉|停止|停掉|停|屏蔽)[^没有到错货]{0,4}(?:消息|短信|信息|讯息|简讯|推送|广告|通知|订阅|群发)(?!错)/u,
  /(?:消息|短信|信息|讯息|简讯|推送|广告|群发)[^没有]{0,4}(?:拒收|屏蔽|关掉|关闭|取消|太多|太频繁|(?<!不要)停止|(?<![不要别])停[掉了])/u,
  /(?:消息|短信|信息|讯息|简讯|推送|广告|群发)(?:我|都|也|真的)*(?:不要|不收|不想收|不需要|不看)了?$/u,
  /(?<!麻)烦死|(?:好|太|真|很)烦(?!恼|躁|请)|烦不烦|烦人|再发.{0,6}(?:举报|投诉|屏蔽|报警|删了?)/u,
  /(?<![a-z])(?:td|unsubscribe|stop|opt out|not interested)(?![a-z])/u,
];

/** A question, and none that asks for it: 退订了吗 and 拉黑我了吗 ask what has been done. */
const isQuestion = (words: string): boolean => /(?:吗|么|没有?|呢)$/u.test(words);
const isRequest = (words: string): boolean => /可以|能|行|好|帮|请|麻烦|求/u.test(words);
const asksWhether = (words: string): boolean => isQuestion(words) || /能不能|可不可以|能否|可以不/u.test(words);
const asksIfBlocked = (words: string): boolean => /(?:拉黑|屏蔽|删除?掉?).{0,2}了?(?:吗|么|没有?)$/u.test(words);

/** What a member's private words say about being written to. */
export function heardInPrivate(text: string): Heard {
  const speech = foldedSpeech(text);
  const words = compact(speech);
  if (asksIfBlocked(words) && !isRequest(words)) return null;
  const asksOfThePast = isQuestion(words) && !isRequest(words);
  if (isSaid(words, stops, courtesies)) return asksOfThePast ? 'maybe' : 'stop';
  if (!asksOfThePast && isSaid(words, resumes, courtesies)) return 'resume';
  if (isSaid(words, likely, courtesies)) return 'maybe';
  if (!asksWhether(words) && isSaid(words, vague, courtesies)) return 'maybe';
  return hints.some((hint) => hint.test(spacedLatin(speech))) ? 'maybe' : null;
}

/** Spaces between Latin words alone, and no punctuation. */
const spacedLatin = (speech: string): string =>
  speech.replace(/[^\p{L}\p{N} ]+/gu, ' ').replace(/ (?=\P{Script=Latin})|(?<=\P{Script=Latin}) /gu, '');

const groupStops = new Set(['退订', '我要退订', '退定', 'td', 'td退订', '取消订阅', '不要再发', 'unsubscribe']);
const groupResumes = new Set(['订阅', '恢复', '恢复订阅', '重新订阅', 'subscribe']);

/** In a group people talk to each other: only the words themselves, with nothing but punctuation around them. */
export function heardInGroup(text: string): Heard {
  const words = compact(text);
  if (groupStops.has(words)) return 'stop';
  return groupResumes.has(words) ? 'resume' : null;
}
