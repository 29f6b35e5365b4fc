import { Skeleton } from 'antd';
import { lazy, Suspense } from 'react';
import type { WeekDay } from '../../api/home.js';
import { Panel } from '../../components/panel.js';
import { useTexts } from '../../i18n/i18n.js';

// The chart library has nearly a megabyte, so it is loaded after the figures around it.
const WeekChart = lazy(async () => ({ default: (await import('./week-chart.js')).WeekChart }));

export function Week({ week }: { readonly week: readonly WeekDay[] }) {
  const { t } = useTexts();
  const sum = (read: (day: WeekDay) => number): number => week.reduce((total, day) => total + read(day), 0);
  return (
    <Panel title={t('home.week')}>
      <Suspense fallback={<Skeleton.Node active style={{ width: '100%', height: 220 }} />}>
        <WeekChart week={week} />
      </Suspense>
      <p className="spoken">
        {t('home.weekSpoken', {
          sent: sum((day) => day.sent),
          done: sum((day) => day.done),
          up: sum((day) => day.up),
          down: sum((day) => day.down),
        })}
      </p>
    </Panel>
  );
}
