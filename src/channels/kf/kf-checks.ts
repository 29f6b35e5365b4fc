import type { LocalizedText } from '../../domain/localized-text.js';
import { GiveUp, RetryLater } from '../../platform/errors.js';
import type { Check } from '../connection.js';
import type { WecomApp } from '../wecom-app.js';
import type { KfAccounts } from './kf-accounts.js';
import { listAccounts, mayUse } from './kf-account-list.js';
import { kfReasons } from './kf-reasons.js';

const accountsTitle: LocalizedText = { zh: '微信客服账号', en: 'Customer-service accounts' };
const servedTitle: LocalizedText = { zh: '正在接待的客服账号', en: 'Accounts that are served' };
const callbackTitle: LocalizedText = { zh: '微信客服的回调', en: 'Callbacks of customer service' };
const grantRemedy: LocalizedText = {
  zh: '管理后台 → 微信客服 → 通过 API 管理微信客服账号：选择本应用和要管理的客服账号；再核对 WECOM_KF_IDS（区分大小写）',
  en: 'Admin console → 微信客服 → 通过API管理微信客服账号: choose this app and the accounts it manages; then compare WECOM_KF_IDS (case matters).',
};

/** Whether the app may use each configured account. Changes nothing. */
export async function accountsCheck(app: WecomApp, wanted: readonly string[]): Promise<Check> {
  const check = { id: 'kf_accounts', title: accountsTitle };
  try {
    const listed = await listAccounts(app);
    const unusable = wanted.filter((id) => !mayUse(listed.get(id)));
    if (unusable.length === 0) {
      const names = wanted.map((id) => listed.get(id)?.name || id).join('、');
      return { ...check, ok: true, found: { zh: `可以使用：${names}`, en: `usable: ${names}` } };
    }
    const ids = unusable.join('、');
    const found = { zh: `没有授权给本应用，或不存在：${ids}`, en: `not granted to this app, or unknown: ${ids}` };
    return { ...check, ok: false, found, remedy: grantRemedy };
  } catch (cause) {
    if (!(cause instanceof GiveUp) && !(cause instanceof RetryLater)) throw cause;
    const found = kfReasons[cause.code] ?? {
      zh: `接口被拒绝（${cause.code}）`,
      en: `the call was refused (${cause.code})`,
    };
    return { ...check, ok: false, found, remedy: grantRemedy };
  }
}

/** Whether a callback of customer service has come since the start. */
export const callbackCheck = (notices: number): Check => ({
  id: 'kf_callback',
  title: callbackTitle,
  // Nobody may have written yet. Messages are found without callbacks, too, only later.
  ok: true,
  found:
    notices > 0
      ? { zh: `启动以来收到 ${notices} 次`, en: `${notices} since the start` }
      : {
          zh: '启动以来还没有收到；用微信给客服发一句话试试，几秒内应有一次。没有的话，请检查本应用的「接收消息」和客服账号的接待方式（机器人+人工）',
          en: 'none since the start; write to customer service from WeChat: one should come within seconds. If not, check 接收消息 of this app, and that the account is served by 机器人+人工.',
        },
});

/** Accounts that were granted or taken while the product runs. */
export function servedCheck(accounts: Pick<KfAccounts, 'served' | 'lost' | 'unlisted'>): Check {
  const check = { id: 'kf_served', title: servedTitle };
  const [lost, unlisted] = [accounts.lost().join('、'), accounts.unlisted().join('、')];
  if (lost !== '') {
    const found = { zh: `已不归本应用，停止接待：${lost}`, en: `taken from this app and no longer served: ${lost}` };
    return { ...check, ok: false, found, remedy: grantRemedy };
  }
  const served = accounts.served().join('、');
  if (unlisted === '') return { ...check, ok: true, found: { zh: served, en: served } };
  return {
    ...check,
    ok: true,
    found: {
      zh: `${served}；另外授权了 ${unlisted}，要接待就写进 WECOM_KF_IDS 后重启`,
      en: `${served}; also granted: ${unlisted}. Add it to WECOM_KF_IDS and restart to serve it.`,
    },
  };
}
