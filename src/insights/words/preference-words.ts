import type { LocalizedText } from '../../domain/localized-text.js';
import { LESS_GAP_DAYS } from '../../domain/sending/preference.js';

/** What members read about their choices, in customer service, in chats and on their page. */
export const preferenceWords = {
  optedOut: { zh: '好的，之后不再主动发消息给你。', en: 'All right, we will not write to you any more.' },
  optedIn: { zh: '欢迎回来，有值得说的我们才会发。', en: 'Welcome back. We write only when it is worth it.' },
  lessChosen: {
    zh: `好的，以后 ${LESS_GAP_DAYS} 天里最多打扰你一次。`,
    en: `All right: at most one message in ${LESS_GAP_DAYS} days from now on.`,
  },
  moreChosen: { zh: '好的，有值得看的就发给你。', en: 'All right, we will write when there is something for you.' },
  less: { zh: `${LESS_GAP_DAYS} 天里最多收到一条`, en: `At most one message in ${LESS_GAP_DAYS} days` },
} as const satisfies Readonly<Record<string, LocalizedText>>;
