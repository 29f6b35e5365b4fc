import { Button } from 'antd';
import { Link, useParams } from 'react-router';
import { useMember, useWhy } from '../../api/members.js';
import { isFault } from '../../api/request.js';
import { Blank } from '../../components/blank.js';
import { FaultNotice } from '../../components/fault-notice.js';
import { PageSkeleton } from '../../components/page-skeleton.js';
import { Panel } from '../../components/panel.js';
import { Timeline } from '../../components/timeline.js';
import { useTexts } from '../../i18n/i18n.js';
import { SeriesOfMember } from '../series/series-of-member.js';
import { MemberHead } from './member-head.js';
import styles from './member-page.module.css';
import { MemberSide } from './member-side.js';
import { Metrics } from './metrics.js';
import { OpenMove } from './open-move.js';
import { StandingPanel } from './standing.js';
import { TierLadder } from './tier-ladder.js';

function Story({ id }: { readonly id: string }) {
  const { t } = useTexts();
  const pages = useWhy(id);
  return (
    <Panel title={t('member.timeline')}>
      {pages.loading ? (
        <PageSkeleton />
      ) : pages.error && pages.rows.length === 0 ? (
        <FaultNotice error={pages.error} retry={pages.retry} />
      ) : pages.rows.length === 0 ? (
        <Blank title={t('member.noTimeline')} hint={t('member.noTimelineHint')} />
      ) : (
        <>
          <Timeline entries={pages.rows} />
          {pages.hasMore && (
            <p className={styles.more}>
              <Button onClick={pages.loadMore} loading={pages.loadingMore}>
                {t('list.more')}
              </Button>
            </p>
          )}
        </>
      )}
    </Panel>
  );
}

export function MemberPage() {
  const { id = '' } = useParams();
  const { t } = useTexts();
  const member = useMember(id);
  if (member.isPending) return <PageSkeleton />;
  if (!member.data) {
    if (isFault(member.error) && member.error.status === 404)
      return (
        <Blank
          figure="broken"
          title={t('member.notFound')}
          hint={t('member.notFoundHint')}
          action={<Link to="/members">{t('member.back')}</Link>}
        />
      );
    return <FaultNotice error={member.error} retry={() => void member.refetch()} />;
  }
  return (
    <>
      <MemberHead member={member.data} />
      <div className={styles.grid}>
        <div className={styles.main}>
          <TierLadder card={member.data.tierCard} />
          {member.data.openMove && <OpenMove move={member.data.openMove} />}
          <StandingPanel id={id} />
          <Story id={id} />
        </div>
        <div className={styles.aside}>
          <MemberSide member={member.data} />
          <SeriesOfMember id={id} />
          <Metrics metrics={member.data.metrics} />
        </div>
      </div>
    </>
  );
}
