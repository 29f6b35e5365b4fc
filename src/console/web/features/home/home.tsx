import { Link } from 'react-router';
import { useDemo } from '../../api/demo.js';
import { useHome } from '../../api/home.js';
import { FaultNotice } from '../../components/fault-notice.js';
import { MemberLink } from '../../components/member-link.js';
import { PageHead } from '../../components/page-head.js';
import { PageSkeleton } from '../../components/page-skeleton.js';
import { Panel } from '../../components/panel.js';
import { Timeline } from '../../components/timeline.js';
import { weekdayDateOf } from '../../components/corp-time.js';
import { useCorpTime } from '../../components/moment.js';
import { useTexts } from '../../i18n/i18n.js';
import { Attention } from './attention.js';
import { FirstSteps } from './first-steps.js';
import styles from './home.module.css';
import { PausedNotice, PauseSwitch } from './pause-switch.js';
import { Stages } from './stages.js';
import { SystemHealth } from './system-health.js';
import { ProductMonth } from './product-month.js';
import { StandingNotice } from './standing-notice.js';
import { TierStrip } from './tier-strip.js';
import { Today } from './today.js';
import { Week } from './week.js';
import { YearPanel } from './year-panel.js';

/** The figures are refreshed more often while the demo year is played. */
const RUSHING_MS = 1_000;

export function Home() {
  const { t } = useTexts();
  const time = useCorpTime();
  const isRushing = Boolean(useDemo()?.year);
  const home = useHome(isRushing ? RUSHING_MS : undefined);
  if (home.isPending) return <PageSkeleton />;
  if (!home.data) return <FaultNotice error={home.error} retry={() => void home.refetch()} />;
  const { data } = home;
  return (
    <>
      <PageHead
        title={t('home.title')}
        lead={weekdayDateOf(data.now, time)}
        actions={<PauseSwitch paused={data.paused} />}
      />
      <StandingNotice standing={data.standing} notices={data.notices} />
      {data.paused && <PausedNotice />}
      <YearPanel recent={data.recent} />
      <FirstSteps memberId={data.recent.find(({ because }) => because !== null)?.memberId} />
      <div className={styles.grid}>
        <TierStrip tiers={data.tiers} members={data.members} />
        <div className={styles.main}>
          <Today today={data.today} />
          <Week week={data.week} />
          <ProductMonth />
          <Panel title={t('home.recent')} extra={<Link to="/members">{t('home.allMembers')}</Link>}>
            {data.recent.length === 0 ? (
              <p className="faint">{t('home.nothingYet')}</p>
            ) : (
              <Timeline
                entries={data.recent}
                who={({ memberId, memberName }) => <MemberLink id={memberId} name={memberName} />}
              />
            )}
          </Panel>
        </div>
        <div className={styles.aside}>
          <Attention home={data} />
          <Stages stages={data.stages} />
          <SystemHealth channels={data.channels} waiting={data.waiting} />
        </div>
      </div>
    </>
  );
}
