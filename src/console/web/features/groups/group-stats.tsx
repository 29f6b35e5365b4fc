import { Skeleton } from 'antd';
import { lazy, Suspense, useMemo } from 'react';
import { useGroupStats, type GroupStatDay, type DayOfGroups } from '../../api/groups.js';
import { count } from '../../components/figures.js';
import { Panel } from '../../components/panel.js';
import { useTexts } from '../../i18n/i18n.js';

const StatsChart = lazy(async () => ({ default: (await import('./stats-chart.js')).StatsChart }));

function byDay(rows: readonly GroupStatDay[]): readonly DayOfGroups[] {
  const days = new Map<string, DayOfGroups>();
  for (const { day, messages, peopleTotal, peopleNew } of rows) {
    const known = days.get(day) ?? { day, messages: 0, people: 0, joined: 0 };
    days.set(day, {
      day,
      messages: known.messages + messages,
      people: known.people + peopleTotal,
      joined: known.joined + peopleNew,
    });
  }
  return [...days.values()];
}

/** WeCom's group statistics of the last month. There are none before the first nightly read. */
export function GroupStats() {
  const { t } = useTexts();
  const stats = useGroupStats();
  const days = useMemo(() => byDay(stats.data ?? []), [stats.data]);
  if (days.length === 0) return null;
  const sum = (read: (day: DayOfGroups) => number): number => days.reduce((total, day) => total + read(day), 0);
  return (
    <Panel title={t('groupStats.title')} extra={t('groupStats.source')}>
      <Suspense fallback={<Skeleton.Node active style={{ width: '100%', height: 200 }} />}>
        <StatsChart days={days} />
      </Suspense>
      <p className="faint">
        {t('groupStats.spoken', {
          days: days.length,
          messages: count(sum(({ messages }) => messages)),
          joined: count(sum(({ joined }) => joined)),
          people: count(days.at(-1)?.people ?? 0),
        })}
      </p>
    </Panel>
  );
}
