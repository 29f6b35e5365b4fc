import { compact, compactWithQuestionMarks, foldedSpeech } from './fold-text.js';
import { matchesPhrases, type Fillers } from './match-phrases.js';

/** Whether a text opts out (`stop`) or in again (`resume`). `maybe`: it has such words, but may be about something else. */
export type OptOutIntent = 'stop' | 'maybe' | 'resume' | null;

/** Words for our messages. 促销, 推广, 营销 and 内容 are not included: 取消促销 is about the shop's promotion. */
const news = '(?:消息|信息|讯息|短信|简讯|短讯|通知|提醒|广告|推送|推销|群发|订阅|资讯|垃圾)';
const which = '你们?|您|我|给我|这些|这种|这类|那些|任何|类似|所有|一切|的|促销|推广|营销|优惠|活动';
/** Words that may follow a verb of sending. */
const what = `(?:${which}|${news}|内容|东西)*`;
/** The same, but our messages are named. */
const ours = `(?:${which})*${news}${what}`;
const forbidding = '(?:别|不要|不许|不准|不得|勿|莫|甭)';
/** Polite refusals. They are weaker: 不用发了 may be about a parcel. */
const declining = '(?:不用|不必|不需要?|无需|无须|毋需|毋须|用不着)';
const not = `(?:${forbidding}|${declining})`;
const manner =
  '(?:再|老是?|总是?|一直|天天|每天|继续|主动|随便|乱|给我们?|跟我们?|对我们?|向我们?|往我(?:这里?|微信|手机)?|来)*';
const sends = '(?:发送|联系|发|推)(?:过来|来)?';
const switchesOff = '(?:关闭|关掉|关|停止|停掉|停|取消|屏蔽|退订|拒收)(?:了|掉)?';
// Longer words before shorter ones: messages before me, these before the.
const tail =
  '(?:messages?|msgs?|texts?|sms|ads?|spam|notifications?|promotions?|promos?|updates?|stuff|emails?|anymore|again|ever|these|those|this|the|your|you|such|from|more|any|of|to|me|us)*';
const englishNews = '(?:messages?|msgs?|texts?|sms|ads?|spam|notifications?|promotions?|promos?|updates?|emails?)';

/** Phrases that mean an opt-out, alone or between `courtesies`. None may have another meaning in talk with a shop. */
const stops: readonly RegExp[] = [
  /退订|退定|tuiding|取消关注/y,
  new RegExp(`取关${what}|不(?:想|要|再)*订阅${what}`, 'y'),
  /td|t(?![a-z])/y,
  new RegExp(
    `(?:停止|停掉|停(?!一?下))(?:再|给我|向我|对我)*(?:(?:发送|推送|订阅|接收|打扰|骚扰|群发|发)${what}|${ours})?`,
    'y',
  ),
  new RegExp(`${not}${manner}(?:推送|打扰|骚扰|群发|推销|烦|吵|扰)(?:过来|来)?${what}`, 'y'),
  new RegExp(`(?:${forbidding}|${declining}再)${manner}${sends}${what}|${not}${manner}(?:${sends}|传)${ours}`, 'y'),
  new RegExp(`(?:不想|不愿意?|不要|不再|不希望)再?(?:(?:收到|接收|看到)${what}|收${ours})`, 'y'),
  /不(?:想|希望|愿意?)(?:再|老是?|总是?|一直|天天)*被(?:你们?|您)?(?:打扰|骚扰)/y,
  // 不要短信, 不接受推送, 取消通知: the thing itself is named.
  new RegExp(
    `(?:${not}|不想要|拒绝|谢绝|拒收|拒接|屏蔽|取消|关闭|关掉|关了|停止)(?:再|接收|接受|收取|收到?)*(?!(?<=不用|不必)(?:通知|提醒))${ours}`,
    'y',
  ),
  new RegExp(`(?:把|将)${ours}(?:都|全部?|给我)*${switchesOff}`, 'y'),
  new RegExp(`(?:不接受|不接收|不收|不看|不想看)${ours}|不接收(?:了|$)`, 'y'),
  /拒绝接[收受](?:了|$)?|(?:拒绝|谢绝|禁止)(?:打扰|骚扰|推送|推销)/y,
  /(?:开启|打开|启用|开|设置?[成为]?)?(?:消息|信息|通知)?(?:免打扰|免扰|勿扰)/y,
  /(?:要|会)?(?:拉黑|屏蔽)(?:你们?|您)|(?:要|会)?(?:拉黑|屏蔽)(?=了?吧?$)|(?:别|不要|不许)(?:来)?(?:烦|骚扰|打扰)(?:我|人)?/y,
  /unsubscribe(?:me)?(?:from)?|unsub|opt(?:me)?out(?:of)?|leavemealone|donotdisturb|dontdisturb|quit/y,
  /(?:(?:remove|delete)(?:me|mynumber|myname)|(?:take|get)(?:me|mynumber|myname)(?:off|out))(?:of|from)?(?:(?:the|your|this|that)?(?:mailing|contact)?list)?/y,
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
  /(?:dont|donot|nolonger)(?:want|wish|like)(?:to)?be(?:contacted|messaged|texted|disturbed|bothered)(?:again|anymore)?/y,
];

