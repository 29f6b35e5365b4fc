import { useGroups, type Group } from '../../api/groups.js';
import { Blank } from '../../components/blank.js';
import { useSession, useTierName } from '../../components/corp.js';
import { FaultNotice } from '../../components/fault-notice.js';
import { count } from '../../components/figures.js';
import { PageHead } from '../../components/page-head.js';
import { PageSkeleton } from '../../components/page-skeleton.js';
import { TierPill } from '../../components/tier-pill.js';
import { useTexts } from '../../i18n/i18n.js';
import { toneOfTier } from '../../theme/tones-of.js';
import { GroupWelcomes } from './group-welcomes.js';
import { GroupStats } from './group-stats.js';
import styles from './groups.module.css';

/** A group that is full later than this is no news. */
const SOON_DAYS = 60;

function GroupCard({ group }: { readonly group: Group }) {
  const { t, name } = useTexts();
  const share = group.capacity ? group.members / group.capacity : null;
  return (
    <li className={styles.card}>
      <div className={styles.top}>
        <h3>{group.name}</h3>
        {group.status !== 'open' && group.status !== 'active' && (
          <span className={styles.status} data-status={group.status}>
            {name('state.group', group.status)}
          </span>
        )}
      </div>
      <p className={styles.figures}>
        <span>
          <b>{count(group.members)}</b>
          {group.capacity !== null && ` / ${count(group.capacity)}`} {t('groups.people')}
        </span>
        {group.spoke !== undefined && <span>{t('groups.spoke', { n: count(group.spoke) })}</span>}
        {group.fullInDays !== null && group.fullInDays > 0 && group.fullInDays <= SOON_DAYS && (
          <span className={styles.foresight}>{t('groups.fullIn', { n: group.fullInDays })}</span>
        )}
        {group.owner && <span>{t('groups.owner', { owner: group.owner })}</span>}
      </p>
      {share !== null && (
        <span
          className={styles.track}
          role="meter"
          aria-label={t('groups.fill', { name: group.name })}
          aria-valuenow={group.members}
          aria-valuemin={0}
          aria-valuemax={group.capacity ?? undefined}
        >
          <i
            style={{
              width: `${Math.min(100, share * 100)}%`,
              background: toneOfTier(group.tier).fill,
            }}
          />
        </span>
      )}
    </li>
  );
}

/** The tier groups: one row for each tier, lowest first. */
export function Groups() {
  const { t } = useTexts();
  const { tiers } = useSession();
  const tierName = useTierName();
  const groups = useGroups();
  if (groups.isPending) return <PageSkeleton />;
  if (!groups.data) return <FaultNotice error={groups.error} retry={() => void groups.refetch()} />;
  const keys = [...tiers.map(({ key }) => key), null];
  const rows = keys
    .map((tier) => ({
      tier,
      groups: groups.data.filter((group) => (tiers.some(({ key }) => key === group.tier) ? group.tier : null) === tier),
    }))
    .filter(({ tier, groups: own }) => tier !== null || own.length > 0);
  const noFreePlace = (own: readonly Group[]): boolean =>
    own.every(({ members, capacity }) => capacity !== null && members >= capacity);
  return (
    <>
      <PageHead title={t('nav.groups')} lead={t('groups.lead')} />
      {groups.data.length === 0 ? (
        <Blank title={t('groups.none')} hint={t('groups.noneHint')} />
      ) : (
        <div className={styles.rows}>
          {rows.map(({ tier, groups: own }) => (
            <section
              key={tier ?? ''}
              aria-label={tier === null ? t('groups.unbound') : tierName(tier)}
              className={styles.row}
            >
              <header>
                {tier === null ? <h2>{t('groups.unbound')}</h2> : <TierPill tier={tier} large />}
                <p className="faint">
                  {t('groups.sum', {
                    groups: own.length,
                    people: count(own.reduce((n, { members }) => n + members, 0)),
                  })}
                </p>
                {tier !== null && noFreePlace(own) && (
                  <p className={styles.full}>{t(own.length === 0 ? 'groups.noPool' : 'groups.poolFull')}</p>
                )}
              </header>
              <ul>
                {own.map((group) => (
                  <GroupCard key={group.id} group={group} />
                ))}
              </ul>
            </section>
          ))}
          <GroupWelcomes />
          <GroupStats />
        </div>
      )}
    </>
  );
}
