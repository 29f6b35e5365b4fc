import { Drawer, Skeleton } from 'antd';
import { Link } from 'react-router';
import { useEstimate, type Estimate } from '../../api/dry-runs.js';
import { FaultNotice } from '../../components/fault-notice.js';
import { count } from '../../components/figures.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './launch-drawer.module.css';
import { Cost, Held, Reached } from './launch-parts.js';

function Recipients({ estimate }: { readonly estimate: Estimate }) {
  const { t } = useTexts();
  const { found, exact, looked, outcomes, effort, launch } = estimate;
  const path = launch.audience === '' ? '/members' : `/members?where=${encodeURIComponent(launch.audience)}`;
  return (
    <>
      <dl className={styles.figures}>
        <div>
          <dt>{t('launch.audience')}</dt>
          <dd>
            <Link to={path}>{t('launch.people', { n: count(found) })}</Link>
          </dd>
        </div>
        <div>
          <dt>{t('launch.due')}</dt>
          <dd>{t('launch.people', { n: count(outcomes['due_now'] ?? 0) })}</dd>
        </div>
      </dl>
      {launch.oneByOne ? (
        <p className={styles.note}>{t('launch.oneByOne')}</p>
      ) : (
        <>
          <p className={styles.lead}>{t('launch.ifAll')}</p>
          <Reached launch={launch} />
          <Held held={launch.held} />
          <Cost effort={effort} />
          {!exact && <p className="faint">{t('launch.estimated', { n: count(looked) })}</p>}
        </>
      )}
    </>
  );
}

interface Props {
  readonly open: boolean;
  /** The text in the editor, saved or not. */
  readonly text: string;
  readonly onClose: () => void;
}

/** What would happen if the template were sent now: whom it reaches, whom not and why, and the effort of staff. */
export function LaunchDrawer({ open, text, onClose }: Props) {
  const { t } = useTexts();
  const estimate = useEstimate(text, open);
  return (
    <Drawer title={t('launch.title')} open={open} onClose={onClose} size="min(480px, 100vw)" destroyOnHidden>
      <p className={styles.note}>{t('launch.nothingSent')}</p>
      {estimate.data ? (
        <Recipients estimate={estimate.data} />
      ) : estimate.isError ? (
        <FaultNotice error={estimate.error} retry={() => void estimate.refetch()} />
      ) : (
        <Skeleton active paragraph={{ rows: 8 }} />
      )}
    </Drawer>
  );
}