const resumes: readonly RegExp[] = [
  /(?:重新|恢复|继续|开启|打开)?(?:订阅|接收|推送)|恢复(?:发送|消息)?|继续(?:发|给我发|发送)|(?:取消|撤销|关闭|关掉|解除)(?:退订|拒收|免打扰)|resubscribe|subscribe|resume|start/y,
];

const courtesies: Fillers = {
  words: [
    /(?:我想要?|我要|我们|我|那|就|请|麻烦|帮我|帮忙|给我|替我|求求?|拜托|回复|你们?|您|能不能|能|可不可以|可以|快点?|赶紧|立刻|马上|现在|以后|今后|都|全部?|一律|统统|通通|真的|算|还是|想要?|好吗|行吗|可以吗|好不好|行不行|好的?|行|嗯|谢谢|多谢|谢|了|吧|啊|呀|哦|噢|嘛|呢|哈|喂|哎|唉|吗|一下)/y,
    /(?:(?:发送?|扣|打|按)(?=t))/y,
    /(?:please|pls|plz|thankyou|thanks?|ok|okay|hi|hello|hey|sorry|just|now|i(?:want|wish|need)to|iwouldliketo|idliketo|canyou|couldyou|kindly|i|we)/y,
  ],
  single: new Set([...'我那就请能快都算好行嗯谢了吧啊呀哦噢嘛呢哈喂哎唉吗您你回想']),
};

const whose = '(?:的|个人|全部|所有)*';
const records = '(?:信息|资料|数据|手机号?码?|号码|电话|微信号?|联系方式|记录|账号|账户)';

