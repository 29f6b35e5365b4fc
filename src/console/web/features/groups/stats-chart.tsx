import type { EChartsCoreOption } from 'echarts/core';
import { useMemo } from 'react';
import type { DayOfGroups } from '../../api/groups.js';
import { Chart } from '../../components/chart.js';
import { useTexts, type Texts } from '../../i18n/i18n.js';
import { palette, tones } from '../../theme/palette.js';
import { sansFont } from '../../theme/theme.js';

function optionOf(days: readonly DayOfGroups[], { t }: Texts): EChartsCoreOption {
  const quiet = { color: palette.inkFaint, fontSize: 11 };
  return {
    textStyle: { fontFamily: sansFont },
    animationDuration: 400,
    legend: {
      right: 0,
      top: 0,
      itemWidth: 10,
      itemHeight: 10,
      icon: 'roundRect',
      textStyle: { color: palette.inkSoft, fontSize: 12 },
    },
    grid: { left: 36, right: 40, top: 34, bottom: 22 },
    tooltip: { trigger: 'axis', borderColor: palette.line, textStyle: { color: palette.ink, fontSize: 12.5 } },
    xAxis: {
      type: 'category',
      data: days.map(({ day }) => day.slice(5).replace('-', '/')),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: palette.line } },
      axisLabel: quiet,
    },
    yAxis: [
      {
        type: 'value',
        minInterval: 1,
        splitNumber: 3,
        axisLabel: quiet,
        splitLine: { lineStyle: { color: palette.lineSoft } },
      },
      { type: 'value', minInterval: 1, splitNumber: 3, axisLabel: quiet, splitLine: { show: false } },
    ],
    series: [
      {
        name: t('groupStats.messages'),
        type: 'bar',
        barMaxWidth: 14,
        data: days.map(({ messages }) => messages),
        itemStyle: { color: tones.teal.fill, borderRadius: [4, 4, 0, 0] },
      },
      {
        name: t('groupStats.people'),
        type: 'line',
        yAxisIndex: 1,
        showSymbol: false,
        data: days.map(({ people }) => people),
        lineStyle: { color: tones.amber.fill, width: 2 },
        itemStyle: { color: tones.amber.fill },
      },
    ],
  };
}

export function StatsChart({ days }: { readonly days: readonly DayOfGroups[] }) {
  const texts = useTexts();
  const option = useMemo(() => optionOf(days, texts), [days, texts]);
  return <Chart option={option} height={200} />;
}
