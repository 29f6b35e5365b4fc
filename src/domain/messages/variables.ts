import type { LocalizedText } from '../localized-text.js';
import { metrics, type MetricDefinition, type Visibility } from '../metrics/index.js';
import type { OwnMetric } from '../metrics/own-metrics.js';

export type TemplateValue = string | number | boolean | null;

/** Values by variable name. Null means unknown: it cannot be printed, and every comparison with it is false. */
export type TemplateValues = Readonly<Record<string, TemplateValue>>;

export interface TemplateVariable {
  readonly name: string;
  readonly label: LocalizedText;
  readonly type: 'int' | 'number' | 'string' | 'bool';
  readonly example: string | number | boolean;
  readonly visibility: Visibility;
  /** A code or a boolean: allowed in conditions, but not printable. */
  readonly conditionOnly?: boolean;
  /** May name sums of money, so it is not allowed in a group although it is the same for many members. */
  readonly isKeptFromGroups?: boolean;
}

const exampleByUnit = {
  days: 7,
  cents: 129_900,
  times: 12,
  level: 2,
  percent: 40,
  permille: 80,
  month: 5,
  hour: 21,
} as const;

function exampleOf(metric: MetricDefinition): string | number | boolean {
  if (metric.type === 'bool') return true;
  if (metric.type === 'string') return metric.example ?? '示例';
  return metric.unit ? exampleByUnit[metric.unit] : 1;
}

const metricVariable = (metric: MetricDefinition): TemplateVariable => ({
  name: metric.name,
  label: metric.label,
  type: metric.type,
  example: exampleOf(metric),
  visibility: metric.visibility ?? 'private',
  ...(metric.type === 'bool' || metric.visibility === 'shared' ? { conditionOnly: true } : {}),
});

