import type { Check } from '../../connection.js';
import type { Probed } from '../client/wecom-api.js';
import type { WecomSettings } from '../settings.js';
import { amiss, asCheck, fine, pointless, words, wrong, type Finding } from './told.js';

/** WeCom's signatures and tokens carry times; a minute is more than a network ever takes. */
const SKEW_MS = 60_000;

export const settingsCheck = ({ corpId, agentId, apiBase }: WecomSettings): Check =>
  asCheck(
    'settings',
    fine(
      `五项 WECOM_ 配置齐全、格式正确（企业 ${corpId}，应用 ${agentId}，${apiBase}）`,
      `all five WECOM_ settings are there and well-formed (corp ${corpId}, app ${agentId}, ${apiBase})`,
    ),
  );

/** `gettoken` tells three things: whether the host is WeCom, what time it has, and whether it takes the secret. */
export function connectionChecks(token: Probed, ourNow: number): readonly Check[] {
  return [
    asCheck('api_host', hostFinding(token)),
    asCheck('clock', clockFinding(token, ourNow)),
    asCheck('token', tokenFinding(token)),
  ];
}

function hostFinding(token: Probed): Finding {
  if (token.kind === 'unreachable') return amiss(token);
  return token.kind === 'waits'
    ? amiss(token)
    : fine('能连上，对方是企业微信接口', 'reachable, and it answers as WeCom does');
}

function clockFinding(token: Probed, ourNow: number): Finding {
  if (token.kind !== 'answered' || token.theirNow === undefined) return pointless;
  const offMs = ourNow - token.theirNow;
  const seconds = Math.round(Math.abs(offMs) / 1_000);
  if (Math.abs(offMs) <= SKEW_MS)
    return fine(
      `与企业微信的时间相差 ${seconds} 秒（按回答的 Date 头）`,
      `${seconds} s from WeCom's time, by the Date header of its answer`,
    );
  const [zh, en] = offMs > 0 ? ['快', 'ahead'] : ['慢', 'behind'];
  return wrong(
    words(`本机时间${zh}了 ${seconds} 秒（按回答的 Date 头）`, `${seconds} s ${en}, by the Date header of the answer`),
    words(
      '打开时间同步（timedatectl set-ntp true，或检查 chrony/ntpd），否则凭证、统计和欢迎语的时限都会算错',
      'Switch time synchronisation on (timedatectl set-ntp true, or look at chrony/ntpd): tokens, figures and the time left for a welcome go wrong otherwise.',
    ),
  );
}

function tokenFinding(token: Probed): Finding {
  if (token.kind === 'unreachable') return pointless;
  if (token.kind === 'answered' && token.errcode === 0)
    return fine('拿到了 access_token', 'an access_token was issued');
  if (token.kind === 'waits' || token.errcode === 45009)
    return wrong(
      words('企业微信暂时不给本机 IP 发凭证（45009）', 'WeCom issues no token to this address for now (45009)'),
      words(
        '通常是多次用错 Secret 被封一小时：先核对 WECOM_CORP_ID 和 WECOM_SECRET，等一小时再查，期间不要反复试',
        'Usually a wrong secret told too often: check WECOM_CORP_ID and WECOM_SECRET, wait an hour, and do not try meanwhile.',
      ),
    );
  return amiss(token);
}

/** The first call with the token: an address that is not trusted is refused only here. */
export function trustedIpCheck(first: Probed): Check {
  if (first.kind !== 'answered') return asCheck('trusted_ip', amiss(first));
  if (first.errcode !== 60020)
    return asCheck('trusted_ip', fine('企业微信接受本机的 IP', "WeCom takes calls from this machine's address"));
  // Quoted for the admin to copy; nothing goes by it.
  const ip = /from ip: ?([0-9a-fA-F.:]+)/.exec(first.errmsg)?.[1];
  return asCheck('trusted_ip', {
    ...amiss(first),
    found: words(
      `本机的出口 IP ${ip ?? '（回答里没有写）'} 不在可信名单里（60020）`,
      `this machine's address ${ip ?? '(the answer does not say which)'} is not on the list (60020)`,
    ),
  });
}
