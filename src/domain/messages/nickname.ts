import { cutToCharacters } from '../cut-text.js';

const LONGEST = 12;
const FALLBACK = '朋友';

const invisible = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** Characters that join the parts of an emoji, or letters of some scripts. */
const joiners = /^(?:\u200d|\ufe0f)$/u;
/**
 * Patterns of nicknames that must not appear in our messages: links, mentions of everyone, phone numbers, accounts to add,
 * advertisements. They are matched after normalisation, so full-width, circled and spaced-out letters count as letters.
 */
const advertises: readonly RegExp[] = [
  /[@<>]|所有人|全体成员/u,
  /:\/\/|www\.|(?:^|[^a-z])https?(?:[^a-z]|$)/u,
  /[a-z0-9\u4e00-\u9fff-]\.(?:com|cn|net|org|top|vip|xyz|cc|link|club|shop|store|ltd|io|co|me|app|site|online|live|tech|info|biz|pro|tv|wang|fun|icu|ren|work|win|store|mobi|中国|公司|网址|网店|我爱你)(?![a-z])/u,
  // A phone number, or a WeChat or QQ number.
  /\d{6,}/u,
  /微信|薇信|徽信|威信号|v信|wechat|weixin|vx|wx(?=[:\d_-]|$)|(?:^|[^a-z])qq(?=[群:\d]|$)|扣扣|[加+➕](?:我|微|薇|威|v|w|q)|私聊|私信|电话|手机号/u,
  /免费|代理|代购|兼职|刷单|返利|返现|贷款|网贷|信用卡|彩票|博彩|赌场|招商|加盟|批发|优惠券|内部价|包邮|推广|引流|日结|躺赚|月入/u,
];

const separators = /[\s\p{Pd}\p{Pc}·•・.,，、|/\\*~'"“”‘’()（）[\]【】]/gu;

function isAdvertisement(name: string): boolean {
  const plain = name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[。｡．]/gu, '.');
  const tight = plain.replace(/\s/gu, '');
  const bare = plain.replace(separators, '');
  return (
    advertises.some((sign) => sign.test(plain) || sign.test(tight)) ||
    advertises.slice(3).some((sign) => sign.test(bare)) ||
    advertises[0]!.test(bare)
  );
}

/** The name to use in a message: the nickname if it is fit for a sentence, else 朋友. */
export function nameToCall(nickname: string | null | undefined): string {
  const unseen = (nickname ?? '').replace(invisible, (mark) => (joiners.test(mark) ? mark : ' '));
  const keep = unseen.replace(/\s+/gu, ' ').trim();
  if (!/[\p{L}\p{N}]/u.test(keep) || isAdvertisement(keep)) return FALLBACK;
  return cutToCharacters(keep, LONGEST, '…');
}
