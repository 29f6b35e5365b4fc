import { Typography } from 'antd';
import { Link } from 'react-router';
import type { Member } from '../../api/members.js';
import { Moment, useRelativeTime } from '../../components/moment.js';
import { Panel } from '../../components/panel.js';
import { useTexts } from '../../i18n/i18n.js';
import { toneOfTier } from '../../theme/tones-of.js';
import styles from './member-side.module.css';

function Budget({ member }: { readonly member: Member }) {
  const { t } = useTexts();
  const { dayLeft, monthLeft, nextAllowedAt } = member.budget;
  const { preference } = member;
  return (
    <Panel
      title={t('budget.title')}
      extra={<Link to={`/deliveries?member=${member.id}`}>{t('member.allDeliveries')}</Link>}
    >
      <dl className={styles.budget}>
        <div>
          <dt>{t('budget.day')}</dt>
          <dd data-none={dayLeft <= 0}>{dayLeft}</dd>
        </div>
        <div>
          <dt>{t('budget.month')}</dt>
          <dd data-none={monthLeft <= 0}>{monthLeft}</dd>
        </div>
      </dl>
      <p className="faint">
        {member.optedOut ? (
          t('budget.optedOut')
        ) : !member.isContact ? (
          t('budget.notContact')
        ) : nextAllowedAt === null ? (
          t('budget.now')
        ) : (
          <>
            {t('budget.next')} <Moment at={nextAllowedAt} />
          </>
        )}
      </p>
      {preference.pace === 'less' && <p className="faint">{t('budget.less')}</p>}
      {preference.quiet && (
        <p className="faint">
          {t('budget.quiet', { from: clockOf(preference.quiet.fromMinute), to: clockOf(preference.quiet.toMinute) })}
        </p>
      )}
    </Panel>
  );
}

/** `22:30` */
const clockOf = (minute: number): string =>
  [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');

function Service({ service }: { readonly service: NonNullable<Member['service']> }) {
  const { t, say } = useTexts();
  const relative = useRelativeTime();
  const { wroteAt, closesAt, left, servedBy, servicer, refusal } = service;
  return (
    <Panel title={t('service.title')}>
      <p>{refusal ? say(refusal) : t('service.open', { until: relative(closesAt), left })}</p>
      <p className="faint">
        {t('service.wrote')} <Moment at={wroteAt} />
      </p>
      {servedBy === 'person' && servicer !== null && <p className="faint">{t('service.served', { who: servicer })}</p>}
    </Panel>
  );
}

function Groups({ groups }: Pick<Member, 'groups'>) {
  const { t } = useTexts();
  return (
    <Panel title={t('nav.groups')}>
      {groups.length === 0 ? (
        <p className="faint">{t('member.noGroups')}</p>
      ) : (
        <ul className={styles.groups}>
          {groups.map((group) => (
            <li key={group.id}>
              <i style={{ background: toneOfTier(group.tier).fill }} aria-hidden />
              <span>{group.name}</span>
              <span className="faint">
                <Moment at={group.joinedAt} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

const idNames = ['externalUserId', 'unionid', 'chatContactId', 'phone'] as const;

function Identity({ member }: { readonly member: Member }) {
  const { t, say } = useTexts();
  const known = idNames.flatMap((key) => (member.ids[key] ? [{ key, value: member.ids[key] }] : []));
  return (
    <Panel title={t('member.profile')}>
      <dl className={styles.ids}>
        {member.rfm && (
          <div>
            <dt>RFM</dt>
            <dd>
              {say(member.rfm.label)}{' '}
              <span className="faint figures">
                R{member.rfm.r} F{member.rfm.f} M{member.rfm.m}
              </span>
            </dd>
          </div>
        )}
        {member.argo && (
          <div>
            <dt>ARGO</dt>
            <dd>{say(member.argo.label)}</dd>
          </div>
        )}
        {member.kolLevel ? (
          <div>
            <dt>KOL</dt>
            <dd>{t('member.kolLevel', { level: member.kolLevel })}</dd>
          </div>
        ) : null}
        {member.isKey && (
          <div>
            <dt>{t('member.key')}</dt>
            <dd>{t('member.keyWords')}</dd>
          </div>
        )}
        {known.map(({ key, value }) => (
          <div key={key}>
            <dt>{t(`id.${key}`)}</dt>
            <dd>
              <Typography.Text
                className={styles.id ?? ''}
                copyable={key === 'phone' ? false : { text: value, tooltips: [t('action.copy'), t('action.copied')] }}
                ellipsis={{ tooltip: value }}
              >
                {value}
              </Typography.Text>
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

export const MemberSide = ({ member }: { readonly member: Member }) => (
  <>
    <Budget member={member} />
    {member.service && <Service service={member.service} />}
    <Groups groups={member.groups} />
    <Identity member={member} />
  </>
);
