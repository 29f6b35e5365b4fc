import type { TableColumnsType } from 'antd';
import { useMemo } from 'react';
import type { MemberRow } from '../../api/members.js';
import { count, yuan } from '../../components/figures.js';
import { MemberFace } from '../../components/member-face.js';
import { MemberLink } from '../../components/member-link.js';
import { Moment } from '../../components/moment.js';
import { StageMark } from '../../components/stage-mark.js';
import { TierPill } from '../../components/tier-pill.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './member-row.module.css';
import { TagLine } from './tag-line.js';

export function MemberNotes({ member }: { readonly member: MemberRow }) {
  const { t } = useTexts();
  const notes = [
    ...(member.isContact ? [] : [t('member.notContact')]),
    ...(member.optedOut ? [t('member.optedOut')] : []),
  ];
  return notes.length > 0 ? <span className={styles.notes}>{notes.join(' · ')}</span> : null;
}

export function useMemberColumns(): TableColumnsType<MemberRow> {
  const { t } = useTexts();
  return useMemo(
    () => [
      {
        title: t('member.name'),
        key: 'name',
        width: 210,
        render: (_, member) => (
          <span className={styles.who}>
            <MemberFace name={member.name} tier={member.tier} />
            <span>
              <MemberLink id={member.id} name={member.name} />
              <MemberNotes member={member} />
            </span>
          </span>
        ),
      },
      { title: t('filter.tier'), key: 'tier', width: 100, render: (_, { tier }) => <TierPill tier={tier} /> },
      { title: t('filter.stage'), key: 'stage', width: 90, render: (_, { stage }) => <StageMark stage={stage} /> },
      { title: t('filter.tag'), key: 'tags', render: (_, { tags }) => <TagLine tags={tags} /> },
      {
        title: t('member.messages'),
        key: 'messages',
        width: 80,
        align: 'right',
        render: (_, { messagesTotal }) => <span className="figures">{count(messagesTotal)}</span>,
      },
      {
        title: t('member.orders'),
        key: 'orders',
        width: 80,
        align: 'right',
        render: (_, { ordersTotal }) => <span className="figures">{count(ordersTotal)}</span>,
      },
      {
        title: t('member.spend'),
        key: 'spend',
        width: 110,
        align: 'right',
        render: (_, { spendTotalCents }) => <span className="figures">{yuan(spendTotalCents)}</span>,
      },
      {
        title: t('member.lastSeen'),
        key: 'seen',
        width: 140,
        align: 'right',
        render: (_, { lastSeenAt }) => <Moment at={lastSeenAt} />,
      },
    ],
    [t],
  );
}
