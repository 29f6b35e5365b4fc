import { randomInt } from 'node:crypto';
import { encrypt, getSignature } from '@wecom/crypto';
import type { Check, Connection } from '../../connection.js';
import { faultFound, faultOf, faultRemedy, type Fault } from '../client/faults.js';
import type { WecomSettings } from '../settings.js';
import { asCheck, passed, utcMinute, words, failed, type Finding } from './findings.js';

/** The time-out of WeCom for the echo (S, contract §2.1). */
const ECHO_MS = 1_000;

type Echoed =
  | { readonly kind: 'answered'; readonly status: number; readonly body: string }
  | { readonly kind: 'fault'; readonly fault: Fault };

/** Sends the same echo request that WeCom sends when an admin saves the callback address. */
export async function callbackCheck(settings: WecomSettings, now: number): Promise<Check> {
  const { callbackUrl, localCallbackUrl } = settings;
  if (callbackUrl !== undefined) return asCheck('callback', await outsideFinding(settings, callbackUrl, now));
  if (localCallbackUrl === undefined) return asCheck('callback', notChecked);
  const { echo, echoed } = await requestEcho(settings, localCallbackUrl, now);
  if (echoed.kind === 'fault') return asCheck('callback', notChecked);
  return asCheck(
    'callback',
    isEcho(echoed, echo)
      ? passed(
          `本机的 ${localCallbackUrl} 回答正确；没有设置 WECOM_CALLBACK_URL，外面能不能连进来没有查`,
          `${localCallbackUrl} on this machine answers right; without WECOM_CALLBACK_URL it was not tried from outside`,
        )
      : wrongEcho(localCallbackUrl, echoed, echo),
  );
}

const notChecked: Finding = {
  ok: null,
  found: words(
    '没有查：没有设置 WECOM_CALLBACK_URL，本机的产品也没有在运行',
    'not checked: WECOM_CALLBACK_URL is not set, and the product is not running here',
  ),
};

async function outsideFinding(settings: WecomSettings, url: string, now: number): Promise<Finding> {
  const { echo, echoed } = await requestEcho(settings, url, now);
  if (echoed.kind === 'answered')
    return isEcho(echoed, echo)
      ? passed(`${url} 回答正确，1 秒之内`, `${url} answers right, within a second`)
      : wrongEcho(url, echoed, echo);
  return echoed.fault.kind === 'timeout'
    ? failed(
        words(
          `${url} 一秒内没有回答，企业微信只等一秒`,
          `${url} does not answer within a second, and WeCom waits no longer`,
        ),
        words(
          '检查反向代理、防火墙和服务器负载',
          'Look at the reverse proxy, the firewall and the load of the server.',
        ),
      )
    : failed(
        words(
          `${url} 连不上：${faultFound(echoed.fault).zh}`,
          `${url} cannot be reached: ${faultFound(echoed.fault).en}`,
        ),
        faultRemedyFor(echoed.fault),
      );
}

/** `faultRemedy` mentions WECOM_API_BASE; this is about our own address. */
const faultRemedyFor = (fault: Fault) =>
  fault.kind === 'tls_expired'
    ? faultRemedy(fault)
    : words(
        '核对 WECOM_CALLBACK_URL 的域名、端口和证书，以及反向代理是否把 /wecom/callback 转给本产品',
        'Check the name, port and certificate of WECOM_CALLBACK_URL, and that the reverse proxy hands /wecom/callback to this product.',
      );

