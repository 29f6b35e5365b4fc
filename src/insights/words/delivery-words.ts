import type { LocalizedText } from '../../domain/localized-text.js';

const states: Readonly<Record<string, LocalizedText>> = {
  planned: { zh: '待发送', en: 'planned' },
  sending: { zh: '发送中', en: 'being sent' },
  waiting: { zh: '等员工确认', en: 'waiting for staff' },
  sent: { zh: '已送达', en: 'sent' },
  failed: { zh: '没发成', en: 'failed' },
  suppressed: { zh: '没有发', en: 'not sent' },
  cancelled: { zh: '已取消', en: 'cancelled' },
  dead: { zh: '多次失败', en: 'failed for good' },
};

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
  const words = stateWords(states, state);
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
