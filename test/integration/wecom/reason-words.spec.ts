import { describe, expect, it } from 'vitest';
import { verdicts } from '../../../src/channels/wecom/client/errcodes.js';
import { channelReasons } from '../../../src/channels/open-channels.js';
import { addReasonWords, reasonLabel } from '../../../src/insights/words/reason-words.js';

addReasonWords(channelReasons());

describe('the labels for refusals of WeCom', () => {
  it('exist in both languages for every code that an operator can see', () => {
    const met = [...verdicts.values()].filter(({ act }) => !act.startsWith('halt')).map(({ code }) => code);
    expect(met.filter((code) => reasonLabel(code).zh === code || reasonLabel(code).en === code)).toEqual([]);
  });
});
