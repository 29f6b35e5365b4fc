import type { LocalizedText } from '../localized-text.js';
import type { MetricDefinition, MetricType } from '../metrics/index.js';
import type { Complaint } from './problem.js';

/** All messages of the rule compiler. */

const typeNames: Readonly<Record<MetricType, LocalizedText>> = {
  int: { zh: '整数', en: 'a whole number' },
  string: { zh: '文本', en: 'a text' },
  bool: { zh: '是/否', en: 'true or false' },
};

const ALLOWED = {
  zh: "可以用：&& || ! ?: 、== != < <= > >=、+ - * / %、in [...]、'标签' in tags、in_segment('分群')、.contains()、.startsWith()",
  en: "Allowed: && || ! ?: , == != < <= > >=, + - * / %, in [...], 'tag' in tags, in_segment('key'), .contains(), .startsWith()",
};

export const named = (metric: MetricDefinition): string => `${metric.name}（${metric.label.zh}）`;

export const complaints = {
  empty: (): Complaint => ({
    code: 'empty',
    message: { zh: '规则是空的', en: 'The rule is empty' },
    hint: {
      zh: '写一个条件，例如 orders_90d >= 3；要匹配所有人请写 true',
      en: 'Write a condition such as orders_90d >= 3; to match everyone write true',
    },
  }),
  tooLong: (limit: number): Complaint => ({
    code: 'too_long',
    message: { zh: `规则太长，最多 ${limit} 个字符`, en: `The rule is longer than ${limit} characters` },
    hint: {
      zh: '拆成几条规则，或先打标签再用标签判断',
      en: 'Split it into several rules, or set a tag first and test the tag',
    },
  }),
  tooComplex: (): Complaint => ({
    code: 'too_complex',
    message: {
      zh: '规则太复杂：嵌套太深或条件太多',
      en: 'The rule is too complex: nested too deeply or too many parts',
    },
    hint: {
      zh: '拆成几条规则，或先打标签再用标签判断',
      en: 'Split it into several rules, or set a tag first and test the tag',
    },
  }),
  unknownMetric: (word: string, near: MetricDefinition | undefined): Complaint => ({
    code: 'unknown_metric',
    message: { zh: `没有叫 ${word} 的指标`, en: `There is no metric called ${word}` },
    hint: near
      ? { zh: `是不是想写 ${named(near)}？`, en: `Did you mean ${near.name} (${near.label.en})?` }
      : {
          zh: `请从指标列表里选；如果是文本，请加引号：'${word}'`,
          en: `Pick one from the list of metrics; a text needs quotes: '${word}'`,
        },
  }),
  literalCase: (word: string, right: string): Complaint => ({
    code: 'syntax',
    message: { zh: `${word} 要写成 ${right}`, en: `${word} is written ${right}` },
    hint: { zh: `改成 ${right}`, en: `Change it to ${right}` },
  }),
  unknownValue: (
    metric: MetricDefinition,
    value: string,
    near: string | undefined,
    values: Readonly<Record<string, string>>,
  ): Complaint => {
    const list = Object.entries(values)
      .map(([key, label]) => `'${key}' ${label}`)
      .join('、');
    return {
      code: 'unknown_value',
      message: {
        zh: `${named(metric)} 不会是 '${value}'，这个条件对谁都不成立`,
        en: `${metric.name} is never '${value}': this would hold for nobody`,
      },
      hint: near
        ? {
            zh: `是不是想写 '${near}'（${values[near]}）？可选：${list}`,
            en: `Did you mean '${near}'? One of: ${Object.keys(values).join(', ')}`,
          }
        : { zh: `可选：${list}`, en: `One of: ${Object.keys(values).join(', ')}` },
    };
  },
  notAScore: (text: string): Complaint => ({
    code: 'wrong_type',
    message: { zh: `${text} 不是一个数的算式`, en: `${text} is not a calculation of one number` },
    hint: {
      zh: '写成一个整数的算式，例如 messages_30d + 20 * orders_90d',
      en: 'Write a calculation with whole numbers, such as messages_30d + 20 * orders_90d',
    },
  }),
  notACondition: (text: string, type: MetricType): Complaint => ({
    code: 'not_a_condition',
    message: {
      zh: `${text} 是${typeNames[type].zh}，不是条件`,
      en: `${text} is ${typeNames[type].en}, not a condition`,
    },
    hint:
      type === 'int'
        ? { zh: `和一个数比较，例如 ${text} >= 1`, en: `Compare it with a number, such as ${text} >= 1` }
        : { zh: `和一个文本比较，例如 ${text} == '…'`, en: `Compare it with a text, such as ${text} == '…'` },
  }),
  differentTypes: (left: string, leftType: MetricType, right: string, rightType: MetricType): Complaint => ({
    code: 'wrong_type',
    message: {
      zh: `${left} 是${typeNames[leftType].zh}，${right} 是${typeNames[rightType].zh}，不能放在一起`,
      en: `${left} is ${typeNames[leftType].en} and ${right} is ${typeNames[rightType].en}: they do not go together`,
    },
    hint:
      leftType === 'string' || rightType === 'string'
        ? {
            zh: "文本要和加引号的文本比较，例如 tier == 'loyal'；数字不加引号",
            en: "Compare a text with a quoted text, such as tier == 'loyal'; numbers have no quotes",
          }
        : {
            zh: '是/否 和 true、false 比较，数字和数字比较',
            en: 'Compare yes/no with true or false, and numbers with numbers',
          },
  }),
  notANumber: (text: string, type: MetricType, op: string): Complaint => ({
    code: 'wrong_type',
    message: {
      zh: `${text} 是${typeNames[type].zh}，不能用 ${op} 计算`,
      en: `${text} is ${typeNames[type].en}: ${op} needs whole numbers`,
    },
    hint: {
      zh: '只有整数指标和整数能做加减乘除',
      en: 'Only metrics that are whole numbers, and whole numbers, can be calculated with',
    },
  }),
  noOrder: (text: string, type: MetricType, op: string): Complaint => ({
    code: 'wrong_type',
    message: {
      zh: `${text} 是${typeNames[type].zh}，不能比大小（${op}）`,
      en: `${text} is ${typeNames[type].en}: it cannot be compared with ${op}`,
    },
    hint:
      type === 'string'
        ? { zh: "用 == 、!= 或 in ['a', 'b']", en: "Use ==, != or in ['a', 'b']" }
        : { zh: '直接写指标名，或在前面加 ! 表示“否”', en: 'Write the metric alone, or with ! in front for "not"' },
  }),
  notText: (text: string, type: MetricType, op: string): Complaint => ({
    code: 'wrong_type',
    message: {
      zh: `${text} 是${typeNames[type].zh}，.${op}() 只能用在文本上`,
      en: `${text} is ${typeNames[type].en}: .${op}() is for texts`,
    },
    hint: { zh: "例如 region.contains('广东')", en: "For example region.contains('广东')" },
  }),
  conditionAsValue: (text: string): Complaint => ({
    code: 'wrong_type',
    message: {
      zh: `${text} 本身已经是条件，不能再拿来比较或计算`,
      en: `${text} is a condition already and cannot be compared or calculated with`,
    },
    hint: {
      zh: '用 && 、|| 、! 组合条件；范围写成 a >= 1 && a <= 5',
      en: 'Join conditions with &&, || and !; a range is a >= 1 && a <= 5',
    },
  }),
  neverEmpty: (metric: MetricDefinition): Complaint => ({
    code: 'wrong_type',
    message: {
      zh: `${named(metric)} 总是有值，不会是 null`,
      en: `${metric.name} always has a value and is never null`,
    },
    hint:
      metric.type === 'int'
        ? { zh: `改成和 0 比较：${metric.name} == 0`, en: `Compare it with 0: ${metric.name} == 0` }
        : { zh: '去掉这个条件', en: 'Leave this condition out' },
  }),
  misplacedNull: (): Complaint => ({
    code: 'wrong_type',
    message: {
      zh: 'null 只能写在 == 或 != 的一边，另一边是可以为空的指标',
      en: 'null only goes on one side of == or !=, with a metric that may be empty on the other',
    },
    hint: {
      zh: '例如 days_since_last_order == null（从未下单）',
      en: 'For example days_since_last_order == null (never ordered)',
    },
  }),
  nothingRead: (text: string): Complaint => ({
    code: 'unsupported',
    message: { zh: `${text} 里没有指标，结果永远一样`, en: `${text} names no metric, so it never changes` },
    hint: {
      zh: '加上要比较的指标；要匹配所有人请写 true',
      en: 'Name the metric to compare; to match everyone write true',
    },
  }),
  decimal: (): Complaint => ({
    code: 'wrong_type',
    message: { zh: '只能写整数', en: 'Only whole numbers are allowed' },
    hint: {
      zh: '金额以分为单位（12.5 元写 1250）；比例写成 a * 10 >= b * 3',
      en: 'Money is in cents (12.5 yuan is 1250); write a ratio as a * 10 >= b * 3',
    },
  }),
  strangeLiteral: (): Complaint => ({
    code: 'unsupported',
    message: { zh: '这种写法的值不支持', en: 'This kind of literal is not supported' },
    hint: { zh: "只能写整数、'文本'、true、false、null", en: "Only whole numbers, 'texts', true, false and null" },
  }),
  strangeText: (): Complaint => ({
    code: 'unsupported',
    message: { zh: '文本里有不可用的字符', en: 'The text holds a character that cannot be stored' },
    hint: { zh: '去掉空字符（\\u0000）和残缺的字符', en: 'Remove NUL (\\u0000) and broken characters' },
  }),
  tooBig: (): Complaint => ({
    code: 'number_range',
    message: {
      zh: '数字或计算结果可能超出可精确表示的范围',
      en: 'The number, or what the calculation may come to, is too big to be exact',
    },
    hint: {
      zh: '指标只能和较小的常数相乘（小于 8192），不能和指标相乘',
      en: 'Multiply a metric by a small constant (under 8192) only, never by another metric',
    },
  }),
  divisionByZero: (): Complaint => ({
    code: 'number_range',
    message: { zh: '不能除以 0', en: 'Division by 0' },
    hint: { zh: '换一个除数', en: 'Use another divisor' },
  }),
  tagsUse: (): Complaint => ({
    code: 'unsupported',
    message: { zh: "tags 只能这样用：'标签名' in tags", en: "tags is only used as: 'name' in tags" },
    hint: {
      zh: "例如 '高价值' in tags，没有这个标签写 !('高价值' in tags)",
      en: "For example 'vip' in tags, or !('vip' in tags)",
    },
  }),
  segmentUse: (): Complaint => ({
    code: 'unsupported',
    message: {
      zh: "in_segment 里写一个带引号的分群 key：in_segment('key')",
      en: "in_segment takes the key of a segment in quotes: in_segment('key')",
    },
    hint: {
      zh: "例如 in_segment('quiet_payers')，不在里面写 !in_segment('quiet_payers')",
      en: "For example in_segment('quiet_payers'), or !in_segment('quiet_payers')",
    },
  }),
  unknownSegment: (key: string, near: string | undefined, known: readonly string[]): Complaint => ({
    code: 'unknown_value',
    message: { zh: `没有分群「${key}」`, en: `There is no segment “${key}”` },
    hint: near
      ? { zh: `是不是想写 ${near}？`, en: `Did you mean ${near}?` }
      : known.length > 0
        ? { zh: `现有分群：${known.slice(0, 10).join('、')}`, en: `Segments: ${known.slice(0, 10).join(', ')}` }
        : { zh: '还没有分群，先在 segments 里写一个', en: 'There are no segments yet: write one in segments first' },
  }),
  listUse: (): Complaint => ({
    code: 'unsupported',
    message: {
      zh: '列表只能写在 in 的右边，里面是同一种常量，不能为空',
      en: 'A list only goes on the right of in, holds constants of one type, and is not empty',
    },
    hint: { zh: "例如 tier in ['member', 'loyal']", en: "For example tier in ['member', 'loyal']" },
  }),
  functionCall: (name: string): Complaint => ({
    code: 'unsupported',
    message: { zh: `不支持函数 ${name}()`, en: `The function ${name}() is not supported` },
    hint: ALLOWED,
  }),
  textArgument: (name: string): Complaint => ({
    code: 'unsupported',
    message: { zh: `.${name}() 里要写一个带引号的文本`, en: `.${name}() takes one quoted text` },
    hint: { zh: `例如 region.${name}('广东')`, en: `For example region.${name}('广东')` },
  }),
  construct: (what: string): Complaint => ({
    code: 'unsupported',
    message: { zh: `不支持这种写法：${what}`, en: `Not supported here: ${what}` },
    hint: ALLOWED,
  }),
  differentBranches: (): Complaint => ({
    code: 'wrong_type',
    message: { zh: '?: 的两个结果必须是同一种类型', en: 'Both results of ?: must have the same type' },
    hint: {
      zh: '例如 (orders_total > 0 ? spend_total_cents / orders_total : 0) >= 10000',
      en: 'For example (orders_total > 0 ? spend_total_cents / orders_total : 0) >= 10000',
    },
  }),
  refusedByChecker: (summary: string): Complaint => ({
    code: 'unsupported',
    message: { zh: `规则没有通过类型检查：${summary}`, en: `The rule did not pass the type check: ${summary}` },
    hint: ALLOWED,
  }),
} as const;
