import { useSeriesOfMember } from '../../api/series.js';
import { Moment } from '../../components/moment.js';
import { Panel } from '../../components/panel.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './series.module.css';

/** In which series the member is, at which step, and when it goes on; and how former ones ended. */
export function SeriesOfMember({ id }: { readonly id: string }) {
  const { t, say } = useTexts();
  const { data } = useSeriesOfMember(id);
  if (!data || data.length === 0) return null;
  return (
    <Panel title={t('nav.series')}>
      <ul className={styles.ofMember}>
        {data.map(({ key, label, enteredAt, step, dueAt, ended, endedAt }) => (
          <li key={key}>
            <b>{say(label)}</b>
            {step ? (
              <span>
                {t('series.next')} {say(step)}
                {dueAt !== null && (
                  <>
                    {' · '}
                    <Moment at={dueAt} />
                  </>
                )}
              </span>
            ) : (
              <span>
                {say(ended)} · <Moment at={endedAt} />
              </span>
            )}
            <small className="faint">
              {t('series.enteredAt')} <Moment at={enteredAt} />
            </small>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