/** Phrases that alone may mean an opt-out, also as a question. */
const likely: readonly RegExp[] = [
  /(?:取消|注销|退出?|停用)(?:会员|资格|账号|账户|授权|绑定|微信群?|群聊?|加入|活动|计划|名单|列表)+|注销|退会|退群|退出/y,
  /(?:撤回|撤销|收回|取消)(?:你们?|对|我|的)*(?:授权|同意|许可)/y,
  new RegExp(`(?:删除|删掉|删了|删|清除|移除)(?:一下)?我${whose}${records}`, 'y'),
  new RegExp(`(?:把|将)我${whose}${records}(?:都|全部?|给我)*(?:删除|删掉|删|清除|移除)`, 'y'),
  /(?:删除|删掉|删了|删|移除|踢了?|踢掉)我|(?:把|将)我(?:从(?:名单|列表|群)里?)?(?:删除|删掉|删|移除|移出|移走|踢|拉黑|屏蔽)(?:出去|出|掉|了)?(?:名单|列表|群)?|删好友/y,
  /(?:怎么|怎样|如何|咋)(?:才能|能)?(?:取消|停|屏蔽|关闭|关掉|拒收|退出)/y,
  /拒收|不收|不(?:想|要|再)*(?:订|关注(?:你们?|您)?)了?|免打扰模式/y,
  /先?(?:暂停|停一?下来?|停一停|停一?会儿?)/y,
  new RegExp(`${not}${manner}(?:推广|推荐|营销|宣传|${sends}|传(?:过来|来)?|找我|加我|私信|私聊|打电话)${what}`, 'y'),
  new RegExp(
    `(?:不喜欢|不爱|讨厌|反感|受不了|受够|厌烦|不同意|不愿意?|不希望|不想|不乐意|没有?必要)(?:再|被|你们?|您|老是?|总是?|一直|天天|给我)*(?:(?:收到|收|接[收受]|看到|看|发送|发|推送|打扰|骚扰|烦|联系)${what}|${ours})`,
    'y',
  ),
  new RegExp(`${ours}(?:都|全部?|给我)*${switchesOff}`, 'y'),
  /(?:停止|取消|拒绝|谢绝|不接受|不要)(?:推广|营销)/y,
  /没兴趣|没有兴趣|无兴趣|不感兴趣|不敢兴趣|notinterested|noninterested|nointerest/y,
  /烦死|好烦|太烦|真烦|烦人|烦不烦|够了|滚(?:开|蛋|远点|粗)?|走开|闭嘴|举报|goaway|getlost|shutup|fuckoff|enough|spam/y,
  /(?:delete|remove|erase)my(?:info|information|data|details|account|contact)|cancel(?:my|the|this|your)?(?:subscription|membership|account)/y,
  /unsubscribed|stopped|(?:illb|willb|b)lock(?:ing)?(?:you|u)?|(?:ill|will)?report(?:ing)?(?:you|u)|mute|losemynumber/y,
  new RegExp(`(?:cancel|end|turnoff|disable|mute|block|toomany)(?:the|your|these|my|all)*${englishNews}`, 'y'),
  /垃圾(?:短信|消息|信息|广告)|(?:消息|信息|短信|广告|推送)太(?:多|频繁|烦)/y,
];

const stopsOrLikely = [...stops, ...likely];

/** Phrases that alone may mean an opt-out or a purchase. As a question they are about goods: 能退吗, 可以取消吗. */
const vague: readonly RegExp[] = [
  /取消(?!订)|退(?:掉)?(?!给)|拒收|拒绝|谢绝|不接受|不想再?要|免了|烦|别了|不看|不想看|屏蔽|拉黑/y,
  /(?:不要|不用|不需要|不必|用不着)(?!谢[啦了啊哦呀]*$|麻烦|客气|帮|急|担心|你|您|取消|退|停|删|注销|屏蔽|拉黑|拒)(?:通知|提醒)?/y,
  /cancel|end|no(?![a-z])|no(?=thank)|(?:dont|donot)(?:want|need)(?:it|this|that|any|more|anymore)*/y,
];

