import type { ChannelDefinition, ReasonWords } from '../channel-definition.js';
import { accessCheck } from './access-check.js';
import { AcquisitionChannel } from './acquisition.channel.js';

const reasons: ReasonWords = {
  acquisition_priority_refused: {
    zh: '企业微信不接受「优先接待」（只对部分行业开放），请去掉后重建；也可能是本应用没有获客助手的权限',
    en: 'WeCom refuses the priority, which is open to some industries only: make the link without it. Or this app may not use acquisition links',
  },
  acquisition_list_without_end: {
    zh: '企业微信的获客链接读不到头（读了 1000 页，或者翻页重复），无法确认这个链接在不在，所以没有动它',
    en: 'the list of acquisition links has no end (1000 pages, or pages that repeat), so it is unknown whether this link exists; nothing was changed',
  },
  acquisition_channel_too_long: {
    zh: '获客链接的来源标识超过 64 字节',
    en: "the acquisition link's channel has more than 64 bytes",
  },
};

/** Open wherever WeCom is: it makes no call before somebody makes a link. */
export const acquisition: ChannelDefinition<Record<string, never>> = {
  id: 'acquisition',
  label: { zh: '获客助手', en: 'Acquisition links' },
  settings: ({ wecom }) => (wecom ? {} : null),
  reasons,
  open(_settings, { wecomApp, logger }) {
    if (!wecomApp) throw new Error('acquisition links need the app of the corp');
    return { channel: new AcquisitionChannel(wecomApp, logger) };
  },
  checkUp: async (_settings, { wecomApp }) => (wecomApp ? [await accessCheck(wecomApp)] : []),
};
