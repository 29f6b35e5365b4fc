import { describe, expect, it } from 'vitest';
import { checkTemplate } from './index.js';
import { defaultVocabulary } from '../rules/index.js';

const template = (text: string): string =>
  [
    '---',
    'key: hello',
    'name: 问好',
    'kind: milestone',
    'trigger: {on: silent, days: 30}',
    'channels: [mass_send]',
    '---',
    text,
    '',
  ].join('\n');

const codesOf = (text: string, hasPublicUrl: boolean): string[] => {
  const check = checkTemplate(template(text), defaultVocabulary, undefined, hasPublicUrl);
  return check.ok ? [] : check.problems.map(({ code, line, column }) => `${code} ${line}:${column}`);
};

describe("the address of the member's page in a template", () => {
  it('may stand in a mass text, because it is the same for everybody', () => {
    expect(codesOf('你的等级：{{ member_page }}', true)).toEqual([]);
  });

  it('is refused at its place while PUBLIC_URL is not set', () => {
    expect(codesOf('你的等级：{{ member_page }}', false)).toEqual(['no_public_url 8:9']);
  });

  it('is accepted without PUBLIC_URL where the text asks whether there is one', () => {
    expect(codesOf('{% if member_page %}{{ member_page }}{% else %}回复「退订」{% endif %}', false)).toEqual([]);
  });
});
