import { both, type Field } from '../rules/form-parts.js';

/** A field of the front matter. `own`: its control is not one of those that rule documents use. */
export interface TemplateField extends Field {
  readonly own?: 'trigger' | 'timing' | 'caps';
  /** Triggers under which it means nothing. */
  readonly notOn?: readonly string[];
}

/** A part of the form; each answers one question. */
export interface TemplatePart {
  readonly title: ReturnType<typeof both>;
  readonly fields: readonly TemplateField[];
}

const choices = (...list: readonly (readonly [string, string, string])[]): Pick<Field, 'choices'> => ({
  choices: list.map(([value, zh, en]) => ({ value, label: both(zh, en) })),
});

/** The form of a template: its settings in the order of the questions. `days` and `channels` get their choices from the server. */
export const templateFields: readonly TemplatePart[] = [
  {
    title: both('发给谁', 'Who gets it'),
    fields: [
      { key: 'trigger', label: both('发生什么时发', 'What sets it off'), kind: 'other', own: 'trigger' },
      {
        key: 'audience',
        label: both('只发给满足这个条件的人', 'Only to those who meet'),
        kind: 'condition',
        hint: both('不写就是所有人', 'Left out, everybody'),
      },
    ],
  },
  {
    title: both('什么时候', 'When'),
    fields: [
      { key: 'timing', label: both('几点发', 'At what time'), kind: 'other', own: 'timing' },
      {
        key: 'except_days',
        label: both('这些日子不发', 'Not on these days'),
        kind: 'picks',
        fallback: [],
        hint: both('遇上就顺延到之后的日子', 'It goes on a later day then'),
      },
      {
        key: 'window_hours',
        label: both('过了多久就不再发', 'Not sent any more after'),
        kind: 'int',
        unit: both('小时', 'hours'),
        fallback: 24,
      },
      {
        key: 'once',
        label: both('一个人会收到几次', 'How often a member gets it'),
        kind: 'choice',
        // Each broadcast and each step of a series is an occasion of its own.
        notOn: ['broadcast', 'series'],
        fallback: 'ever',
        ...choices(['ever', '一辈子一次', 'once in a lifetime'], ['per_occasion', '每次发生都发', 'at every occasion']),
      },
      {
        key: 'watched.first',
        label: both('盯着首发：先发多少人', 'Watched launch: how many go first'),
        kind: 'int',
        unit: both('人', 'people'),
        isOptional: true,
        hint: both(
          '不写就一次发完；写了就等人看过，再放行 1%、10%、全部',
          'Left out, all goes at once; else 1 %, 10 % and all wait for a look',
        ),
      },
      {
        key: 'watched.opens_after_hours',
        label: both('数据好，过多久自己放行下一批', 'With good figures the next share opens after'),
        kind: 'int',
        unit: both('小时', 'hours'),
        isOptional: true,
        hint: both('不写就只等人放行', 'Left out, only a person opens it'),
      },
    ],
  },
  {
    title: both('走哪些渠道', 'By which channels'),
    fields: [
      {
        key: 'channels',
        label: both('按先后，第一个能用的就用', 'In order: the first that reaches them'),
        kind: 'picks',
      },
      { key: 'sms.template', label: both('短信模板编号', 'Number of the SMS template'), kind: 'text' },
      { key: 'sms.params', label: both('短信模板里填的值', 'What is filled into it'), kind: 'texts' },
      {
        key: 'attach',
        label: both('附上', 'With it'),
        kind: 'picks',
        fallback: [],
        ...choices(['join_qr', '进群二维码', "a group's join code"]),
      },
      {
        key: 'identify',
        label: both('群发里的链接，静默识别是谁点的', 'Find out silently who opens a link of a mass send'),
        kind: 'switch',
        fallback: false,
      },
    ],
  },
];

/** Settings that most campaigns leave as they are. */
export const moreFields: TemplatePart = {
  title: both('更多', 'More'),
  fields: [
    { key: 'name', label: both('名称', 'Name'), kind: 'text' },
    {
      key: 'kind',
      label: both('类别', 'Kind'),
      kind: 'choice',
      ...choices(
        ['welcome', '欢迎', 'Welcome'],
        ['milestone', '里程碑', 'Milestone'],
        ['reactivation', '唤回', 'Reactivation'],
        ['level', '等级', 'Level'],
        ['move', '换群', 'Move'],
        ['care', '关怀', 'Care'],
      ),
    },
    { key: 'caps', label: both('算不算进发送上限', 'Caps on sending'), kind: 'other', own: 'caps' },
    { key: 'stop_when', label: both('发送前成立就不发', 'Not sent if, by then'), kind: 'condition' },
    {
      key: 'review',
      label: both('要不要别人看过才发', 'Approved by a second person'),
      kind: 'choice',
      fallback: 'none',
      ...choices(['none', '不用', 'not needed'], ['required', '要，看过才用上', 'required before it is sent']),
    },
    {
      key: 'priority',
      label: both('同时有几条时，大的先发', 'Of several the higher goes first'),
      kind: 'int',
      fallback: 50,
    },
    {
      key: 'measure.goal',
      label: both('用什么看效果', 'What tells whether it worked'),
      kind: 'choice',
      isOptional: true,
      hint: both('不选就按类别', 'Left out, as its kind says'),
      ...choices(
        ['return', '回来了', 'they come back'],
        ['order', '下单', 'they order'],
        ['click', '点链接', 'they open a link'],
        ['reply', '回复', 'they reply'],
        ['opt_out', '退订', 'they opt out'],
      ),
    },
    {
      key: 'measure.within_days',
      label: both('看多少天内', 'Within so many days'),
      kind: 'int',
      unit: both('天', 'days'),
    },
    {
      key: 'holdout',
      label: both('留出多少人不发，用来对比效果', 'Held back to compare'),
      kind: 'int',
      unit: both('%', '%'),
      fallback: 0,
    },
  ],
};
