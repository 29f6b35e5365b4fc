import { Button, Drawer, Segmented, Select, Skeleton } from 'antd';
import type { EChartsCoreOption } from 'echarts/core';
import { useMemo, useState } from 'react';
import type { Metric } from '../../api/metrics.js';
import { noteChosenCut, useThresholds, type Thresholds } from '../../api/rules.js';
import './scatter.js';
import { Chart } from '../../components/chart.js';
import { FaultNotice } from '../../components/fault-notice.js';
import { count, metricLabel, readValue } from '../../components/figures.js';
import { useTexts, type Texts } from '../../i18n/i18n.js';
import { palette, tones } from '../../theme/palette.js';
import { sansFont } from '../../theme/theme.js';
import styles from './rules.module.css';

interface Props {
  readonly open: boolean;
  /** The metrics that the condition reads. */
  readonly metrics: readonly Metric[];
  readonly onCut: (metric: string, value: number) => void;
  readonly onClose: () => void;
}

/** How a metric is spread over the members, and where it could be cut. A person picks; nothing is applied by itself. */
export function ThresholdsDrawer({ open, metrics, onCut, onClose }: Props) {
  const { t, say } = useTexts();
  const [picked, pick] = useState<string | null>(null);
  const [by, setBy] = useState<string | null>(null);
  const [classes, setClasses] = useState(3);
  const metric = metrics.find(({ name }) => name === picked) ?? metrics[0];
  const second = metrics.some(({ name }) => name === by) && by !== metric?.name ? by : null;
  const answer = useThresholds(
    open && metric ? { metric: metric.name, classes, ...(second === null ? {} : { by: second }) } : null,
  );
  const options = metrics.map(({ name, label }) => ({ value: name, label: metricLabel(name, say(label)) }));
  const use = (method: string, value: number): void => {
    if (!metric) return;
    // The cut is used even if the note about it could not be written.
    noteChosenCut({ metric: metric.name, method, cut: value, classes }).catch(() => undefined);
    onCut(metric.name, value);
  };
  return (
    <Drawer open={open} onClose={onClose} title={t('thresholds.title')} size="min(560px, 100vw)" destroyOnHidden>
      <p className={styles.lead}>{t('thresholds.lead')}</p>
      <div className={styles.choices}>
        <Select
          aria-label={t('builder.metric')}
          value={metric?.name ?? null}
          onChange={(name: string) => pick(name)}
          options={options}
        />
        <Segmented<number>
          aria-label={t('thresholds.classes')}
          value={classes}
          onChange={setClasses}
          options={[2, 3, 4, 5].map((n) => ({ value: n, label: t('thresholds.into', { n }) }))}
        />
        {metrics.length > 1 && (
          <Select
            allowClear
            aria-label={t('thresholds.by')}
            placeholder={t('thresholds.by')}
            value={second}
            onChange={(name?: string) => setBy(name ?? null)}
            options={options.filter(({ value }) => value !== metric?.name)}
          />
        )}
      </div>
      {answer.isError ? (
        <FaultNotice error={answer.error} retry={() => void answer.refetch()} />
      ) : answer.data && metric ? (
        <Distribution
          metric={metric}
          second={metrics.find(({ name }) => name === second)}
          thresholds={answer.data}
          onUse={use}
        />
      ) : (
        <Skeleton active paragraph={{ rows: 8 }} />
      )}
    </Drawer>
  );
}

const methods = ['quantiles', 'natural', 'natural_log'];

interface DistributionProps {
  readonly metric: Metric;
  readonly second: Metric | undefined;
  readonly thresholds: Thresholds;
  readonly onUse: (method: string, value: number) => void;
}

function Distribution({ metric, second, thresholds, onUse }: DistributionProps) {
  const texts = useTexts();
  const { t, name } = texts;
  const { n, nulls, oneIn, histogram, suggestions, quantiles, pairs } = thresholds;
  const option = useMemo(() => histogramOf(metric, histogram, texts), [metric, histogram, texts]);
  if (n === 0) return <p className={styles.none}>{t('thresholds.none')}</p>;
  return (
    <>
      <p className="faint">
        {t('thresholds.known', { n: count(n), nulls: count(nulls) })}
        {oneIn > 1 && ` ${t('thresholds.sampled', { n: oneIn })}`}
      </p>
      <Chart option={option} height={200} />
      <Quantiles metric={metric} quantiles={quantiles} />
      {suggestions
        .filter(({ cuts }) => cuts.length > 0)
        .map(({ method, cuts, sizes }) => (
          <section key={method} className={styles.suggestion}>
            <h3>{methods.includes(method) ? name('thresholds.method', method) : method}</h3>
            <p className="faint">{t('thresholds.sizes', { sizes: sizes.map(count).join(' / ') })}</p>
            <p className={styles.buttons}>
              {cuts.map((cut) => (
                <Button key={cut} size="small" onClick={() => onUse(method, cut)}>
                  {t('thresholds.use', { value: readValue(metric.name, cut, texts) })}
                </Button>
              ))}
            </p>
          </section>
        ))}
      {pairs && <Clusters metric={metric} second={second} pairs={pairs} />}
    </>
  );
}

