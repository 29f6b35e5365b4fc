import type { LocalizedText } from '../../../domain/localized-text.js';

/** Why no answer came, by what must be fixed. */
export type FaultKind =
  'dns' | 'refused' | 'tls_expired' | 'tls' | 'timeout' | 'broken' | 'http' | 'not_wecom' | 'no_token' | 'unknown';

export interface Fault {
  readonly kind: FaultKind;
  /** `ECONNREFUSED`, `HTTP 502`. Never the URL, which contains the token or the secret. */
  readonly detail: string;
}

const kinds: Readonly<Record<string, FaultKind>> = {
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EAI_FAIL: 'dns',
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'refused',
  ENETUNREACH: 'refused',
  CERT_HAS_EXPIRED: 'tls_expired',
  CERT_NOT_YET_VALID: 'tls_expired',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls',
  UNABLE_TO_GET_ISSUER_CERT: 'tls',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  TimeoutError: 'timeout',
  ECONNRESET: 'broken',
  EPIPE: 'broken',
  UND_ERR_SOCKET: 'broken',
};

const words: Readonly<Record<FaultKind, readonly [found: LocalizedText, remedy: LocalizedText]>> = {
  dns: [
    { zh: '域名解析失败', en: 'the name cannot be resolved' },
    {
      zh: '检查本机的 DNS，以及 WECOM_API_BASE 是否写错',
      en: "Check this machine's DNS, and the spelling of WECOM_API_BASE.",
    },
  ],
  refused: [
    { zh: '连接被拒绝', en: 'the connection is refused' },
    {
      zh: '检查 WECOM_API_BASE 的端口、代理和防火墙的出站规则',
      en: 'Check the port of WECOM_API_BASE, the proxy, and what the firewall lets out.',
    },
  ],
  tls_expired: [
    { zh: 'TLS 证书已过期或尚未生效', en: 'the TLS certificate has expired, or is not valid yet' },
    {
      zh: '先核对本机时间；时间没错就是对方（或中间代理）的证书过期了，请换证书',
      en: "Check this machine's time first; if it is right, the certificate of the other side (or of a proxy) must be renewed.",
    },
  ],
  tls: [
    { zh: 'TLS 证书不受信任', en: 'the TLS certificate is not trusted' },
    {
      zh: '通常是中间代理换了证书：把代理的根证书交给 NODE_EXTRA_CA_CERTS，或让这个域名不走代理',
      en: "Usually a proxy's own certificate: give its root to NODE_EXTRA_CA_CERTS, or let this host bypass the proxy.",
    },
  ],
  timeout: [
    { zh: '超时没有回答', en: 'no answer in time' },
    { zh: '检查网络和防火墙的出站规则', en: 'Check the network, and what the firewall lets out.' },
  ],
  broken: [
    { zh: '连接中断', en: 'the connection was cut' },
    { zh: '检查网络和代理；会自动重试', en: 'Check the network and the proxy; it is tried again by itself.' },
  ],
  http: [
    { zh: 'HTTP 状态不是 200', en: 'the HTTP status is not 200' },
    {
      zh: '企业微信的回答总是 200：检查 WECOM_API_BASE 和中间代理',
      en: 'WeCom always answers 200: check WECOM_API_BASE and the proxy in between.',
    },
  ],
  not_wecom: [
    { zh: '回答不是 JSON，对方不是企业微信', en: 'the answer is not JSON: this is not WeCom' },
    {
      zh: '可能是代理或登录门户的页面：检查 WECOM_API_BASE 和出口网络',
      en: "It may be a proxy's or a portal's page: check WECOM_API_BASE and the way out of this network.",
    },
  ],
  no_token: [
    { zh: '回答里没有可用的凭证', en: 'the answer holds no usable token' },
    {
      zh: '可能是中间代理改了回答：检查 WECOM_API_BASE 和代理；会自动重试',
      en: 'A proxy may have changed the answer: check WECOM_API_BASE and the proxy; it is tried again by itself.',
    },
  ],
  unknown: [
    { zh: '请求失败', en: 'the request failed' },
    { zh: '检查网络和 WECOM_API_BASE', en: 'Check the network and WECOM_API_BASE.' },
  ],
};

/** Uses the code of the error that fetch threw, never its message, which may contain the URL. */
export function faultOf(error: unknown): Fault {
  const detail = codeOf(error);
  return { kind: (Object.hasOwn(kinds, detail) ? kinds[detail] : undefined) ?? 'unknown', detail };
}

export const faultFound = ({ kind, detail }: Fault): LocalizedText => ({
  zh: `${words[kind][0].zh}（${detail}）`,
  en: `${words[kind][0].en} (${detail})`,
});

export const faultRemedy = ({ kind }: Fault): LocalizedText => words[kind][1];

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown fault';
  const cause = error.cause as { code?: unknown; errors?: readonly { code?: unknown }[] } | undefined;
  // A name with several addresses fails with one error per address.
  const code = cause?.code ?? cause?.errors?.[0]?.code;
  return typeof code === 'string' ? code : error.name;
}
