import type { EChartsCoreOption } from 'echarts/core';
import { useMemo } from 'react';
import type { WeekDay } from '../../api/home.js';
import { Chart } from '../../components/chart.js';
import { useIsPhone } from '../../components/use-media.js';
import { useTexts, type Texts } from '../../i18n/i18n.js';
import { palette, tones } from '../../theme/palette.js';
import { sansFont } from '../../theme/theme.js';

function optionOf(week: readonly WeekDay[], { t, locale }: Texts, isPhone: boolean): EChartsCoreOption {
  const weekday = new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' });
  const days = week.map(({ day }) => `${weekday.format(Date.parse(day))}\n${day.slice(5).replace('-', '/')}`);
  const axis = (index: number) => ({
    type: 'category',
    gridIndex: index,
    data: days,
    axisTick: { show: false },
    axisLine: { show: index === 0, lineStyle: { color: palette.line } },
    axisLabel: { color: palette.inkFaint, fontSize: 11, lineHeight: 15, interval: 0 },
  });
  const value = (index: number) => ({
    type: 'value',
    gridIndex: index,
    minInterval: 1,
    splitNumber: 3,
    axisLabel: { color: palette.inkFaint, fontSize: 11, formatter: (n: number) => String(Math.abs(n)) },
    splitLine: { lineStyle: { color: palette.lineSoft } },
  });
  /** Negative figures hang down from the axis. */
  const bars = (name: string, color: string, index: number, data: readonly number[]) => ({
    name,
    type: 'bar',
    xAxisIndex: index,
    yAxisIndex: index,
    data: [...data],
    barMaxWidth: 16,
    itemStyle: { color, borderRadius: data.some((figure) => figure < 0) ? [0, 0, 4, 4] : [4, 4, 0, 0] },
    ...(index === 1 ? { stack: 'flow' } : {}),
  });
  const heading = (text: string, left: string | number, top: number) => ({
    text,
    left,
    top,
    textStyle: { fontSize: 12.5, fontWeight: 500, color: palette.inkSoft },
  });
  return {
    textStyle: { fontFamily: sansFont },
    animationDuration: 400,
    title: isPhone
      ? [heading(t('home.weekDone'), 0, 0), heading(t('home.weekFlow'), 0, 212)]
      : [heading(t('home.weekDone'), 0, 0), heading(t('home.weekFlow'), '52%', 0)],
    legend: [
      {
        data: [t('home.weekSent'), t('home.weekMoves')],
        ...(isPhone ? { right: 0, top: 0 } : { right: '52%', top: 0 }),
      },
      { data: [t('home.weekUp'), t('home.weekDown')], right: 0, top: isPhone ? 212 : 0 },
    ].map((legend) => ({
      ...legend,
      itemWidth: 10,
      itemHeight: 10,
      itemGap: 12,
      icon: 'roundRect',
      textStyle: { color: palette.inkSoft, fontSize: 12 },
    })),
    grid: isPhone
      ? [
          { left: 30, right: 4, top: 34, height: 118 },
          { left: 30, right: 4, top: 246, height: 118 },
        ]
      : [
          { left: 30, right: '52%', top: 38, bottom: 40 },
          { left: '54.5%', right: 4, top: 38, bottom: 40 },
        ],
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'shadow', shadowStyle: { color: 'rgba(23,35,30,0.05)' } },
      valueFormatter: (n: unknown) => String(Math.abs(Number(n))),
      borderColor: palette.line,
      textStyle: { color: palette.ink, fontSize: 12.5 },
    },
    xAxis: [axis(0), axis(1)],
    yAxis: [value(0), value(1)],
    series: [
      bars(
        t('home.weekSent'),
        tones.jade.fill,
        0,
        week.map(({ sent }) => sent),
      ),
      bars(
        t('home.weekMoves'),
        tones.teal.fill,
        0,
        week.map(({ done }) => done),
      ),
      bars(
        t('home.weekUp'),
        tones.jade.fill,
        1,
        week.map(({ up }) => up),
      ),
      bars(
        t('home.weekDown'),
        tones.crimson.fill,
        1,
        week.map(({ down }) => -down),
      ),
    ],
  };
}

export function WeekChart({ week }: { readonly week: readonly WeekDay[] }) {
  const texts = useTexts();
  const isPhone = useIsPhone();
  const option = useMemo(() => optionOf(week, texts, isPhone), [week, texts, isPhone]);
  return <Chart option={option} height={isPhone ? 410 : 230} />;
}
