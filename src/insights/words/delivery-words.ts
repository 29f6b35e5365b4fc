import type { LocalizedText } from '../../domain/localized-text.js';
import { deliveryStateLabels } from './delivery-states.js';
import { insideSentence } from './inside-sentence.js';

const moves: Readonly<Record<string, LocalizedText>> = {
  planned: { zh: '计划换到', en: 'to be moved to' },
  invited: { zh: '已邀请进', en: 'invited to' },
  joined: { zh: '已进入', en: 'joined' },
  leaving: { zh: '已进{group}，等群主移出旧群', en: 'joined {group}, to be taken out of the old group' },
  done: { zh: '换群完成，已在', en: 'moved to' },
  expired: { zh: '邀请过期：', en: 'the invitation ran out:' },
  failed: { zh: '换群失败：', en: 'the move failed:' },
  cancelled: { zh: '换群取消：', en: 'the move was cancelled:' },
};

const stateWords = (words: Readonly<Record<string, LocalizedText>>, state: string): LocalizedText =>
  Object.hasOwn(words, state) ? words[state]! : { zh: state, en: state };

export const deliveryTitle = (state: string, name: string): LocalizedText => {
  const words = insideSentence(stateWords(deliveryStateLabels, state));
  return { zh: `「${name}」${words.zh}`, en: `「${name}」 ${words.en}` };
};

export const moveTitle = (state: string, group: string): LocalizedText => {
  const words = stateWords(moves, state);
  const name = `「${group}」`;
  const placed = (text: string, space: string): string =>
    text.includes('{group}') ? text.replace('{group}', () => name) : `${text}${space}${name}`;
  const en = placed(words.en, ' ');
  return { zh: placed(words.zh, ''), en: `${en.charAt(0).toUpperCase()}${en.slice(1)}` };
};
