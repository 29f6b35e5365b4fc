import { z } from 'zod';
import type { LocalizedText } from '../domain/localized-text.js';
import {
  keptName,
  type Series,
  type SeriesEnd,
  type SeriesRules,
  type SeriesState,
  type Step,
  type StepTime,
} from '../domain/series/series.js';
import { clockText } from '../domain/day.js';
import { storedOr } from '../platform/database/stored-json.js';
import type { Sql } from '../platform/database/sql.js';
import { memberName, templateNames } from './names.js';
import { conditionWords } from './words/condition-words.js';
import type { TierLabel } from './words/value-words.js';

interface StepView {
  readonly key: string;
  /** What it does, and when. */
  readonly words: LocalizedText;
  readonly when: LocalizedText;
  /** Only for whom; null for everybody. */
  readonly onlyIf: LocalizedText | null;
  /** Of a step that sends: the key of the template. */
  readonly template: string | null;
  /** Members who are at it now, who have reached it, and for whom it is done or passed over. */
  readonly here: number;
  readonly reached: number;
  readonly passed: number;
}

export interface SeriesView {
  readonly key: string;
  readonly label: LocalizedText;
  readonly enabled: boolean;
  readonly enter: LocalizedText;
  readonly exit: LocalizedText | null;
  readonly entered: number;
  readonly inside: number;
  readonly ended: readonly { readonly end: SeriesEnd; readonly label: LocalizedText; readonly members: number }[];
  readonly steps: readonly StepView[];
  /** Members at a step of an earlier version that has another name or is gone. */
  readonly elsewhere: readonly { readonly step: string; readonly members: number }[];
}

export const seriesEndLabels: Readonly<Record<SeriesEnd, LocalizedText>> = {
  done: { zh: '走完了', en: 'went through' },
  exit: { zh: '满足离开条件', en: 'met the exit' },
  waited: { zh: '等的事没有发生', en: 'what was waited for did not come' },
  opted_out: { zh: '退订', en: 'opted out' },
  left: { zh: '离开了群和好友', en: 'left' },
  edited: { zh: '改系列时结束', en: 'ended by an edit' },
  removed: { zh: '系列被删', en: 'the series was removed' },
};

/** Every series with its steps, and how many members are where or how they ended. */
export async function seriesOverview(
  sql: Sql,
  { series, tierLabel }: { readonly series: SeriesRules; readonly tierLabel: TierLabel },
): Promise<SeriesView[]> {
  const names = await templateNames(sql);
  const ways = await waysOf(sql);
  return series.current.map((one) =>
    view(
      one,
      ways.filter((way) => way.series === one.key),
      { names, tierLabel },
    ),
  );
}

/** Members who went the same way through a series: the steps behind them, and how it ended (null: not yet). */
interface SeriesWay {
  readonly series: string;
  readonly step: string | null;
  readonly done: readonly string[];
  readonly ended: SeriesEnd | null;
  readonly members: number;
}

async function waysOf(sql: Sql): Promise<SeriesWay[]> {
  const rows = await sql.all<{ series: string; step: string | null; done: string; ended: SeriesEnd | null; n: number }>(
    'SELECT series, step, done, ended, COUNT(*) AS n FROM member_series GROUP BY series, step, done, ended',
  );
  return rows.map(({ done, n, ...row }) => ({
    ...row,
    done: storedOr(done, z.array(z.string()), []),
    members: Number(n),
  }));
}

export interface MemberAtStep {
  readonly id: number;
  readonly name: string;
  /** Since when they are at the step, and when time alone changes something; epoch ms. */
  readonly since: number;
  readonly dueAt: number | null;
  /** Of the document under which they go through it. */
  readonly version: number;
}

/** Members who are at a step, who waits longest first. */
export async function membersAtStep(
  sql: Sql,
  { series, step }: { readonly series: string; readonly step: string },
  limit: number,
): Promise<MemberAtStep[]> {
  const rows = await sql.all<{ id: number; name: string | null; since: number; due: number | null; version: number }>(
    `SELECT s.member_id AS id, m.name, s.step_at AS since, s.due_at AS due, s.version FROM member_series s
    JOIN member m ON m.id = s.member_id WHERE s.series = $1 AND s.step = $2 ORDER BY s.step_at, s.member_id LIMIT ${limit}`,
    [series, step],
  );
  return rows.map(({ id, name, since, due, version }) => ({
    ...{ id: Number(id), name: memberName({ id: Number(id), name }), since, dueAt: due, version: Number(version) },
  }));
}

interface Words {
  readonly names: ReadonlyMap<string, string>;
  readonly tierLabel: TierLabel;
}

