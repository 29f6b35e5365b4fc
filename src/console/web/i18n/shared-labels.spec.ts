import { describe, expect, it } from 'vitest';
import { movePaths } from '../../../domain/moves/move.js';
import { taskAnswerLabels, taskLabels } from '../../../domain/task-kind.js';
import { campaignChannelLabels } from '../../../insights/words/channel-words.js';
import { deliveryStateLabels } from '../../../insights/words/delivery-states.js';
import { deliveryTitle } from '../../../insights/words/delivery-words.js';
import { actionLabel } from '../../../insights/words/action-words.js';
import { en } from './en.js';
import { sharedLabel } from './shared-labels.js';
import { zh } from './zh.js';

describe('a label that the console shares with cards, chat and the timeline', () => {
  it.each([
    ['task.kind', taskLabels],
    ['task.answer', taskAnswerLabels],
    ['channel', campaignChannelLabels],
    ['state.delivery', deliveryStateLabels],
  ])('is the same there (%s), and stands nowhere else', (family, labels) => {
    for (const [code, label] of Object.entries(labels)) {
      expect(sharedLabel(family, code)).toEqual(label);
      expect([Object.hasOwn(zh, `${family}.${code}`), Object.hasOwn(en, `${family}.${code}`)]).toEqual([false, false]);
    }
  });

  it('is left to the texts of the console where nobody else uses it', () => {
    expect(sharedLabel('state.move', 'done')).toBeUndefined();
    expect(sharedLabel('channel', 'toString')).toBeUndefined();
    expect(sharedLabel('toString', 'done')).toBeUndefined();
  });

  it.each(movePaths)('is there for every path of a move: %s', (path) => {
    expect([Object.hasOwn(zh, `moves.path.${path}`), Object.hasOwn(en, `moves.path.${path}`)]).toEqual([true, true]);
  });

  it('stands within a sentence of the timeline as it stands in the lists', () => {
    expect(deliveryTitle('waiting', '相识一周')).toEqual({
      zh: '「相识一周」待员工确认',
      en: '「相识一周」 awaiting staff',
    });
    expect(deliveryTitle('of_another_version', 'x')).toEqual({
      zh: '「x」of_another_version',
      en: '「x」 of_another_version',
    });
    expect([actionLabel('send_welcome'), actionLabel('group_say')]).toEqual([
      { zh: '欢迎语', en: 'welcome' },
      { zh: '群内提及', en: 'group mention' },
    ]);
  });
});
