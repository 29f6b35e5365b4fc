import { SankeyChart } from 'echarts/charts';
import { use as register, type EChartsCoreOption } from 'echarts/core';
import { useMemo } from 'react';
import type { RulesReport } from '../../api/dry-runs.js';
import { Chart } from '../../components/chart.js';
import { useSession, useTierName } from '../../components/corp.js';
import { count } from '../../components/figures.js';
import { useTexts } from '../../i18n/i18n.js';
import { palette } from '../../theme/palette.js';
import { sansFont } from '../../theme/theme.js';
import { toneOfTier } from '../../theme/tones-of.js';

register([SankeyChart]);

/** Who moves from which tier to which. Those who stay are drawn thin, or they would hide the others. */
export function FlowChart({ flows }: { readonly flows: RulesReport['flows'] }) {
  const { tiers } = useSession();
  const tierName = useTierName();
  const { t } = useTexts();
  const option = useMemo((): EChartsCoreOption => {
    const moved = flows.filter(({ from, to }) => from !== to);
    const widest = Math.max(1, ...moved.map(({ n }) => n));
    const colorOf = (key: string | null): string => toneOfTier(key, tiers.find((tier) => tier.key === key)?.color).fill;
    // A tier stands on both sides, because the chart allows no circle: up and down at the same time would be one.
    const nodes = new Map<string, { readonly name: string; readonly depth: number; readonly key: string | null }>();
    const node = (side: 'from' | 'to', key: string | null): string => {
      const name = `${side}:${key ?? ''}`;
      nodes.set(name, { name, depth: side === 'from' ? 0 : 1, key });
      return name;
    };
    const links = flows.map(({ from, to, n }) => ({
      source: node('from', from),
      target: node('to', to),
      value: from === to ? Math.min(n, widest) : n,
      people: n,
      lineStyle: { color: colorOf(to), opacity: from === to ? 0.14 : 0.5 },
    }));
    return {
      textStyle: { fontFamily: sansFont },
      tooltip: {
        borderColor: palette.line,
        formatter: ({
          dataType,
          data,
        }: {
          dataType?: string;
          data: { source: string; target: string; people: number };
        }) =>
          dataType === 'edge'
            ? `${tierName(keyOf(data.source))} → ${tierName(keyOf(data.target))}：${count(data.people)}`
            : '',
      },
      series: [
        {
          type: 'sankey',
          ...{ left: 8, right: 96, top: 8, bottom: 8, nodeWidth: 10, nodeGap: 14, draggable: false },
          emphasis: { focus: 'adjacency' },
          data: [...nodes.values()].map(({ name, depth, key }) => ({
            name,
            depth,
            itemStyle: { color: colorOf(key) },
          })),
          links,
          label: {
            color: palette.ink,
            fontSize: 12,
            formatter: ({ name }: { name: string }) =>
              keyOf(name) === null ? t('flow.without') : tierName(keyOf(name)),
          },
        },
      ],
    };
  }, [flows, tiers, tierName, t]);
  return <Chart option={option} height={240} />;
}

const keyOf = (node: string): string | null => node.slice(node.indexOf(':') + 1) || null;
