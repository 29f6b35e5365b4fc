import { readFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { metrics, metricSections, type MetricDefinition } from '../../src/domain/metrics/index.js';
import { metricMeaning } from '../../src/insights/words/metric-words.js';

type Language = 'zh' | 'en';

const heads: Readonly<Record<Language, string>> = {
  zh: '| 名字 | 标签 | 含义 |\n| --- | --- | --- |',
  en: '| name | label | meaning |\n| --- | --- | --- |',
};

/** One row for a metric; one for a count with its windows. */
function rowsOf(listed: readonly MetricDefinition[], language: Language): string[] {
  const rows = new Map<string, { readonly names: string[]; readonly label: string; readonly meaning: string }>();
  for (const metric of listed) {
    const { name, family, label, meaning } = metric;
    const row = rows.get(family?.stem ?? name) ?? {
      names: [],
      label: (family?.label ?? label)[language],
      meaning: (family ? meaning! : metricMeaning(metric))[language],
    };
    row.names.push(`\`${name}\``);
    rows.set(family?.stem ?? name, row);
  }
  return [...rows.values()].map(({ names, label, meaning }) => `| ${names.join(' ')} | ${label} | ${meaning} |`);
}

const tables = (language: Language): string =>
  Object.entries(metricSections)
    .flatMap(([section, label]) => {
      const rows = rowsOf(
        metrics.filter((metric) => metric.section === section),
        language,
      );
      return rows.length === 0 ? [] : [`## ${label[language]}`, [heads[language], ...rows].join('\n')];
    })
    .join('\n\n');

const files: Readonly<Record<Language, string>> = { en: 'docs/metrics.md', zh: 'docs/zh/metrics.md' };
const BEGIN = '<!-- tables -->';

describe.each(['en', 'zh'] as const)('the list of metrics (%s)', (language) => {
  it('has every metric with its label and meaning; `vitest -u` writes it anew', async () => {
    const path = files[language];
    const intro = (await readFile(path, 'utf8')).split(BEGIN)[0]!;
    const text = `${intro}${BEGIN}\n\n${tables(language)}\n`;
    const formatted = await format(text, { ...(await resolveConfig(path)), filepath: path });
    await expect(formatted).toMatchFileSnapshot(`../../${path}`);
  });
});
