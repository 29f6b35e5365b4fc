import { z } from 'zod';
import type { StoredFact } from '../fact.js';
import type { LocalizedText } from '../localized-text.js';
import { defineTrigger, type TriggerInput } from './trigger.js';

/** What members do, and what the act can be narrowed down to. */
const acts = {
  checked_in: { words: { zh: '打卡', en: 'checks in' } },
  visited: { words: { zh: '来访', en: 'visits' } },
  content_viewed: { words: { zh: '看了内容', en: 'views content' }, named: { zh: '分类', en: 'category' } },
  link_clicked: { words: { zh: '点了链接', en: 'opens a link' }, named: { zh: '链接名', en: 'name of the link' } },
  custom: { words: { zh: '发生事件', en: 'has the event' }, named: { zh: '事件名', en: 'name of the event' } },
  profile_updated: { words: { zh: '更新了资料', en: 'updates the profile' } },
  preference_changed: { words: { zh: '改了接收偏好', en: 'changes what they want to get' } },
  asked: { words: { zh: '提了问题', en: 'asks a question' } },
  invited: { words: { zh: '邀请了人', en: 'invites somebody' } },
  opted_in: { words: { zh: '恢复接收消息', en: 'wants messages again' } },
} as const satisfies Readonly<Record<string, { readonly words: LocalizedText; readonly named?: LocalizedText }>>;

type Act = keyof typeof acts;
const actNames = Object.keys(acts) as [Act, ...Act[]];

/** The name that narrows an act down; undefined where the fact has none. */
function nameIn(fact: StoredFact, links: TriggerInput['links']): string | undefined {
  switch (fact.kind) {
    case 'custom':
      return fact.data.name;
    case 'content_viewed':
      return fact.data.category;
    case 'link_clicked':
      return links?.get(fact.data.code);
    default:
      return undefined;
  }
}

/** The member did something: an event of one's own, a click, a check-in. */
export const did = defineTrigger({
  on: 'did',
  settings: { what: z.enum(actNames), name: z.string().trim().min(1).max(64).optional() },
  hint: {
    zh: '例如 trigger: {on: did, what: custom, name: lesson_done}，what 还可以是 link_clicked、checked_in、profile_updated',
    en: 'for example trigger: {on: did, what: custom, name: lesson_done}; what may be link_clicked, checked_in, profile_updated',
  },
  words({ what, name }) {
    const { zh, en } = acts[what].words;
    return name === undefined ? { zh, en } : { zh: `${zh}「${name}」`, en: `${en} ${name}` };
  },
  ground: { what: z.string(), name: z.string().optional(), fact: z.number() },
  find({ what, name }, { facts, links }) {
    const found = facts.filter(
      ({ fact }) => fact.kind === what && (name === undefined || nameIn(fact, links) === name),
    );
    const last = found.at(-1)?.fact;
    if (!last) return [];
    const { label, have } = actOf(what, nameIn(last, links));
    return [
      {
        // Each act is its own occasion; of several at once the last.
        id: String(last.id),
        once: '',
        ground: { what, ...(name === undefined ? {} : { name }), fact: last.id },
        values: [{ metric: what, have, label }],
      },
    ];
  },
  stillHolds: ({ what, name }, ground) => what === ground.what && name === ground.name,
  lapsed: { code: 'other_act', words: { zh: '触发的事情改了', en: 'the template is about another act now' } },
  claim: ({ what, name }) => `${what}:${name ?? ''}`,
  reactsToActivity: true,
  goesOneByOne: true,
});

const actOf = (what: Act, name: string | undefined): { readonly label: LocalizedText; readonly have: string } => ({
  label: acts[what].words,
  have: name ?? what,
});
