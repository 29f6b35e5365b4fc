import { Button } from 'antd';
import { useState } from 'react';
import type { Member } from '../../api/members.js';
import { metricLabel, readValue } from '../../components/figures.js';
import { Panel } from '../../components/panel.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './metrics.module.css';

const most = 12;
// These metrics are shown elsewhere on the page.
const elsewhere = new Set(['tier', 'stage', 'is_contact', 'opted_out']);

/** Shows the metrics with a value; zeros and unknown values on request. */
export function Metrics({ metrics }: Pick<Member, 'metrics'>) {
  const texts = useTexts();
  const { t, say } = texts;
  const [all, setAll] = useState(false);
  const listed = metrics.filter(({ name }) => !elsewhere.has(name));
  const full = listed.filter(({ value }) => value !== null && value !== 0 && value !== '' && value !== false);
  const shown = all ? listed : full.slice(0, most);
  return (
    <Panel title={t('member.metrics')}>
      <dl className={styles.metrics}>
        {shown.map((metric) => (
          <div key={metric.name}>
            <dt title={metric.name}>{metricLabel(metric.name, say(metric.label))}</dt>
            <dd>{readValue(metric.name, metric.value, texts)}</dd>
          </div>
        ))}
      </dl>
      {listed.length > shown.length || all ? (
        <Button type="link" size="small" className={styles.all ?? ''} onClick={() => setAll(!all)} aria-expanded={all}>
          {all ? t('member.fewerMetrics') : t('member.allMetrics', { n: listed.length })}
        </Button>
      ) : null}
    </Panel>
  );
}
