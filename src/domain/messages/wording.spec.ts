import { describe, expect, it } from 'vitest';
import { makeWordList } from '../words/word-list.js';
import { wordingOf } from './wording.js';

const words = makeWordList([
  {
    key: 'law',
    label: { zh: '绝对化用语', en: 'a superlative' },
    severity: 'refuse',
    words: ['最佳', 'menu'],
    except: ['最佳拍档'],
  },
  { key: 'own', label: { zh: '我们不说', en: 'not our way' }, severity: 'warn', words: ['亲'], except: [] },
]);
const front = `---
key: a-test
name: 测试
kind: care
trigger: {on: days_since, metric: days_since_joined, at: 7}
channels: [chat_dm, mass_send, sms]
sms: {template: '1', params: ['{{ name }}', '最佳选择']}
---
`;
const places = (body: string) => wordingOf(`${front}${body}`, words).refused.map(({ line, column }) => [line, column]);

describe('words in a template', () => {
  it('are found in each text and in the parameters of the text message, each at its place', () => {
    expect(places('亲爱的 {{ name }}\n--- mass ---\n本店最佳')).toEqual([
      [7, 46],
      [11, 3],
    ]);
  });

  it('are not looked for in markup, in links and in comments, but in what a default prints', () => {
    expect(places("{{ 'https://a.example/menu' | link: 'menu' }}{% comment %}最佳{% endcomment %}")).toEqual([[7, 46]]);
    expect(places("{{ name | default: '最佳朋友' }}")).toHaveLength(2);
  });

  it('do not span a value that is filled in, but a tag that prints nothing', () => {
    expect(places('最{{ name }}佳')).toHaveLength(1);
    expect(places('最{% if in_group %}佳{% endif %}')).toHaveLength(2);
  });

  it('warn apart from those that refuse', () => {
    expect(wordingOf(`${front}亲，我们是最佳拍档`, words)).toMatchObject({
      refused: [{ line: 7 }],
      warned: [{ code: 'word_doubtful', line: 9, column: 1, message: { zh: '最好别说「亲」：我们不说' } }],
    });
  });
});