function Quantiles({ metric, quantiles }: { readonly metric: Metric } & Pick<Thresholds, 'quantiles'>) {
  const texts = useTexts();
  const { t } = texts;
  return (
    <table className={`${styles.table} ${styles.quantiles}`}>
      <caption>{t('thresholds.quantiles')}</caption>
      <tbody>
        <tr>
          {Object.keys(quantiles).map((q) => (
            <th key={q} scope="col">
              {`${Math.round(Number(q) * 100)}%`}
            </th>
          ))}
        </tr>
        <tr>
          {Object.entries(quantiles).map(([q, value]) => (
            <td key={q} className="figures">
              {readValue(metric.name, Math.round(value), texts)}
            </td>
          ))}
        </tr>
      </tbody>
    </table>
  );
}

interface ClustersProps {
  readonly metric: Metric;
  readonly second: Metric | undefined;
  readonly pairs: NonNullable<Thresholds['pairs']>;
}

function Clusters({ metric, second, pairs }: ClustersProps) {
  const texts = useTexts();
  const { t, say } = texts;
  const label = metricLabel(metric.name, say(metric.label));
  const byLabel = second ? metricLabel(second.name, say(second.label)) : pairs.by;
  const scatter = useMemo(
    () => scatterOf(metric, pairs, { label, byLabel }, texts),
    [metric, pairs, label, byLabel, texts],
  );
  return (
    <section className={styles.suggestion}>
      <h3>{t('thresholds.clusters')}</h3>
      <Chart option={scatter} height={260} />
      <ul>
        {pairs.clusters.map(({ centre, n: size }, index) => (
          <li key={centre.join()}>
            <i className={styles.swatch} style={{ background: clusterColor(index) }} aria-hidden />{' '}
            {t('thresholds.cluster', {
              n: count(size),
              x: `${label} ${readValue(metric.name, Math.round(centre[0]), texts)}`,
              y: `${byLabel} ${readValue(pairs.by, Math.round(centre[1]), texts)}`,
            })}
          </li>
        ))}
      </ul>
    </section>
  );
}

const clusterColors = [tones.teal.fill, tones.amber.fill, tones.crimson.fill, tones.violet.fill, tones.slate.fill];
const clusterColor = (index: number): string => clusterColors[index % clusterColors.length]!;
const axisText = { color: palette.inkFaint, fontSize: 11 };

function histogramOf(metric: Metric, histogram: Thresholds['histogram'], texts: Texts): EChartsCoreOption {
  const value = (n: number): string => readValue(metric.name, Math.round(n), texts);
  return {
    textStyle: { fontFamily: sansFont },
    grid: { left: 44, right: 8, top: 16, bottom: 28 },
    tooltip: { trigger: 'axis', borderColor: palette.line },
    xAxis: {
      type: 'category',
      data: histogram.map(({ from, to }) => (from === to ? value(from) : `${value(from)} – ${value(to)}`)),
      axisLabel: { ...axisText, hideOverlap: true },
      axisTick: { show: false },
    },
    yAxis: {
      type: 'value',
      minInterval: 1,
      axisLabel: axisText,
      splitLine: { lineStyle: { color: palette.lineSoft } },
    },
    series: [
      {
        type: 'bar',
        name: texts.t('thresholds.members'),
        data: histogram.map(({ n }) => n),
        itemStyle: { color: tones.jade.fill, borderRadius: [3, 3, 0, 0] },
        barMaxWidth: 24,
      },
    ],
  };
}

interface Axes {
  readonly label: string;
  readonly byLabel: string;
}

function scatterOf(
  metric: Metric,
  pairs: NonNullable<Thresholds['pairs']>,
  { label, byLabel }: Axes,
  texts: Texts,
): EChartsCoreOption {
  const axis = (name: string, label: string) => ({
    type: 'value',
    name: label,
    scale: true,
    axisLabel: { ...axisText, hideOverlap: true, formatter: (n: number) => readValue(name, n, texts) },
    splitLine: { lineStyle: { color: palette.lineSoft } },
  });
  return {
    textStyle: { fontFamily: sansFont },
    grid: { left: 64, right: 16, top: 32, bottom: 46 },
    xAxis: { ...axis(metric.name, label), nameLocation: 'middle', nameGap: 28, nameTextStyle: axisText },
    yAxis: { ...axis(pairs.by, byLabel), nameTextStyle: { ...axisText, align: 'left' } },
    series: pairs.clusters.map((_, cluster) => ({
      type: 'scatter',
      symbolSize: 6,
      itemStyle: { color: clusterColor(cluster), opacity: 0.6 },
      data: pairs.points.filter((_point, index) => pairs.of[index] === cluster).map((point) => [...point]),
    })),
  };
}
