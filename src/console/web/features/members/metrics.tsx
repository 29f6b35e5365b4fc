import { Button } from 'antd';
import { useState } from 'react';
import type { Member } from '../../api/members.js';
import { metricLabel, readValue } from '../../components/figures.js';
import { Panel } from '../../components/panel.js';
import { useTexts } from '../../i18n/i18n.js';
import { metricSectionsOf, type MetricLine } from './metric-sections.js';
import styles from './metrics.module.css';

// These metrics are shown elsewhere on the page.
const elsewhere = new Set(['tier', 'stage', 'is_contact', 'opted_out']);

function Line({ line }: { readonly line: MetricLine }) {
  const texts = useTexts();
  const { t, say } = texts;
  if (line.kind === 'single') {
    const { name, label, value, words } = line.metric;
    return (
      <div className={styles.single}>
        <dt title={name}>{metricLabel(name, say(label))}</dt>
        <dd>{words ? say(words) : readValue(name, value, texts)}</dd>
      </div>
    );
  }
  return (
    <div className={styles.windows}>
      <dt>{say(line.label)}</dt>
      {line.metrics.map(({ name, family, value }) => (
        <dd key={name} title={name}>
          <span>{readValue(name, value, texts)}</span>
          <small>{family?.days == null ? t('member.allTime') : t('member.window', { n: family.days })}</small>
        </dd>
      ))}
    </div>
  );
}

// Each ranked figure has two ranks more.
const isOnRequest = (name: string): boolean => name.endsWith('_rank');

/** Shows the metrics with a value by section, a count with its four windows; zeros, unknown values and ranks on request. */
export function Metrics({ metrics }: Pick<Member, 'metrics'>) {
  const { t, say } = useTexts();
  const [all, setAll] = useState(false);
  const listed = metrics.filter(({ name }) => !elsewhere.has(name));
  const sections = metricSectionsOf(
    listed.filter(({ name }) => all || !isOnRequest(name)),
    all,
  );
  return (
    <Panel title={t('member.metrics')}>
      {sections.length === 0 ? <p className={styles.none}>{t('member.noMetrics')}</p> : null}
      {sections.map(({ label, lines }) => (
        <section key={label.en} className={styles.section}>
          <h3>{say(label)}</h3>
          <dl>
            {lines.map((line) => (
              <Line key={line.kind === 'single' ? line.metric.name : line.label.en} line={line} />
            ))}
          </dl>
        </section>
      ))}
      <Button type="link" size="small" className={styles.all ?? ''} onClick={() => setAll(!all)} aria-expanded={all}>
        {all ? t('member.fewerMetrics') : t('member.allMetrics', { n: listed.length })}
      </Button>
    </Panel>
  );
}
