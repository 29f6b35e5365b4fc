import type { Check } from '../../connection.js';
import type { ProbeResult } from '../client/wecom-api.js';
import type { WecomSettings } from '../settings.js';
import { failedProbe, asCheck, passed, skipped, words, failed, type Finding } from './findings.js';

/** Signatures and tokens contain times. The network never takes a minute. */
const SKEW_MS = 60_000;

export const settingsCheck = ({ corpId, agentId, apiBase }: WecomSettings): Check =>
  asCheck(
    'settings',
    passed(
      `五项 WECOM_ 配置齐全、格式正确（企业 ${corpId}，应用 ${agentId}，${apiBase}）`,
      `all five WECOM_ settings are there and well-formed (corp ${corpId}, app ${agentId}, ${apiBase})`,
    ),
  );

/** `gettoken` shows three things: whether the host is WeCom, what time it has, and whether it accepts the secret. */
export function connectionChecks(token: ProbeResult, ourNow: number): readonly Check[] {
  return [
    asCheck('api_host', hostFinding(token)),
    asCheck('clock', clockFinding(token, ourNow)),
    asCheck('token', tokenFinding(token)),
  ];
}

function hostFinding(token: ProbeResult): Finding {
  if (token.kind === 'unreachable') return failedProbe(token);
  return token.kind === 'waits'
    ? failedProbe(token)
    : passed('能连上，对方是企业微信接口', 'reachable, and it answers as WeCom does');
}

function clockFinding(token: ProbeResult, ourNow: number): Finding {
  if (token.kind !== 'answered' || token.theirNow === undefined) return skipped;
  const offMs = ourNow - token.theirNow;
  const seconds = Math.round(Math.abs(offMs) / 1_000);
  if (Math.abs(offMs) <= SKEW_MS)
    return passed(
      `与企业微信的时间相差 ${seconds} 秒（按回答的 Date 头）`,
      `${seconds} s from WeCom's time, by the Date header of its answer`,
    );
  const [zh, en] = offMs > 0 ? ['快', 'ahead'] : ['慢', 'behind'];
  return failed(
    words(`本机时间${zh}了 ${seconds} 秒（按回答的 Date 头）`, `${seconds} s ${en}, by the Date header of the answer`),
    words(
      '打开时间同步（timedatectl set-ntp true，或检查 chrony/ntpd），否则凭证、统计和欢迎语的时限都会算错',
      'Switch time synchronisation on (timedatectl set-ntp true, or look at chrony/ntpd): tokens, figures and the time left for a welcome go wrong otherwise.',
    ),
  );
}

function tokenFinding(token: ProbeResult): Finding {
  if (token.kind === 'unreachable') return skipped;
  if (token.kind === 'answered' && token.errcode === 0)
    return passed('拿到了 access_token', 'an access_token was issued');
  if (token.kind === 'waits' || token.errcode === 45009)
    return failed(
      words('企业微信暂时不给本机 IP 发凭证（45009）', 'WeCom issues no token to this address for now (45009)'),
      words(
        '通常是多次用错 Secret 被封一小时：先核对 WECOM_CORP_ID 和 WECOM_SECRET，等一小时再查，期间不要反复试',
        'Usually a wrong secret told too often: check WECOM_CORP_ID and WECOM_SECRET, wait an hour, and do not try meanwhile.',
      ),
    );
  return failedProbe(token);
}

/** WeCom refuses an untrusted IP address only at the first call with a token. */
export function trustedIpCheck(first: ProbeResult): Check {
  if (first.kind !== 'answered') return asCheck('trusted_ip', failedProbe(first));
  if (first.errcode !== 60020)
    return asCheck('trusted_ip', passed('企业微信接受本机的 IP', "WeCom takes calls from this machine's address"));
  // Shown for the admin to copy; no code depends on it.
  const ip = /from ip: ?([0-9a-fA-F.:]+)/.exec(first.errmsg)?.[1];
  return asCheck('trusted_ip', {
    ...failedProbe(first),
    found: words(
      `本机的出口 IP ${ip ?? '（回答里没有写）'} 不在可信名单里（60020）`,
      `this machine's address ${ip ?? '(the answer does not say which)'} is not on the list (60020)`,
    ),
  });
}
