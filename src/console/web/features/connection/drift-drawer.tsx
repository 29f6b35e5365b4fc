import { Drawer } from 'antd';
import { Link } from 'react-router';
import type { Drift } from '../../api/reconciliations.js';
import { Detail } from '../../components/detail.js';
import { Moment } from '../../components/moment.js';
import { StateMark } from '../../components/state-mark.js';
import { Timeline } from '../../components/timeline.js';
import { useTexts } from '../../i18n/i18n.js';
import { AboutDrift } from './about-drift.js';
import styles from './reconciliation.module.css';

/** One difference: the values of both sides, the correction, and the decisions it caused about the member. */
export function DriftDrawer({ drift, close }: { readonly drift: Drift | null; readonly close: () => void }) {
  const { t, say, name } = useTexts();
  return (
    <Drawer
      open={drift !== null}
      onClose={close}
      size="min(520px, 100vw)"
      title={drift ? say(drift.title) : ''}
      extra={drift && <StateMark family="drift" state={drift.repair} />}
    >
      {drift && (
        <>
          <Detail
            rows={[
              [name('drift.kind', drift.kind), <AboutDrift key="a" drift={drift} />],
              [t('drift.ours'), drift.ours || t('value.none')],
              [t('drift.theirs'), drift.theirs || t('value.none')],
              [t('drift.foundAt'), <Moment key="m" at={drift.at} />],
            ]}
          />
          <p className={styles.repair}>{name('drift.repair', drift.repair)}</p>
          {drift.about.is === 'member' && (
            <>
              <h3 className={styles.heading}>{t('drift.followed')}</h3>
              {drift.followed.length === 0 ? (
                <p className="faint">{t('drift.nothingFollowed')}</p>
              ) : (
                <Timeline entries={drift.followed} />
              )}
              <p className={styles.further}>
                <Link to={`/members/${drift.about.id}`}>{t('drift.wholeStory', { name: drift.about.name })}</Link>
              </p>
            </>
          )}
        </>
      )}
    </Drawer>
  );
}
