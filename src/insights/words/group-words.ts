import { assertNever } from '../../domain/assert-never.js';
import type { LocalizedText } from '../../domain/localized-text.js';
import { quoted } from '../../domain/shown-name.js';
import type { AskedMove } from '../../domain/moves/asked-move.js';

/** What a member who asks for their tier's group reads, in customer service, in chats and on their page. */
export function groupWords(asked: AskedMove): LocalizedText {
  switch (asked.kind) {
    case 'code':
      return {
        zh: `这是${quoted(asked.group, '你的群')}的群码，长按识别就能进。`,
        en: `This is the code of ${quoted(asked.group, 'your group')}. Press and hold it to join.`,
      };
    case 'inside':
      return {
        zh: `你已经在${quoted(asked.group, '你的群')}里了，就是你这一级的群。`,
        en: `You are in ${quoted(asked.group, 'your group')}, the group of your level.`,
      };
    case 'adding':
      return {
        zh: `正在拉你进${quoted(asked.group, '你的群')}，请留意进群邀请。`,
        en: `You are being added to ${quoted(asked.group, 'your group')}. Look out for the invitation.`,
      };
    case 'waits_for_approval':
      return {
        zh: '换群要同事先确认一下，确认好就把群码发给你。',
        en: 'Our staff confirm this change first. Then you get the code.',
      };
    case 'needs_staff':
      return {
        zh: '换群要同事先确认，请找同事帮你办。',
        en: 'Our staff confirm this change first. Please ask them for it.',
      };
    case 'full':
      return {
        zh: '你这一级的群刚好满了，已经请同事开新群，开好就邀请你。',
        en: 'The groups of your level are full. Our staff have been asked for another and will invite you.',
      };
    case 'no_group':
      return {
        zh: '你这一级现在还没有可以进的群，有了就告诉你。',
        en: 'There is no group of your level to join yet. You will be told when there is one.',
      };
    default:
      return assertNever(asked);
  }
}
