/** Signs of an advertisement and their weight. Two points make an advertisement; one alone is everyday talk. */
const signs = [
  {
    sign: 'asks_to_be_added',
    points: 2,
    pattern: /(?:加|[+＋➕])\s*我?个?\s*(?:vx?(?![a-z])|wx|微信(?!群|支付)|[薇威徽]信|qq)/i,
  },
  { sign: 'chat_id', points: 2, pattern: /(?:^|[^a-z])(?:vx|wx|v信|薇信?|微信号?)\s*[:：]?\s*[a-z][a-z0-9_-]{5,}/i },
  { sign: 'phone_number', points: 1, pattern: /(?<!\d)1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)/ },
  { sign: 'qq_number', points: 1, pattern: /(?:qq|扣扣|企鹅)\s*群?\s*[:：号]?\s*\d{5,11}/i },
  {
    sign: 'link',
    points: 1,
    pattern: /https?:\/\/|(?<![a-z0-9.@])(?:[a-z0-9-]+\.)+(?:com|cn|net|top|xyz|shop|vip|cc|link|club|ltd)(?![a-z])/i,
  },
  {
    sign: 'sale_password',
    points: 2,
    pattern: /[￥€₤¢]\s?[A-Za-z0-9]{8,14}\s?[￥€₤¢]|复制.{0,12}(?:打开|淘宝|拼多多|抖音)/,
  },
  {
    sign: 'price',
    points: 1,
    pattern: /[¥￥]\s?\d|\d\s*元|[一二三四五六七八九\d]\s*折|包邮|到手价|秒杀价|特价|原价.{0,8}现价/,
  },
  {
    sign: 'easy_money',
    points: 2,
    pattern: /刷单|日结|日[入赚]\s*\d|月入(?:过)?[\d一二三四五六七八九]*万|躺赚|在家(?:就能)?(?:赚钱|做单)/,
  },
  { sign: 'recruiting', points: 2, pattern: /招(?:募)?(?:代理|兼职|合伙人)|网贷|套现|免息贷|稳赚|带你(?:赚|炒)/ },
  {
    sign: 'bait',
    points: 1,
    pattern:
      /免费(?:领|送|拿)|扫码(?:进群|领|加)|点击?(?:下方)?链接|返利|返现|内部(?:价|券|渠道)|进群领|限时(?:抢|秒)|最后\s*\d+\s*[单名件]/,
  },
  { sign: 'come_to_me', points: 1, pattern: /(?:私聊|私信|联系)我?\s*(?:领|送|拿|了解|下单|购买|[:：]?\s*\d)/ },
] as const;

export type AdSign = (typeof signs)[number]['sign'];

/** The signs in a text, to explain the verdict. */
export function adSigns(text: string): readonly AdSign[] {
  return signs.filter(({ pattern }) => pattern.test(text)).map(({ sign }) => sign);
}

/** A quick guess from the words alone. It is meant to find blatant advertisements only. */
export function looksLikeAd(text: string): boolean {
  const found = adSigns(text);
  return signs.reduce((points, { sign, points: worth }) => points + (found.includes(sign) ? worth : 0), 0) >= 2;
}
