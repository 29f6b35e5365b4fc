import type { RuleGroupType } from 'react-querybuilder';

/** The query with another value in the first comparison of a metric with a number. */
export function withCut(query: RuleGroupType, metric: string, value: number): RuleGroupType {
  let isDone = false;
  const inGroup = (group: RuleGroupType): RuleGroupType => ({
    ...group,
    rules: group.rules.map((rule) => {
      if ('rules' in rule) return inGroup(rule);
      if (isDone || rule.field !== metric || typeof rule.value !== 'number' || rule.valueSource === 'field')
        return rule;
      isDone = true;
      return { ...rule, value };
    }),
  });
  return inGroup(query);
}

/** The text with another number in the first comparison of a metric with a number. */
export const textWithCut = (text: string, metric: string, value: number): string =>
  text.replace(
    new RegExp(`(\\b${metric}\\s*(?:>=|<=|==|!=|>|<)\\s*)\\d+`, 'u'),
    (_, head: string) => `${head}${value}`,
  );