function wrongEcho(url: string, echoed: Extract<Echoed, { kind: 'answered' }>, echo: string): Finding {
  if (echoed.status === 200 && echoed.body.includes(echo))
    return failed(
      words(
        `${url} 的回答里多了东西，企业微信要求一字不差`,
        `${url} answers more than the bare echo, and WeCom wants just that`,
      ),
      words(
        '检查反向代理是否改写了内容（引号、BOM、换行、注入的脚本）',
        'See whether the reverse proxy changes what passes (quotes, a BOM, a newline, an injected script).',
      ),
    );
  const refused = echoed.status === 400 || echoed.status === 403;
  return failed(
    words(
      `${url} 回答了 HTTP ${echoed.status}，不是解密后的原文`,
      `${url} answered HTTP ${echoed.status}, not the decrypted echo`,
    ),
    refused
      ? words(
          '运行中的产品与这里的 WECOM_CALLBACK_TOKEN、WECOM_CALLBACK_AES_KEY 或 WECOM_CORP_ID 不一致：改一致后重启',
          'The running product has another WECOM_CALLBACK_TOKEN, WECOM_CALLBACK_AES_KEY or WECOM_CORP_ID: make them the same and restart.',
        )
      : words(
          '地址要一直写到 /wecom/callback；检查反向代理是否把它转给了本产品',
          'The address must end in /wecom/callback; see whether the reverse proxy hands it to this product.',
        ),
  );
}

const isEcho = (echoed: Extract<Echoed, { kind: 'answered' }>, echo: string): boolean =>
  echoed.status === 200 && echoed.body === echo;

async function requestEcho(
  { callbackToken, callbackAesKey, corpId }: WecomSettings,
  url: string,
  now: number,
): Promise<{ readonly echo: string; readonly echoed: Echoed }> {
  const [echo, nonce] = [String(randomInt(2 ** 47)), String(randomInt(2 ** 31))];
  const timestamp = String(Math.floor(now / 1_000));
  const echostr = encrypt(callbackAesKey, echo, corpId);
  const asked = new URL(url);
  asked.searchParams.set('msg_signature', getSignature(callbackToken, timestamp, nonce, echostr));
  asked.searchParams.set('timestamp', timestamp);
  asked.searchParams.set('nonce', nonce);
  asked.searchParams.set('echostr', echostr);
  try {
    const response = await fetch(asked, { redirect: 'manual', signal: AbortSignal.timeout(ECHO_MS) });
    return { echo, echoed: { kind: 'answered', status: response.status, body: await response.text() } };
  } catch (error) {
    return { echo, echoed: { kind: 'fault', fault: faultOf(error) } };
  }
}

/** Only the running product counts callbacks. */
export function callbacksSeenCheck({ lastAt, taken, refused, stale }: Connection['callbacks']): Check {
  if (lastAt !== null) {
    const at = utcMinute(lastAt);
    return asCheck(
      'callbacks_seen',
      passed(`启动以来 ${taken} 次，最近一次 ${at}`, `${taken} since the start, the last at ${at}`),
    );
  }
  if (stale > 0 && stale === refused)
    return asCheck(
      'callbacks_seen',
      failed(
        words(
          `启动以来拒绝了 ${refused} 次，签名都对，时间都与本机相差太远`,
          `${refused} refused since the start: each was signed rightly, at a time too far from this machine's`,
        ),
        words(
          '先校准本机时间；时间没错就是有人在重放旧的回调，或 WECOM_CALLBACK_MAX_AGE_HOURS 设得太小',
          "Set this machine's clock right; if it is, somebody sends recorded callbacks again, or WECOM_CALLBACK_MAX_AGE_HOURS is too small.",
        ),
      ),
    );
  if (refused > 0)
    return asCheck(
      'callbacks_seen',
      failed(
        words(`启动以来拒绝了 ${refused} 次，一次也没有收下`, `${refused} refused since the start, and not one taken`),
        words(
          '核对管理后台「接收消息」里的 Token 和 EncodingAESKey 与本产品的配置是否一致',
          'Compare Token and EncodingAESKey under 接收消息 with the settings of this product.',
        ),
      ),
    );
  return asCheck('callbacks_seen', {
    ok: null,
    found: words(
      '启动以来还没有收到；有客户变动就会有，一直没有的话检查「接收消息」里是否勾选了外部联系人变更回调',
      'none since the start; any change of a customer makes one. If none ever comes, see that 外部联系人变更回调 is ticked under 接收消息.',
    ),
  });
}