/** Words that may mean an opt-out unless they are about goods: 退订单, 别发货 and 发票 are everyday talk with a shop. */
const hints: readonly RegExp[] = [
  /退[订定](?!单|金|货|购|票)|取消订阅|(?<!把我|将我|被)拉黑(?!我)|骚扰|不想再?收/u,
  /(?:别|不要|不用|不必|不需要|无需|勿|莫)(?:再|老|总|一直|给我)*(?:发|推送|打扰|骚扰|烦)(?!货|票|快|顺丰|圆通|中通|申通|韵达|邮|错|空|漏|坏|旧|红|到|那|愁|热|光|霉|恼|躁)/u,
  /(?:拒收|不收|不接收|不接受|不需要|不要|不用|别|取消|关闭|关掉|停止|停掉|停|屏蔽)[^没有到错货]{0,4}(?:消息|短信|信息|讯息|简讯|推送|广告|通知|订阅|群发)(?!错)/u,
  /(?:消息|短信|信息|讯息|简讯|推送|广告|群发)[^没有]{0,4}(?:拒收|屏蔽|关掉|关闭|取消|太多|太频繁|(?<!不要)停止|(?<![不要别])停[掉了])/u,
  /(?:消息|短信|信息|讯息|简讯|推送|广告|群发)(?:我|都|也|真的)*(?:不要|不收|不想收|不需要|不看)了?$/u,
  /(?<!麻)烦死|(?:好|太|真|很)烦(?!恼|躁|请)|烦不烦|烦人|再发.{0,6}(?:举报|投诉|屏蔽|报警|删了?)/u,
  /(?<![a-z])(?:td|unsubscribed?|stop|opt out|not interested)(?![a-z])/u,
];

/** Also with thanks at the end. Only the question mark distinguishes 停了？ from a request. */
const isQuestion = (speech: string): boolean =>
  /(?:[吗么呢?]|没有?)(?:谢|多|thankyou|thanks?)*$/u.test(compactWithQuestionMarks(speech));
/** A question that is a request: 可以退订吗, 别发了行吗. 退订了吗 and 好的，停了吗 ask about the past. */
const isRequest = (words: string): boolean =>
  /可以|能|帮|请(?!问)|麻烦|求|拜托|别|勿|(?:好|行)[吗么嘛不]|please|pls|plz|can|could|would|will|dont|donot/u.test(
    words,
  );
/** 你们停止发送了 reports what we did. */
const isReport = (words: string): boolean =>
  /^(?:你们?|您)(?:都|已经?|现在|真的|是)*(?:停|退订|取消|关|屏蔽).*了[吧啊呀哦]*$/u.test(words);
const asksWhether = (words: string): boolean => isQuestion(words) || /能不能|可不可以|能否|可以不/u.test(words);
const asksIfBlocked = (words: string): boolean => /(?:拉黑|屏蔽|删除?掉?).{0,2}了?(?:吗|么|没有?)$/u.test(words);

/** Opt-out intent of a private message. On `maybe` the caller asks the member. */
export function intentInPrivate(text: string): OptOutIntent {
  const speech = foldedSpeech(text);
  const words = compact(speech);
  if (asksIfBlocked(words) && !isRequest(words)) return null;
  const asksOfThePast = isQuestion(speech) && !isRequest(words);
  if (matchesPhrases(words, stops, courtesies)) return asksOfThePast || isReport(words) ? 'maybe' : 'stop';
  if (!asksOfThePast && matchesPhrases(words, resumes, courtesies)) return 'resume';
  if (matchesPhrases(words, stopsOrLikely, courtesies)) return 'maybe';
  if (!asksWhether(words) && matchesPhrases(words, vague, courtesies)) return 'maybe';
  return hints.some((hint) => hint.test(spacedLatin(speech))) ? 'maybe' : null;
}

/** Without punctuation, and with spaces only between Latin words. */
const spacedLatin = (speech: string): string =>
  speech.replace(/[^\p{L}\p{N} ]+/gu, ' ').replace(/ (?=\P{Script=Latin})|(?<=\P{Script=Latin}) /gu, '');

const groupStops = new Set(['退订', '我要退订', '退定', 'td', 'td退订', '取消订阅', '不要再发', 'unsubscribe']);
const groupResumes = new Set(['订阅', '恢复', '恢复订阅', '重新订阅', 'subscribe']);

/** Opt-out intent of a group message: only the exact phrases count, because people in a group talk to each other. */
export function intentInGroup(text: string): OptOutIntent {
  const words = compact(text);
  if (groupStops.has(words)) return 'stop';
  return groupResumes.has(words) ? 'resume' : null;
}
