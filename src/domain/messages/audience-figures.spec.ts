import { describe, expect, it } from 'vitest';
import { defaultVocabulary } from '../rules/index.js';
import { audienceRule, figureQuestions } from './audience-figures.js';
import { checkTemplate } from './template-text.js';

function asked(body: string, front = 'audience: is_contact') {
  const check = checkTemplate(
    `---\nkey: a-test\nname: 测试\nkind: care\ntrigger: {on: reached, metric: checkins_total, at: [7]}\nchannels: [chat_dm]\n${front}\n---\n${body}\n`,
  );
  if (!check.ok) throw new Error(JSON.stringify(check.problems));
  return figureQuestions(check.template, defaultVocabulary).map(({ variable, asks, rule }) => [
    variable,
    asks,
    rule.text,
  ]);
}

describe('questions about the figures of an audience', () => {
  it('asks for whom a printed figure is 0 or unknown', () => {
    expect(asked('下过 {{ orders_total }} 单，在 {{ group_name }}')).toEqual([
      ['orders_total', 'zero', '(is_contact) && orders_total == 0'],
      ['group_name', 'unknown', '(is_contact) && groups_count == 0'],
    ]);
    expect(asked('{{ days_since_last_order }} 天没下单')).toEqual([
      ['days_since_last_order', 'unknown', '(is_contact) && days_since_last_order == null'],
    ]);
  });

  it('asks nothing about what stands in a branch or has a default, or what the trigger waits for', () => {
    expect(
      asked(
        "{% if orders_total > 0 %}{{ orders_total }} 单{% endif %}好，{{ group_name | default: '群' }}，{{ checkins_total }} 次",
      ),
    ).toEqual([]);
  });

  it('asks about everybody when the template names no audience', () => {
    expect(asked('{{ orders_total }} 单', '')).toEqual([['orders_total', 'zero', 'orders_total == 0']]);
    expect(audienceRule({ audience: null }, defaultVocabulary)?.holds({ messages_total: 0 }, new Set())).toBe(true);
  });
});
