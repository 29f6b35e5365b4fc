import { Alert, Button } from 'antd';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { useHome, type Home } from '../../api/home.js';
import { useTierName } from '../../components/corp.js';
import { count } from '../../components/figures.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './rules.module.css';
import type { RuleBench } from './use-rule-bench.js';

/** After publishing: the tiers as they fill, where to see more, and back in one step. */
export function PublishedNotice({ bench }: { readonly bench: RuleBench }) {
  const { t } = useTexts();
  const { published } = bench;
  if (!published) return null;
  return (
    <Alert
      type="success"
      showIcon
      className={styles.published ?? ''}
      title={t('rules.inForceNow', { version: published.version })}
      description={
        <>
          {published.undoes !== null && (
            <p>
              {t('rules.undone', { version: published.undoes })}
              {bench.document === 'tiers' && t('rules.undoneTiers')}
            </p>
          )}
          <TierCounts key={published.version} />
          <p className={styles.buttons}>
            <Link to="/moves">{t('rules.seeMoves')}</Link>
            <Link to="/">{t('rules.seeHome')}</Link>
            <Link to="/audit">{t('rules.seeAudit')}</Link>
          </p>
        </>
      }
      action={
        <Button
          loading={bench.busy}
          disabled={published.before === 0}
          onClick={() => void bench.restore(published.before, t('rules.undoNote', { version: published.version }))}
        >
          {t('rules.undo')}
        </Button>
      }
    />
  );
}

/** How many members each tier has now, and by how many that differs from the moment of publishing. */
function TierCounts() {
  const { t } = useTexts();
  const tierName = useTierName();
  const { data } = useHome();
  const [first, remember] = useState<Home['tiers'] | null>(null);
  useEffect(() => {
    if (data && first === null) remember(data.tiers);
  }, [data, first]);
  if (!data) return null;
  return (
    <ul className={styles.tierCounts} aria-label={t('rules.tiersNow')}>
      {data.tiers.map(({ key, count: n }) => {
        const change = n - (first?.find((tier) => tier.key === key)?.count ?? n);
        return (
          <li key={key}>
            {tierName(key)} <b className="figures">{count(n)}</b>
            {change !== 0 && <span className={styles.change}>{change > 0 ? `+${change}` : change}</span>}
          </li>
        );
      })}
    </ul>
  );
}
