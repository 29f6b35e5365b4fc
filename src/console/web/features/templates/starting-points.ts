import { both } from '../rules/form-parts.js';
import { setIn } from '../rules/yaml-edit.js';
import { partsOf, withFront } from './template-parts.js';

/** A template to begin with. */
export interface StartingPoint {
  readonly key: string;
  readonly label: ReturnType<typeof both>;
  readonly source: string;
}

const optOut = '回复「退订」不再打扰。';
const massOptOut =
  '{% if member_page %}少收一点，或不再打扰：{{ member_page }}{% else %}回复「退订」不再打扰。{% endif %}';

function point(key: string, label: StartingPoint['label'], settings: string, texts: readonly [string, string]) {
  const [text, mass] = texts;
  const source = `---
key: ${key}
name: ${label.zh}
${settings}
audience: is_contact
channels: [chat_dm, kf, mass_send]
window_hours: 72
enabled: false
---

${text}

${optOut}

--- mass ---

${mass}

${massOptOut}
`;
  return { key, label, source };
}

/** What campaigns are mostly made of. They begin switched off. */
export const startingPoints: readonly StartingPoint[] = [
  point(
    'thanks-order',
    both('感谢下单', 'Thanks for an order'),
    'kind: care\ntrigger: { on: reached, metric: orders_total, at: [3] }\ntiming: { at: "10:30" }\nonce: ever',
    [
      '{{ name }}，这是你在我们这里的第 {{ reached }} 单，谢谢你一直来。\n有什么用得不顺手的，直接告诉我。',
      '你又下单啦，谢谢你一直来。\n有什么用得不顺手的，直接告诉我们。',
    ],
  ),
  point(
    'met-days',
    both('相识多少天', 'Days since we met'),
    'kind: milestone\ntrigger: { on: days_since, metric: days_since_joined, at: 30 }\ntiming: slot',
    ['{{ name }}，我们认识一个月啦，谢谢你在。', '我们认识一个月啦，谢谢你在。'],
  ),
  point(
    'come-back',
    both('好久不见', 'Long time no see'),
    'kind: reactivation\ntrigger: { on: silent, days: 45 }\ntiming: slot\nonce: per_occasion\nholdout: 10\nstop_when: days_since_last_seen < 45',
    ['{{ name }}，有阵子没见到你了，最近还好吗？', '有阵子没见到你了，最近还好吗？'],
  ),
  point(
    'happy-birthday',
    both('生日祝福', 'Birthday'),
    'kind: care\ntrigger: { on: birthday }\ntiming: { at: "10:30" }\nonce: per_occasion',
    ['{{ name }}，生日快乐！愿你今天开开心心。', '生日快乐！愿你今天开开心心。'],
  ),
  point(
    'festival-wishes',
    both('节日问候', 'Festival wishes'),
    'kind: care\ntrigger: { on: festival, name: mid_autumn }\ntiming: { at: "10:30" }\nonce: per_occasion',
    ['{{ name }}，中秋快乐，记得吃块月饼。', '中秋快乐，记得吃块月饼。'],
  ),
  point(
    'new-segment',
    both('开始满足一个条件', 'A condition begins to hold'),
    'kind: care\ntrigger: { on: becomes, when: orders_90d >= 2 && messages_30d >= 10 }\ntiming: slot',
    ['{{ name }}，最近常看到你，谢谢你。', '最近常看到你，谢谢你。'],
  ),
  point('broadcast-news', both('群发一条消息', 'A broadcast'), 'kind: care\ntrigger: { on: broadcast }', [
    '{{ name }}，这周六晚上八点群里有一场分享，有空来听听。',
    '这周六晚上八点群里有一场分享，有空来听听。',
  ]),
];

/** The source under another key and name, switched off; as it is where a form could not change it. */
export function renamed(source: string, { key, name }: { readonly key: string; readonly name: string }): string {
  const set = (text: string, field: string, value: string | boolean): string => {
    const parts = partsOf(text);
    return parts ? withFront(text, parts, setIn(parts.front, [field], value)) : text;
  };
  return set(set(set(source, 'key', key), 'name', name), 'enabled', false);
}
