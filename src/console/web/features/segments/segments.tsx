import { Link } from 'react-router';
import { useSegments, type Segment } from '../../api/segments.js';
import { Blank } from '../../components/blank.js';
import { FaultNotice } from '../../components/fault-notice.js';
import { count } from '../../components/figures.js';
import { PageHead } from '../../components/page-head.js';
import { PageSkeleton } from '../../components/page-skeleton.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './segments.module.css';

function SegmentRow({ segment, members }: { readonly segment: Segment; readonly members: number }) {
  const { t, say } = useTexts();
  const share = members === 0 ? 0 : (100 * segment.count) / members;
  return (
    <li className={styles.row}>
      <div className={styles.about}>
        <h2>
          {say(segment.label)} <code>{segment.key}</code>
        </h2>
        <p title={segment.when}>{say(segment.words)}</p>
        {segment.partition !== null && <p className="faint">{t('segments.partition', { name: segment.partition })}</p>}
      </div>
      <div className={styles.figures}>
        <p>
          <b>{count(segment.count)}</b> {t('segments.people')}
        </p>
        <span
          className={styles.track}
          role="meter"
          aria-label={t('segments.share', { name: say(segment.label) })}
          aria-valuenow={segment.count}
          aria-valuemin={0}
          aria-valuemax={members}
        >
          <i style={{ width: `${Math.min(100, share)}%` }} />
        </span>
        <p className="faint">{t('segments.ofAll', { percent: share > 0 && share < 1 ? '<1' : Math.round(share) })}</p>
      </div>
      <Link className={styles.open} to={`/members?segment=${encodeURIComponent(segment.key)}`}>
        {t('segments.show')}
      </Link>
    </li>
  );
}

/** Saved rules over members, with how many members are in each now. */
export function SegmentsPage() {
  const { t } = useTexts();
  const segments = useSegments();
  if (segments.isPending) return <PageSkeleton />;
  if (!segments.data) return <FaultNotice error={segments.error} retry={() => void segments.refetch()} />;
  const { items, members } = segments.data;
  return (
    <>
      <PageHead
        title={t('nav.segments')}
        lead={t('segments.lead')}
        actions={<Link to="/rules/segments">{t('segments.edit')}</Link>}
      />
      {items.length === 0 ? (
        <Blank
          title={t('segments.none')}
          hint={t('segments.noneHint')}
          action={<Link to="/members">{t('nav.members')}</Link>}
        />
      ) : (
        <ul className={styles.list}>
          {items.map((segment) => (
            <SegmentRow key={segment.key} segment={segment} members={members} />
          ))}
        </ul>
      )}
    </>
  );
}
