import type { EChartsCoreOption } from 'echarts/core';
import { useMemo } from 'react';
import type { ReplayReport as Report } from '../../api/replays.js';
import { Chart } from '../../components/chart.js';
import { useTierName } from '../../components/corp.js';
import { count } from '../../components/figures.js';
import { MemberLink } from '../../components/member-link.js';
import { useTexts, type Texts } from '../../i18n/i18n.js';
import { palette, tones } from '../../theme/palette.js';
import { sansFont } from '../../theme/theme.js';
import { FlowTable, ReportPart } from './report-part.js';
import styles from './rules.module.css';

const DAY_MS = 86_400_000;
/** Days count from 1970-01-01 in the corp's zone: `03/02`. */
const dayText = (day: number): string => new Date(day * DAY_MS).toISOString().slice(5, 10).replace('-', '/');
const sum = (numbers: readonly number[]): number => numbers.reduce((all, n) => all + n, 0);

function optionOf(days: Report['days'], { t }: Texts): EChartsCoreOption {
  const quiet = { color: palette.inkFaint, fontSize: 11 };
  const bar = (name: string, color: string, data: readonly number[]) => ({
    ...{ name, type: 'bar', stack: 'moves', barMaxWidth: 10, data, itemStyle: { color } },
  });
  return {
    textStyle: { fontFamily: sansFont },
    animationDuration: 400,
    legend: {
      ...{ right: 0, top: 0, itemWidth: 10, itemHeight: 10, icon: 'roundRect' },
      textStyle: { color: palette.inkSoft, fontSize: 12 },
    },
    grid: { left: 40, right: 12, top: 34, bottom: 22 },
    tooltip: { trigger: 'axis', borderColor: palette.line, textStyle: { color: palette.ink, fontSize: 12.5 } },
    xAxis: {
      type: 'category',
      data: days.map(({ day }) => dayText(day)),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: palette.line } },
      axisLabel: quiet,
    },
    yAxis: {
      ...{ type: 'value', minInterval: 1, splitNumber: 3, axisLabel: quiet },
      splitLine: { lineStyle: { color: palette.lineSoft } },
    },
    series: [
      bar(
        t('replay.up'),
        tones.jade.fill,
        days.map(({ up }) => up),
      ),
      bar(
        t('replay.down'),
        tones.clay.fill,
        days.map(({ down }) => -down),
      ),
      {
        ...{ name: t('replay.really'), type: 'line', showSymbol: false },
        data: days.map(({ really }) => really.up - really.down),
        lineStyle: { color: tones.slate.fill, width: 1.5, type: 'dashed' },
        itemStyle: { color: tones.slate.fill },
      },
    ],
  };
}

/** What the rules would have done over the last days, beside what was really decided. */
export function ReplayReport({ report }: { readonly report: Report }) {
  const texts = useTexts();
  const { t, say } = texts;
  const option = useMemo(() => optionOf(report.days, texts), [report.days, texts]);
  const { days, swinging, caps } = report;
  const times = (n: number): string => t('replay.times', { n: count(n) });
  const of = (pick: (day: Report['days'][number]) => number): string => count(sum(days.map(pick)));
  const rows: readonly (readonly [string, string])[] = [
    [t('replay.moves'), t('replay.upDown', { up: of(({ up }) => up), down: of(({ down }) => down) })],
    [
      t('replay.reallyMoved'),
      t('replay.upDown', { up: of(({ really }) => really.up), down: of(({ really }) => really.down) }),
    ],
    [t('replay.held'), of(({ held }) => held)],
    [t('replay.messages'), of(({ messages }) => messages)],
    ...caps.map(({ label, n }) => [t('replay.capped', { why: say(label) }), count(n)] as const),
  ];
  return (
    <>
      <p className={styles.headline} role="status">
        {t('replay.headline', { from: dayText(report.from), to: dayText(report.to), n: count(report.replayed) })}
      </p>
      {report.replayed < report.members && (
        <p className="faint">{t('replay.sampled', { n: count(report.replayed), members: count(report.members) })}</p>
      )}
      <Chart option={option} height={220} />
      <ReportPart title={t('replay.figures')}>
        <table className={styles.table}>
          <tbody>
            {rows.map(([name, figure]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td className="figures">{figure}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ReportPart>
      <FlowTable title={t('replay.atStart')} flows={report.atStart} nText={times} />
      <FlowTable title={t('replay.flows')} flows={report.flows} nText={times} />
      {swinging.n > 0 && <Swinging swinging={swinging} />}
      <p className="faint">{t('replay.limits')}</p>
    </>
  );
}

function Swinging({ swinging }: { readonly swinging: Report['swinging'] }) {
  const { t } = useTexts();
  const tierName = useTierName();
  return (
    <ReportPart title={t('replay.swinging', { n: count(swinging.n) })}>
      <ul className={styles.swinging}>
        {swinging.items.map(({ member, changes, heldOn }) => (
          <li key={member.id}>
            <MemberLink id={member.id} name={member.name} />
            <span>
              {changes.map(({ day, to }) => `${dayText(day)} ${tierName(to)}`).join(' → ')}
              {heldOn !== null && <em> · {t('replay.heldOn', { day: dayText(heldOn) })}</em>}
            </span>
          </li>
        ))}
      </ul>
    </ReportPart>
  );
}
