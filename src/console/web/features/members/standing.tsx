import { DownOutlined } from '@ant-design/icons';
import { useId, useState } from 'react';
import { useStanding, type Standing } from '../../api/members.js';
import { BecausePanel } from '../../components/because-panel.js';
import { Moment } from '../../components/moment.js';
import { Panel } from '../../components/panel.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './standing.module.css';

function Row({ standing }: { readonly standing: Standing }) {
  const { t, say, name } = useTexts();
  const [open, setOpen] = useState(false);
  const panelId = useId();
  const { what, label, since, isByStaff, because } = standing;
  const words = (
    <>
      <span className={styles.what}>{name('standing.what', what)}</span>
      <span className={styles.label}>{say(label)}</span>
      <span className={styles.since}>{since === null ? t('standing.now') : <Moment at={since} />}</span>
    </>
  );
  if (because === null)
    return (
      <li className={styles.row}>
        <div className={styles.line}>{words}</div>
        {isByStaff && <p className="faint">{t('tag.byStaff')}</p>}
      </li>
    );
  return (
    <li className={styles.row}>
      <button
        type="button"
        className={styles.line}
        aria-expanded={open}
        aria-controls={panelId}
        onClick={() => setOpen(!open)}
      >
        {words}
        <DownOutlined className={styles.mark} aria-hidden />
      </button>
      <div id={panelId}>{open && <BecausePanel because={because} />}</div>
    </li>
  );
}

/** What the member is now, each with why: tier, stage, tags and segments. */
export function StandingPanel({ id }: { readonly id: string }) {
  const { t } = useTexts();
  const { data } = useStanding(id);
  if (!data || data.length === 0) return null;
  return (
    <Panel title={t('standing.title')}>
      <ul className={styles.rows}>
        {data.map((standing) => (
          <Row key={`${standing.what}:${standing.key}`} standing={standing} />
        ))}
      </ul>
    </Panel>
  );
}