function view(
  { key, label, enabled, enter, exit, steps }: Series,
  ways: readonly SeriesWay[],
  words: Words,
): SeriesView {
  const sum = (is: (way: SeriesWay) => boolean): number =>
    ways.reduce((all, way) => all + (is(way) ? way.members : 0), 0);
  const known = new Set(steps.map((step) => step.key));
  const elsewhere = new Map<string, number>();
  for (const { step, members } of ways)
    if (step !== null && !known.has(step)) elsewhere.set(step, (elsewhere.get(step) ?? 0) + members);
  return {
    ...{ key, label, enabled },
    enter: conditionWords(enter.condition, words.tierLabel),
    exit: exit && conditionWords(exit.condition, words.tierLabel),
    entered: sum(() => true),
    inside: sum(({ step }) => step !== null),
    ended: Object.entries(seriesEndLabels).flatMap(([code, ended]) => {
      const members = sum((way) => way.ended === code);
      return members === 0 ? [] : [{ end: code as SeriesEnd, label: ended, members }];
    }),
    steps: steps.map((step) => ({
      ...stepWords(step, words),
      here: sum((way) => way.step === step.key),
      reached: sum((way) => way.step === step.key || way.done.includes(step.key)),
      passed: sum((way) => way.done.includes(step.key)),
    })),
    elsewhere: [...elsewhere].map(([step, members]) => ({ step, members })),
  };
}

function stepWords({ key, time, onlyIf, deed }: Step, { names, tierLabel }: Words) {
  return {
    key,
    words: deedWords(deed, { names, tierLabel }),
    when: timeWords(time),
    onlyIf: onlyIf && conditionWords(onlyIf.condition, tierLabel),
    template: deed.kind === 'send' ? deed.template : null,
  };
}

function deedWords(deed: Step['deed'], { names, tierLabel }: Words): LocalizedText {
  switch (deed.kind) {
    case 'send': {
      const name = names.get(deed.template) ?? deed.template;
      return { zh: `发「${name}」`, en: `Send “${name}”` };
    }
    case 'tag':
      return deed.add
        ? { zh: `打上标签「${deed.name}」`, en: `Put the tag “${deed.name}” on` }
        : { zh: `去掉标签「${deed.name}」`, en: `Take the tag “${deed.name}” off` };
    case 'wait': {
      const until = conditionWords(deed.until.condition, tierLabel);
      return {
        zh: `等：${until.zh}，最多 ${deed.atMostDays} 天`,
        en: `Wait for: ${until.en}, at most ${deed.atMostDays} days`,
      };
    }
  }
}

function timeWords({ afterDays, afterHours, onDay, atMinute }: StepTime): LocalizedText {
  const at = atMinute === undefined ? '' : clockText(atMinute);
  const day =
    onDay !== undefined
      ? { zh: `进入后第 ${onDay} 天`, en: `day ${onDay} after entering` }
      : afterDays !== undefined
        ? { zh: `上一步后 ${afterDays} 天`, en: `${afterDays} days after the step before` }
        : afterHours !== undefined
          ? { zh: `上一步后 ${afterHours} 小时`, en: `${afterHours} hours after the step before` }
          : { zh: '接着', en: 'at once' };
  return at === '' ? day : { zh: `${day.zh} ${at}`, en: `${day.en} at ${at}` };
}

export interface MemberInSeries {
  readonly key: string;
  readonly label: LocalizedText;
  readonly enteredAt: number;
  /** The step they are at, in words; null after the end. */
  readonly step: LocalizedText | null;
  /** When time alone changes something; null: nothing is due. */
  readonly dueAt: number | null;
  readonly ended: LocalizedText | null;
  readonly endedAt: number | null;
}

/** In which series a member is, or was last. `states`: as stored. */
export async function seriesOfMember(
  sql: Sql,
  states: readonly SeriesState[],
  { series, tierLabel }: { readonly series: SeriesRules; readonly tierLabel: TierLabel },
): Promise<MemberInSeries[]> {
  if (states.length === 0) return [];
  const names = await templateNames(sql);
  return states.map((state) => {
    const kept = series.kept.get(keptName(state.series, state.version));
    const of = kept ?? series.current.find(({ key }) => key === state.series);
    const step = of?.steps.find(({ key }) => key === state.step);
    const plain = state.step === null ? null : { zh: state.step, en: state.step };
    return {
      key: state.series,
      label: of?.label ?? { zh: state.series, en: state.series },
      enteredAt: state.enteredAt,
      step: step ? deedWords(step.deed, { names, tierLabel }) : plain,
      dueAt: state.dueAt,
      ended: state.ended && seriesEndLabels[state.ended],
      endedAt: state.endedAt,
    };
  });
}
