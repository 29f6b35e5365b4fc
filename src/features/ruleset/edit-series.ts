import type { LocalizedText } from '../../domain/localized-text.js';
import { changesCare, stepAfterEdit, type SeriesChoice } from '../../domain/series/edit-series.js';
import { seriesOf, type SeriesRules } from '../../domain/series/series.js';
import type { Sql } from '../../platform/database/sql.js';
import { memberSeriesStore, type SeriesPlace } from '../members/member-series.store.js';
import type { CompiledRules } from './compile-rules.js';
import { keptSeries, type BrokenSeries } from './series-in-force.js';

/** What happens to the members of each edited series, by its key; or one choice for all. */
export type SeriesChoices = SeriesChoice | Readonly<Record<string, SeriesChoice>>;

/** Members at one step of a series that an edit changes. */
export interface EditedPlace extends SeriesPlace {
  /** The step at which they go on in the new version; null when the series ends for them. */
  readonly to: string | null;
}

/** A series that an edit changes for members who are in it. */
export interface EditedSeries {
  readonly key: string;
  readonly label: LocalizedText;
  /** The new version has no such series. */
  readonly isRemoved: boolean;
  readonly members: number;
  readonly places: readonly EditedPlace[];
}

/** The series that other rules would change for members who are in them. */
export async function editedSeries(sql: Sql, before: SeriesRules, after: CompiledRules): Promise<EditedSeries[]> {
  const places = await memberSeriesStore.places(sql);
  const current = after.rules.series?.current ?? [];
  return [...new Set(places.map(({ series }) => series))].flatMap((key) => {
    const to = current.find((series) => series.key === key);
    const own = places.filter(({ series }) => series === key);
    const froms = own.map((place) => ({ place, from: seriesOf(before, place) }));
    // Members who finish an earlier version are asked about again only when the version in force changes.
    const inForce = before.current.find((series) => series.key === key);
    const isChanged = inForce === undefined ? to !== undefined : changesCare(inForce, to);
    if (!isChanged) return [];
    const label = to?.label ?? froms.find(({ from }) => from)?.from?.label ?? { zh: key, en: key };
    const edited = froms.map(({ place, from }) => ({
      ...place,
      to: from ? stepAfterEdit(from, place.step, to) : null,
    }));
    const members = edited.reduce((sum, place) => sum + place.members, 0);
    return [{ key, label, isRemoved: !to, members, places: edited }];
  });
}

const choiceFor = (key: string, choices: SeriesChoices | undefined): SeriesChoice | undefined =>
  typeof choices === 'object' ? choices[key] : choices;

/** The edited series for which nobody has said what happens to their members. */
export const undecided = (edited: readonly EditedSeries[], choices: SeriesChoices | undefined): EditedSeries[] =>
  edited.filter(({ key }) => choiceFor(key, choices) === undefined);

/** Applies the choices to the members. `version`: of the document that is being published. */
export async function applyChoices(
  tx: Sql,
  edited: readonly EditedSeries[],
  {
    choices,
    version,
    now,
  }: { readonly choices: SeriesChoices | undefined; readonly version: number; readonly now: number },
): Promise<void> {
  for (const { key, places } of edited) {
    const choice = choiceFor(key, choices);
    if (choice === undefined || choice === 'keep') continue;
    for (const place of places) {
      if (choice === 'end' || place.to === null) await memberSeriesStore.end(tx, place, now);
      else await memberSeriesStore.moveOn(tx, place, { version, step: place.to }, now);
    }
  }
}

/** Versions that members would still finish and that no longer compile with these rules. */
export async function brokenSeries(
  tx: Sql,
  after: CompiledRules,
  {
    edited,
    choices,
    version,
  }: {
    readonly edited: readonly EditedSeries[];
    readonly choices: SeriesChoices | undefined;
    readonly version: number;
  },
): Promise<readonly BrokenSeries[]> {
  const isOver = ({ series }: SeriesPlace): boolean =>
    edited.some(({ key }) => key === series && choiceFor(key, choices) !== 'keep');
  const places = (await memberSeriesStore.places(tx)).filter((place) => place.version !== version && !isOver(place));
  const current = after.rules.series?.current ?? [];
  return (await keptSeries(tx, places, { current, vocabulary: after.vocabulary, tags: after.rules.tags })).broken;
}
