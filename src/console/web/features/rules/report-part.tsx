import type { ReactNode } from 'react';
import { TierPill } from '../../components/tier-pill.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './rules.module.css';

/** A section of a report, with its heading. */
export function ReportPart({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={styles.reportPart} aria-label={title}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

interface Flow {
  readonly from: string | null;
  readonly to: string | null;
  readonly n: number;
}

/** How many go from where to where; nothing where nobody goes. `nameOf`: left out, the keys are those of tiers. */
export function FlowTable({
  title,
  flows,
  nText,
  nameOf = (key) => <TierPill tier={key} />,
}: {
  readonly title: string;
  readonly flows: readonly Flow[];
  readonly nText: (n: number) => string;
  readonly nameOf?: (key: string | null) => ReactNode;
}) {
  const { t } = useTexts();
  if (flows.length === 0) return null;
  return (
    <ReportPart title={title}>
      <table className={styles.table}>
        <thead className="spoken">
          <tr>
            <th scope="col">{t('dryRun.from')}</th>
            <th scope="col">{t('dryRun.to')}</th>
            <th scope="col">{t('dryRun.people')}</th>
          </tr>
        </thead>
        <tbody>
          {flows.map(({ from, to, n }) => (
            <tr key={`${from}-${to}`}>
              <td>{nameOf(from)}</td>
              <td>→ {nameOf(to)}</td>
              <td className="figures">{nText(n)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ReportPart>
  );
}
