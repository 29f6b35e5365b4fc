import type { Check } from '../channels/connection.js';
import type { LocalizedText } from '../domain/localized-text.js';

const ANSWER_MS = 5_000;
const title: LocalizedText = { zh: '会员页', en: "The member's page" };

export interface PageSettings {
  readonly publicUrl: string | undefined;
  readonly corpId: string;
}

/**
 * Opens the beginning of the sign-in at the public address, as a member's phone does, and stops before WeChat. Whether the
 * domain is trusted (50001) only a real sign-in shows: no call of WeCom's API tells it.
 */
export async function checkMemberPage({ publicUrl, corpId }: PageSettings): Promise<Check> {
  if (publicUrl === undefined)
    return found(
      null,
      '没有查：没有设置 PUBLIC_URL，成员没有自己的页面',
      'not checked: without PUBLIC_URL there is none',
    );
  const address = `${publicUrl}/m/sign-in`;
  if (!publicUrl.startsWith('https:'))
    return found(
      false,
      `${publicUrl} 不是 HTTPS，微信里登录不了`,
      `${publicUrl} is not HTTPS, so WeChat signs nobody in`,
      {
        zh: '给域名装上证书，PUBLIC_URL 写成 https:// 开头',
        en: 'Give the domain a certificate and begin PUBLIC_URL with https://.',
      },
    );
  let answer: Response;
  try {
    answer = await fetch(address, { redirect: 'manual', signal: AbortSignal.timeout(ANSWER_MS) });
    await answer.body?.cancel();
  } catch {
    return found(false, `${address} 连不上`, `${address} cannot be reached`, proxyRemedy);
  }
  const to = answer.headers.get('location') ?? '';
  const signIn = URL.canParse(to) ? new URL(to).searchParams : undefined;
  if (signIn?.get('redirect_uri') !== `${publicUrl}/m/signed-in` || signIn.get('appid') !== corpId)
    return found(
      false,
      `${address} 没有带去微信登录（HTTP ${answer.status}），或带去的是另一个企业、另一个域名`,
      `${address} does not lead to WeChat's sign-in (HTTP ${answer.status}), or leads to that of another corp or domain`,
      proxyRemedy,
    );
  return found(
    true,
    `${publicUrl}/m 带去微信登录。可信域名只有在微信里打开一次才知道`,
    `${publicUrl}/m leads to WeChat's sign-in. Whether the domain is trusted shows when it is opened in WeChat once`,
  );
}

const proxyRemedy: LocalizedText = {
  zh: '看反向代理有没有把 /m 转给本产品，产品是否在运行，它的 PUBLIC_URL、WECOM_CORP_ID 是否与这里一致',
  en: 'See that the reverse proxy hands /m to this product, that it runs, and that its PUBLIC_URL and WECOM_CORP_ID are those of here.',
};

const found = (ok: boolean | null, zh: string, en: string, remedy?: LocalizedText): Check => ({
  id: 'member_page',
  ok,
  title,
  found: { zh, en },
  ...(remedy ? { remedy } : {}),
});
