import type { EChartsCoreOption } from 'echarts/core';
import { useMemo } from 'react';
import { places, type Placement } from '../../api/placement.js';
import { Chart } from '../../components/chart.js';
import { useSession, useTierName } from '../../components/corp.js';
import { palette } from '../../theme/palette.js';
import { sansFont } from '../../theme/theme.js';
import { toneOfTier } from '../../theme/tones-of.js';

interface Line {
  readonly name: string;
  readonly color: string;
  /** Percent in the right group on each day; null on a day without members. */
  readonly shares: readonly (number | null)[];
}

function optionOf(days: readonly string[], lines: readonly Line[]): EChartsCoreOption {
  const quiet = { color: palette.inkFaint, fontSize: 11 };
  return {
    textStyle: { fontFamily: sansFont },
    animationDuration: 400,
    legend: { right: 0, top: 0, itemWidth: 10, itemHeight: 10, textStyle: { color: palette.inkSoft, fontSize: 12 } },
    grid: { left: 40, right: 12, top: 34, bottom: 22 },
    tooltip: { trigger: 'axis', borderColor: palette.line, textStyle: { color: palette.ink, fontSize: 12.5 } },
    xAxis: {
      type: 'category',
      data: days.map((day) => day.slice(5).replace('-', '/')),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: palette.line } },
      axisLabel: quiet,
    },
    yAxis: {
      type: 'value',
      max: 100,
      interval: 25,
      axisLabel: { ...quiet, formatter: '{value}%' },
      splitLine: { lineStyle: { color: palette.lineSoft } },
    },
    series: lines.map(({ name, color, shares }) => ({
      name,
      type: 'line',
      showSymbol: false,
      data: shares,
      lineStyle: { color, width: 2 },
      itemStyle: { color },
    })),
  };
}

/** The share of members in the right group, a line for each tier. */
export function TrendChart({ trend }: { readonly trend: Placement['trend'] }) {
  const { tiers } = useSession();
  const tierName = useTierName();
  const option = useMemo(() => {
    const days = [...new Set(trend.map(({ day }) => day))];
    const lines = tiers.map(({ key, color }): Line => ({
      name: tierName(key),
      color: toneOfTier(key, color).fill,
      shares: days.map((day) => {
        const row = trend.find((one) => one.day === day && one.tier === key);
        const sum = row ? places.reduce((total, place) => total + row[place], 0) : 0;
        return row && sum > 0 ? Math.round((row.right * 100) / sum) : null;
      }),
    }));
    return optionOf(days, lines);
  }, [trend, tiers, tierName]);
  return <Chart option={option} height={190} />;
}
