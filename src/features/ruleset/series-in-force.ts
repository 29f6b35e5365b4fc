import { keptName, type Series, type SeriesRules } from '../../domain/series/series.js';
import { changesCare } from '../../domain/series/edit-series.js';
import { readYaml } from '../../platform/config/config-files.js';
import type { Sql } from '../../platform/database/sql.js';
import { memberSeriesStore, type SeriesPlace } from '../members/member-series.store.js';
import type { CompiledRules } from './compile-rules.js';
import { fileOf } from './documents.js';
import { RuleFile } from './rule-file.js';
import { ruleDocumentStore } from './rule-document.store.js';
import { readSeries, seriesFile } from './series.js';

/** An earlier version of a series that members still finish and that does not compile with the rules as they are now. */
export interface BrokenSeries {
  readonly series: string;
  readonly version: number;
}

/** The series of these rules as the stored document stands, with the earlier versions that members still finish. */
export async function seriesInForce(sql: Sql, { rules, vocabulary }: CompiledRules): Promise<SeriesRules> {
  const current = rules.series?.current ?? [];
  const version = await ruleDocumentStore.newestVersion(sql, 'series');
  const places = await memberSeriesStore.places(sql);
  const earlier = places.filter((place) => place.version !== version);
  const { kept } = await keptSeries(sql, earlier, { current, vocabulary, tags: rules.tags });
  return { version, current, kept, isInUse: places.length > 0 || current.some(({ enabled }) => enabled) };
}

type Known = Pick<CompiledRules, 'vocabulary'> & { readonly current: readonly Series[] } & Pick<
    CompiledRules['rules'],
    'tags'
  >;

/** The earlier versions at these places that treat their members otherwise than the version in force. */
export async function keptSeries(
  sql: Sql,
  places: readonly Pick<SeriesPlace, 'series' | 'version'>[],
  known: Known,
): Promise<{ readonly kept: ReadonlyMap<string, Series>; readonly broken: readonly BrokenSeries[] }> {
  const kept = new Map<string, Series>();
  const broken: BrokenSeries[] = [];
  for (const version of new Set(places.map((place) => place.version))) {
    const series = await readVersion(sql, version, known);
    for (const key of new Set(places.flatMap((place) => (place.version === version ? [place.series] : [])))) {
      const one = series.find((candidate) => candidate.key === key);
      const inForce = known.current.find((candidate) => candidate.key === key);
      if (!one) broken.push({ series: key, version });
      else if (changesCare(one, inForce)) kept.set(keptName(key, version), one);
    }
  }
  return { kept, broken };
}

/** The series of an earlier version that compile. */
async function readVersion(sql: Sql, version: number, { vocabulary, tags }: Known): Promise<readonly Series[]> {
  const stored = await ruleDocumentStore.version(sql, 'series', version);
  const read = stored && readYaml(fileOf('series'), stored.text, seriesFile);
  if (!read?.ok) return [];
  return readSeries(new RuleFile(fileOf('series'), read, []), { vocabulary, ruleTags: tags }).series;
}
