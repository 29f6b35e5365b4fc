import { describe, expect, it } from 'vitest';
import { failReasonOf } from '../../../src/channels/kf/fail-reasons.js';
import { verdicts } from '../../../src/channels/wecom/client/errcodes.js';
import { channelReasons } from '../../../src/channels/open-channels.js';
import { addReasonWords, reasonLabel } from '../../../src/insights/words/reason-words.js';

addReasonWords(channelReasons());
const isWithoutLabel = (code: string) => reasonLabel(code).zh === code || reasonLabel(code).en === code;

describe('the labels for refusals of WeCom', () => {
  it('exist in both languages for every code that an operator can see', () => {
    const met = [...verdicts.values()].filter(({ act }) => !act.startsWith('halt')).map(({ code }) => code);
    expect(met.filter(isWithoutLabel)).toEqual([]);
  });

  it('exist for every reason for which customer service does not deliver a message', () => {
    const met = Array.from({ length: 15 }, (_, failType) => failReasonOf(failType));
    expect(met.filter(isWithoutLabel)).toEqual([]);
  });
});
