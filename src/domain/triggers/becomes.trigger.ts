import { z } from 'zod';
import { crossed, valuesOfRule, watchedHolds } from './crossing.js';
import { condition } from './settings.js';
import { defineTrigger } from './trigger.js';

/** A condition begins to hold for the member. */
export const becomes = defineTrigger({
  on: 'becomes',
  settings: { when: condition },
  hint: {
    zh: '例如 trigger: {on: becomes, when: orders_90d >= 2 && messages_30d >= 10}',
    en: 'for example trigger: {on: becomes, when: orders_90d >= 2 && messages_30d >= 10}',
  },
  words: ({ when }) => ({ zh: `开始满足：${when}`, en: `begins to meet: ${when}` }),
  condition: ({ when }) => ({ text: when, setting: 'when' }),
  ground: { when: z.string() },
  find({ when }, input, now) {
    if (crossed(input, now) !== 'began') return [];
    return [{ id: String(now), once: '', ground: { when }, values: valuesOfRule(input) }];
  },
  stillHolds: ({ when }, ground, member) => when === ground.when && watchedHolds(member),
  lapsed: { code: 'condition_over', words: { zh: '条件已不再满足', en: 'the condition no longer holds' } },
  claim: ({ when }) => when,
  reactsToActivity: true,
  isNewWheneverFound: true,
});

/** The member comes into a segment, or leaves it. */
export const segment = defineTrigger({
  on: 'segment',
  settings: { key: z.string().min(1).max(48), change: z.enum(['enters', 'leaves']).default('enters') },
  hint: {
    zh: '例如 trigger: {on: segment, key: quiet_payers}，加上 change: leaves 就是离开时',
    en: 'for example trigger: {on: segment, key: quiet_payers}, with change: leaves when they leave it',
  },
  words({ key, change }, names) {
    const label = names.segment(key);
    return change === 'enters'
      ? { zh: `进入分群「${label.zh}」`, en: `comes into the segment ${label.en}` }
      : { zh: `离开分群「${label.zh}」`, en: `leaves the segment ${label.en}` };
  },
  condition: ({ key }) => ({ text: `in_segment(${JSON.stringify(key)})`, setting: 'key' }),
  ground: { key: z.string(), change: z.enum(['enters', 'leaves']) },
  find({ key, change }, input, now) {
    if (crossed(input, now) !== (change === 'enters' ? 'began' : 'ceased')) return [];
    return [{ id: String(now), once: '', ground: { key, change }, values: valuesOfRule(input) }];
  },
  stillHolds: ({ key, change }, ground, member) =>
    key === ground.key && change === ground.change && watchedHolds(member) === (change === 'enters'),
  lapsed: { code: 'segment_changed', words: { zh: '分群又变了', en: 'the segment changed again' } },
  claim: ({ key, change }) => `${key}:${change}`,
  reactsToActivity: true,
  isNewWheneverFound: true,
});

/** A tag was put on the member, or taken off, by a rule or by staff. */
export const tag = defineTrigger({
  on: 'tag',
  settings: { name: z.string().trim().min(1).max(30), change: z.enum(['put', 'taken']).default('put') },
  hint: {
    zh: '例如 trigger: {on: tag, name: 复购客}，加上 change: taken 就是取下时',
    en: 'for example trigger: {on: tag, name: 复购客}, with change: taken when it is taken off',
  },
  words: ({ name, change }) =>
    change === 'put'
      ? { zh: `打上标签「${name}」`, en: `gets the tag ${name}` }
      : { zh: `取下标签「${name}」`, en: `loses the tag ${name}` },
  condition: ({ name }) => ({ text: `${JSON.stringify(name)} in tags`, setting: 'name' }),
  ground: { name: z.string(), change: z.enum(['put', 'taken']) },
  find({ name, change }, input, now) {
    if (crossed(input, now) !== (change === 'put' ? 'began' : 'ceased')) return [];
    return [{ id: String(now), once: '', ground: { name, change }, values: valuesOfRule(input) }];
  },
  stillHolds: ({ name, change }, ground, member) =>
    name === ground.name && change === ground.change && watchedHolds(member) === (change === 'put'),
  lapsed: { code: 'tag_changed', words: { zh: '标签又变了', en: 'the tag changed again' } },
  claim: ({ name, change }) => `${name}:${change}`,
  reactsToActivity: true,
  isNewWheneverFound: true,
});
