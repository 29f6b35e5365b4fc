import { Checkbox, type TableColumnsType } from 'antd';
import type { MisplacedMember } from '../../api/placement.js';
import { MemberLink } from '../../components/member-link.js';
import { Moment } from '../../components/moment.js';
import { TierPill } from '../../components/tier-pill.js';
import { useTexts, type Texts } from '../../i18n/i18n.js';
import styles from './placement.module.css';

export interface RowProps {
  readonly member: MisplacedMember;
  readonly isChosen: boolean;
  /** Null when nothing can be done for many at once. */
  readonly choose: ((chosen: boolean) => void) | null;
}

function GroupNames({ member }: { readonly member: MisplacedMember }) {
  const { t, language } = useTexts();
  if (member.groups.length === 0) return <span className="faint">{t('placement.noGroup')}</span>;
  return <>{member.groups.map(({ name }) => name).join(language === 'zh' ? '、' : ', ')}</>;
}

function Choice({ member, isChosen, choose }: RowProps) {
  const { t } = useTexts();
  if (!choose) return null;
  return (
    <Checkbox
      checked={isChosen}
      aria-label={t('placement.choose', { name: member.memberName })}
      onChange={(event) => choose(event.target.checked)}
    />
  );
}

export function MemberCard(props: RowProps) {
  const { say } = useTexts();
  const { member } = props;
  return (
    <div className={styles.card}>
      <p className={styles.cardTop}>
        <span className={styles.who}>
          <Choice {...props} />
          <MemberLink id={member.memberId} name={member.memberName} /> <TierPill tier={member.tier} />
        </span>
        <strong>{say(member.causeLabel)}</strong>
      </p>
      <p className={styles.cardFoot}>
        <span>
          <GroupNames member={member} />
        </span>
        <Moment at={member.since} />
      </p>
    </div>
  );
}

/** The columns of the list; `rowOf` says whether a member is chosen. */
export function columnsOf(
  { t, say }: Texts,
  rowOf: (member: MisplacedMember) => RowProps,
  canChoose: boolean,
): TableColumnsType<MisplacedMember> {
  return [
    ...(canChoose
      ? [{ key: 'choice', width: 52, render: (_: unknown, row: MisplacedMember) => <Choice {...rowOf(row)} /> }]
      : []),
    {
      title: t('placement.member'),
      key: 'member',
      width: 180,
      render: (_, { memberId, memberName }) => <MemberLink id={memberId} name={memberName} />,
    },
    { title: t('placement.tier'), key: 'tier', width: 120, render: (_, { tier }) => <TierPill tier={tier} /> },
    { title: t('placement.groups'), key: 'groups', render: (_, member) => <GroupNames member={member} /> },
    { title: t('placement.cause'), key: 'cause', width: 170, render: (_, { causeLabel }) => say(causeLabel) },
    {
      title: t('placement.since'),
      key: 'since',
      width: 150,
      align: 'right',
      render: (_, { since }) => <Moment at={since} />,
    },
  ];
}
