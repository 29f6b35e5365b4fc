import type { LocalizedText } from '../../../domain/localized-text.js';
import type { Check } from '../../connection.js';
import { verdictOn } from '../client/errcodes.js';
import { faultFound, faultRemedy } from '../client/faults.js';
import type { ProbeResult } from '../client/wecom-api.js';

export const words = (zh: string, en: string): LocalizedText => ({ zh, en });

export interface Finding {
  readonly ok: boolean | null;
  readonly found: LocalizedText;
  readonly remedy?: LocalizedText;
}

export const passed = (zh: string, en: string): Finding => ({ ok: true, found: words(zh, en) });

export const failed = (found: LocalizedText, remedy: LocalizedText): Finding => ({ ok: false, found, remedy });

export const skipped: Finding = {
  ok: null,
  found: words('前面的问题解决后再查', 'to be asked once what is wrong above is put right'),
};

const titles = {
  settings: words('配置', 'Settings'),
  api_host: words('接口地址', 'API host'),
  clock: words('本机时钟', 'Clock'),
  token: words('企业 ID 与 Secret', 'Corp id and secret'),
  trusted_ip: words('可信 IP', 'Trusted address'),
  agent: words('AgentId', 'Agent id'),
  contact_api: words('客户联系接口', 'Customer contact API'),
  staff_scope: words('可见的成员', 'Visible staff'),
  customers: words('客户', 'Customers'),
  groups: words('客户群', 'Customer groups'),
  tags: words('企业标签', 'Corp tags'),
  contact_ways: words('联系我（渠道码）', 'Contact ways'),
  join_ways: words('进群码', 'Join ways'),
  callback: words('回调地址', 'Callback address'),
  callbacks_seen: words('收到的回调', 'Callbacks received'),
} as const;

export type CheckId = keyof typeof titles;

export const asCheck = (id: CheckId, { ok, found, remedy }: Finding): Check => ({
  id,
  ok,
  title: titles[id],
  found,
  ...(remedy === undefined ? {} : { remedy }),
});

/** To the minute, in UTC: a channel does not know the time zone of its reader. */
export const utcMinute = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** The finding for a probe that failed, with the remedy for its errcode. */
export function failedProbe(probed: ProbeResult): Finding {
  switch (probed.kind) {
    case 'unreachable':
      return failed(faultFound(probed.fault), faultRemedy(probed.fault));
    case 'waits': {
      const at = utcMinute(probed.until);
      return {
        ok: null,
        found: words(`接口额度已满，没有问；${at} 之后再查`, `not asked: the quota is full; ask again after ${at}`),
      };
    }
    case 'answered': {
      const { errcode, errmsg } = probed;
      const { code, advice, act } = verdictOn(errcode);
      const found = `${errcode} ${code}${errmsg === '' ? '' : `: ${errmsg}`}`;
      const page = `https://open.work.weixin.qq.com/devtool/query?e=${errcode}`;
      return {
        // These pass without anybody acting.
        ok: act === 'retry' || act === 'window' || act === 'crowded' || act === 'conflict' ? null : false,
        found: words(`企业微信回答 ${found}`, `WeCom answered ${found}`),
        remedy: advice ?? words(`错误说明：${page}`, `What it means: ${page}`),
      };
    }
  }
}

/** A list field of an answer; empty when it is missing. */
export const listIn = (probed: ProbeResult, field: string): readonly unknown[] => {
  const value = probed.kind === 'answered' ? probed.body[field] : undefined;
  return Array.isArray(value) ? value : [];
};
