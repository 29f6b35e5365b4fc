import type { MemberRow } from '../../api/members.js';
import { count, yuan } from '../../components/figures.js';
import { MemberFace } from '../../components/member-face.js';
import { MemberLink } from '../../components/member-link.js';
import { Moment } from '../../components/moment.js';
import { StageMark } from '../../components/stage-mark.js';
import { TierPill } from '../../components/tier-pill.js';
import { useTexts } from '../../i18n/i18n.js';
import { MemberNotes } from './member-columns.js';
import styles from './member-row.module.css';
import { TagLine } from './tag-line.js';

/** A member's row on a phone. */
export function MemberCard({ member }: { readonly member: MemberRow }) {
  const { t } = useTexts();
  return (
    <div className={styles.card}>
      <div className={styles.top}>
        <span className={styles.who}>
          <MemberFace name={member.name} tier={member.tier} />
          <span>
            <MemberLink id={member.id} name={member.name} />
            <StageMark stage={member.stage} />
          </span>
        </span>
        <TierPill tier={member.tier} />
      </div>
      {member.tags.length > 0 && <TagLine tags={member.tags} />}
      <p className={`${styles.figures} figures`}>
        <span>
          {t('member.messages')} <b>{count(member.messagesTotal)}</b>
        </span>
        <span>
          {t('member.orders')} <b>{count(member.ordersTotal)}</b>
        </span>
        <span>
          {t('member.spend')} <b>{yuan(member.spendTotalCents)}</b>
        </span>
        <span>
          <Moment at={member.lastSeenAt} />
        </span>
      </p>
      <MemberNotes member={member} />
    </div>
  );
}