/** Variables that are not metrics. `templateValues` fills them. */
export const wordVariables = [
  {
    name: 'name',
    label: { zh: '称呼（没有就用「朋友」）', en: 'what to call the member' },
    type: 'string',
    example: '小林',
    visibility: 'personal',
  },
  {
    name: 'tier_label',
    label: { zh: '所在层级', en: 'tier, in words' },
    type: 'string',
    example: '普通',
    visibility: 'shared',
  },
  {
    name: 'next_tier_label',
    label: { zh: '下一层级（已在最高层时没有）', en: 'next tier, in words; none at the top' },
    type: 'string',
    example: '会员',
    visibility: 'shared',
  },
  {
    name: 'next_step',
    label: { zh: '离下一层级还差什么', en: 'what is missing to the next tier' },
    type: 'string',
    example: '再下 1 单，就是会员',
    visibility: 'shared',
    isKeptFromGroups: true,
  },
  {
    name: 'stay_step',
    label: {
      zh: '怎样能留在现在的层级（不用做什么时没有）',
      en: 'what keeps them in their tier; none when nothing is needed',
    },
    type: 'string',
    example: '再下 1 单，就能留在铁杆',
    visibility: 'shared',
    isKeptFromGroups: true,
  },
  {
    name: 'group_name',
    label: { zh: '群名（换群时是新群）', en: 'the group; on a move, the new one' },
    type: 'string',
    example: '会员交流一群',
    visibility: 'shared',
  },
  {
    name: 'old_group_name',
    label: { zh: '换群时要离开的群（没有就不用离开）', en: 'on a move, the group to be left; none when there is none' },
    type: 'string',
    example: '潜在交流一群',
    visibility: 'shared',
  },
  {
    name: 'try',
    label: { zh: '换群时第几次邀请', en: 'number of the invitation on this move (1, 2, 3)' },
    type: 'int',
    example: 1,
    visibility: 'shared',
  },
  {
    name: 'first_placement',
    label: { zh: '从来没有被邀请换过群', en: 'never invited to a group before' },
    type: 'bool',
    example: true,
    visibility: 'shared',
    conditionOnly: true,
  },
  {
    name: 'moving_down',
    label: { zh: '换群是换到更低层级的群', en: 'the move leads to a group of a lower tier' },
    type: 'bool',
    example: false,
    visibility: 'shared',
    conditionOnly: true,
  },
  {
    name: 'in_group',
    label: { zh: '现在在任意一个群里', en: 'is in a group now' },
    type: 'bool',
    example: true,
    visibility: 'shared',
    conditionOnly: true,
  },
  {
    name: 'bot_in_group',
    label: { zh: '所在的群里有聊天账号（能在群里发「我的等级」）', en: 'the chat account sits in a group of theirs' },
    type: 'bool',
    example: true,
    visibility: 'shared',
    conditionOnly: true,
  },
  {
    name: 'group_owner',
    label: { zh: '群主', en: "the group's owner" },
    type: 'string',
    example: '小雅',
    visibility: 'shared',
  },
  {
    name: 'staff_name',
    label: { zh: '服务的员工', en: 'the staff member who serves them' },
    type: 'string',
    example: '小雅',
    visibility: 'shared',
  },
  {
    name: 'days_together',
    label: { zh: '相识天数', en: 'days since we met' },
    type: 'int',
    example: 365,
    visibility: 'personal',
  },
  {
    name: 'percent_ahead',
    label: {
      zh: '同群的人里，累计发言比 TA 少的百分比（没有群友时没有）',
      en: 'percent of the people in their groups who have said less; none without anybody there',
    },
    type: 'int',
    example: 92,
    visibility: 'personal',
  },
  {
    name: 'friends_count',
    label: {
      zh: '聊过天的群友数（互相 @ 过，或回复过）',
      en: 'people they exchanged words with in groups (mentioned each other, or answered)',
    },
    type: 'int',
    example: 18,
    visibility: 'personal',
  },
  {
    name: 'groupmates_count',
    label: { zh: '同群里说过话的人数', en: 'people in their groups who have ever spoken' },
    type: 'int',
    example: 42,
    visibility: 'personal',
  },
  {
    name: 'spend_yuan',
    label: { zh: '累计消费（元）', en: 'spend, all time (yuan)' },
    type: 'number',
    example: 1299,
    visibility: 'private',
  },
  {
    name: 'reached',
    label: { zh: '刚达到的数（次数、天数里程碑）', en: 'the mark just reached' },
    type: 'int',
    example: 100,
    visibility: 'shared',
  },
  {
    name: 'is_anniversary',
    label: { zh: '去年的今天第一次来', en: 'they first came a year ago today' },
    type: 'bool',
    example: true,
    visibility: 'shared',
    conditionOnly: true,
  },
  {
    name: 'corp_name',
    label: { zh: '企业名', en: 'the corp' },
    type: 'string',
    example: '山野茶铺',
    visibility: 'shared',
  },
  {
    name: 'assistant_link',
    label: { zh: '微信客服的入口链接', en: 'the entry link of customer service' },
    type: 'string',
    example: 'https://work.weixin.qq.com/kf/kfc0000000example1?enc_scene=ENCexample&scene_param=Q7m2Xk9d',
    visibility: 'shared',
  },
  {
    name: 'member_page',
    label: {
      zh: '成员页的地址（没有设置 PUBLIC_URL 时没有）',
      en: "address of the member's page; none without PUBLIC_URL",
    },
    type: 'string',
    example: 'https://bot.example.com/m',
    visibility: 'shared',
  },
  {
    name: 'today',
    label: { zh: '今天（几月几日）', en: 'today, month and day' },
    type: 'string',
    example: '11月21日',
    visibility: 'shared',
  },
] as const satisfies readonly TemplateVariable[];

export type WordVariable = (typeof wordVariables)[number]['name'];

/** All template variables; also used by the editor's completion and the docs. */
export const templateVariables: readonly TemplateVariable[] = [...wordVariables, ...metrics.map(metricVariable)];

export const templateVariablesByName: ReadonlyMap<string, TemplateVariable> = new Map(
  templateVariables.map((variable) => [variable.name, variable]),
);

/** The variables of texts, and those of them by name. */
export interface Variables {
  readonly all: readonly TemplateVariable[];
  readonly byName: ReadonlyMap<string, TemplateVariable>;
  /** A row to copy, with the names of all. */
  readonly noValues: TemplateValues;
}

const noValuesOf = (variables: readonly TemplateVariable[]): TemplateValues =>
  Object.fromEntries(variables.map(({ name }) => [name, null]));

const builtIn: Variables = {
  all: templateVariables,
  byName: templateVariablesByName,
  noValues: noValuesOf(templateVariables),
};
const withOwn = new WeakMap<readonly OwnMetric[], Variables>();

/** All variables, with the metrics that an admin has defined. */
export function variablesWith(own: readonly OwnMetric[] = []): Variables {
  if (own.length === 0) return builtIn;
  let variables = withOwn.get(own);
  if (!variables) {
    const all = [...templateVariables, ...own.map(({ definition }) => metricVariable(definition))];
    variables = { all, byName: new Map(all.map((variable) => [variable.name, variable])), noValues: noValuesOf(all) };
    withOwn.set(own, variables);
  }
  return variables;
}

/** Values for previews without a real member. */
export const exampleValues: TemplateValues = Object.fromEntries(
  templateVariables.map((variable) => [variable.name, variable.example]),
);
