import { Drawer, Input } from 'antd';
import { useState } from 'react';
import { useMetrics } from '../../api/metrics.js';
import { metricLabel } from '../../components/figures.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './rules.module.css';

/** Everything that a condition may name, by group, found by its name in either language. */
export function MetricsDrawer({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const { t, say } = useTexts();
  const metrics = useMetrics();
  const [typed, setTyped] = useState('');
  const sought = typed.trim().toLowerCase();
  const found = (metrics.data ?? []).filter((metric) =>
    `${metric.name} ${metric.label.zh} ${metric.label.en}`.toLowerCase().includes(sought),
  );
  const groups = [...new Set(found.map(({ group }) => say(group)))];
  return (
    <Drawer open={open} onClose={onClose} title={t('metrics.title')} size="min(620px, 100vw)">
      <p className={styles.lead}>{t('metrics.lead')}</p>
      <Input.Search
        aria-label={t('metrics.search')}
        placeholder={t('metrics.search')}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      {groups.length === 0 && !metrics.isPending && <p className={styles.none}>{t('metrics.none')}</p>}
      {groups.map((group) => (
        <section key={group} className={styles.metricGroup}>
          <h2>{group}</h2>
          <ul>
            {found
              .filter((metric) => say(metric.group) === group)
              .map((metric) => (
                <li key={metric.name}>
                  <p className={styles.metricTop}>
                    <b>{metricLabel(metric.name, say(metric.label))}</b> <code className="faint">{metric.name}</code>
                    <span className={styles.unit}>
                      {metric.unit === 'cents' ? t('metrics.inCents') : say(metric.unitLabel)}
                    </span>
                  </p>
                  <p className="faint">
                    {say(metric.meaning)}
                    {metric.values && ` · ${metric.values.map(({ label }) => say(label)).join('、')}`}
                  </p>
                  <code className={styles.example}>{metric.example}</code>
                </li>
              ))}
          </ul>
        </section>
      ))}
    </Drawer>
  );
}
