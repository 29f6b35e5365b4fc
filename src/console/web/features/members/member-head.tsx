import { LeftOutlined, LockFilled, UserOutlined } from '@ant-design/icons';
import { Tooltip } from 'antd';
import { useEffect } from 'react';
import { Link } from 'react-router';
import type { Member } from '../../api/members.js';
import { useTierName } from '../../components/corp.js';
import { MemberFace } from '../../components/member-face.js';
import { useRelativeTime } from '../../components/moment.js';
import pill from '../../components/pill.module.css';
import { StageMark } from '../../components/stage-mark.js';
import { TierPill } from '../../components/tier-pill.js';
import { useTexts } from '../../i18n/i18n.js';
import { MemberCode } from './member-code.js';
import styles from './member-head.module.css';
import { TierLock } from './tier-lock.js';

function Tags({ tags, isContact }: Pick<Member, 'tags' | 'isContact'>) {
  const { t } = useTexts();
  const relative = useRelativeTime();
  if (tags.length === 0) return <p className="faint">{t('member.noTags')}</p>;
  return (
    <ul className={styles.tags} aria-label={t('filter.tag')}>
      {tags.map((tag) => (
        <li key={`${tag.group}/${tag.name}`}>
          <Tooltip
            title={[
              tag.group,
              t(tag.origin === 'rule' ? 'tag.byRule' : 'tag.byStaff'),
              relative(tag.since),
              t(tag.synced ? 'tag.synced' : isContact ? 'tag.notSynced' : 'tag.onlyHere'),
              ...(tag.wecomName === null ? [] : [t('tag.renamed', { name: tag.wecomName })]),
            ]
              .filter(Boolean)
              .join(' · ')}
          >
            <span
              className={`${pill.tag} ${styles.tag}`}
              tabIndex={0}
              data-origin={tag.origin}
              data-synced={tag.synced}
            >
              {tag.origin === 'staff' && <UserOutlined aria-label={t('tag.byStaff')} />}
              {tag.name}
              {!tag.synced && isContact && <span className={styles.pending}>{t('tag.pending')}</span>}
            </span>
          </Tooltip>
        </li>
      ))}
    </ul>
  );
}

export function MemberHead({ member }: { readonly member: Member }) {
  const { t } = useTexts();
  const relative = useRelativeTime();
  const tierName = useTierName();
  const name = member.name || t('member.nameless');
  useEffect(() => {
    document.title = `${name} · ${t('product.name')}`;
  }, [name, t]);
  const facts = [
    member.tierSince === null
      ? ''
      : t('member.tierSince', { tier: tierName(member.tier), when: relative(member.tierSince) }),
    member.joinedAt === null ? '' : t('member.joinedAt', { when: relative(member.joinedAt) }),
    member.kolLevel ? t('member.kol', { level: member.kolLevel }) : '',
    member.isContact ? t('member.contact') : t('member.notContact'),
  ].filter(Boolean);
  return (
    <header className={styles.head}>
      <Link to="/members" className={styles.back}>
        <LeftOutlined aria-hidden /> {t('nav.members')}
      </Link>
      <div className={styles.row}>
        <MemberFace name={name} tier={member.tier} size={60} />
        <div className={styles.words}>
          <div className={styles.title}>
            <h1>{name}</h1>
            <TierPill tier={member.tier} large />
            {member.tierLock && (
              <span className={styles.lock}>
                <LockFilled aria-hidden /> {t('lock.by', { by: member.tierLock.by })}
              </span>
            )}
            <StageMark stage={member.stage} />
            {member.optedOut && <span className={styles.out}>{t('member.optedOut')}</span>}
          </div>
          <p className={styles.facts}>{facts.join(' · ')}</p>
          <Tags tags={member.tags} isContact={member.isContact} />
        </div>
        <div className={styles.actions}>
          <MemberCode member={member} />
          <TierLock member={member} />
        </div>
      </div>
    </header>
  );
}
