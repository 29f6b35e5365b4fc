import type { LocalizedText } from '../../domain/localized-text.js';
import { GiveUp, RetryLater } from '../../platform/errors.js';
import type { Check } from '../connection.js';
import type { WecomApp } from '../wecom-app.js';
import { quotaIfAllowed } from './acquisition-calls.js';

const title: LocalizedText = { zh: '获客助手（可选）', en: 'Acquisition links (optional)' };
const grantRemedy: LocalizedText = {
  zh: '不用获客链接就不必管。要用：管理后台 → 客户联系 → 获客助手，先开通；再看「客户联系 → 客户 → API → 可调用接口的应用」里有没有本应用',
  en: 'Nothing to do unless you want acquisition links. If so: admin site → 客户联系 → 获客助手: open it, and see that this app is under 客户联系 → 客户 → API → 可调用接口的应用.',
};
const buyRemedy: LocalizedText = {
  zh: '管理后台 → 客户联系 → 获客助手 → 购买使用量',
  en: 'Buy uses: admin site → 客户联系 → 获客助手.',
};

/** Checks whether the app may use acquisition links, which are optional. It only reads how many of the bought uses are left. */
export async function accessCheck(app: WecomApp): Promise<Check> {
  const check = { id: 'acquisition', title };
  try {
    const quota = await quotaIfAllowed(app);
    if (quota === null) return { ...check, ok: null, found: notAllowed, remedy: grantRemedy };
    const { total, balance } = quota;
    if (balance === null)
      return { ...check, ok: true, found: { zh: '可以使用；余额未知', en: 'allowed; what is left is unknown' } };
    const found = { zh: `可以使用，还剩 ${balance} 个名额`, en: `allowed, ${balance} uses left` };
    // A corp that has never bought any uses does not use links.
    return balance > 0 || !total ? { ...check, ok: true, found } : { ...check, ok: false, found, remedy: buyRemedy };
  } catch (cause) {
    if (!(cause instanceof GiveUp) && !(cause instanceof RetryLater)) throw cause;
    const found = { zh: `现在问不到（${cause.code}）`, en: `cannot be asked now (${cause.code})` };
    return { ...check, ok: null, found };
  }
}

const notAllowed: LocalizedText = {
  zh: '本应用不能用获客助手（48002）',
  en: 'this app may not use acquisition links (48002)',
};
