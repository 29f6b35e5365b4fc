import { describe, expect, it } from 'vitest';
import { triggers } from '../../domain/triggers/index.js';
import { defaultVocabulary } from '../../domain/rules/index.js';
import type { Context } from '../../domain/context.js';
import { exampleOf, templateForm } from './template-form.js';

const names = {
  vocabulary: defaultVocabulary,
  ruleset: { tiers: [] },
  tags: [],
} as unknown as Pick<Context, 'ruleset' | 'vocabulary' | 'tags'>;
const form = templateForm(names);
const hasHan = (text: string): boolean => /\p{Script=Han}/u.test(text);

describe('the form of a template', () => {
  it.each(triggers.map(({ on, hint, schema }) => ({ on, hint, schema })))(
    'begins $on with settings that the trigger takes',
    ({ on, hint, schema }) => {
      const example = exampleOf(hint.en);
      expect(example['on']).toBe(on);
      expect(schema.safeParse(example).error).toBeUndefined();
    },
  );

  it('names every setting and every choice of every trigger in words', () => {
    const unnamed = form.triggers.flatMap(({ on, fields }) =>
      fields.flatMap(({ key, label, choices = [] }) => [
        ...(hasHan(label.zh) ? [] : [`${on}.${key}`]),
        ...choices.flatMap((choice) => (hasHan(choice.label.zh) ? [] : [`${on}.${key}.${choice.value}`])),
      ]),
    );
    expect(unnamed).toEqual([]);
  });

  it('gives each setting the control that its schema asks for', () => {
    const kinds = (on: string) =>
      form.triggers.find((trigger) => trigger.on === on)!.fields.map(({ key, kind }) => `${key} ${kind}`);
    expect(kinds('reached')).toEqual(['metric choice', 'at numbers']);
    expect(kinds('becomes')).toEqual(['when condition']);
    expect(kinds('silent')).toEqual(['days int', 'or_longer switch']);
    expect(kinds('tier_up')).toEqual(['to picks']);
  });
});
