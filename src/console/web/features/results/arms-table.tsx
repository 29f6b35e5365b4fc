import { outcomes, type Count, type Outcome } from '../../api/results.js';
import { count } from '../../components/figures.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './results.module.css';
import { percentOf } from './words.js';

/** A rate of fewer people is greyed. */
const SMALL = 30;

interface Row {
  readonly key: string;
  readonly label: string;
  readonly people: number;
  readonly outcomes: Readonly<Record<Outcome, Count>>;
}

interface Props {
  readonly rows: readonly Row[];
  readonly head: string;
  readonly people: string;
  readonly windows: Readonly<Record<Outcome, number>>;
}

/** Rates of each row with the figures behind them; the figures are of those whose days are over. */
export function ArmsTable({ rows, head, people, windows }: Props) {
  const { t, name } = useTexts();
  return (
    <div className={styles.scroll} tabIndex={0} role="group" aria-label={head}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{head}</th>
            <th scope="col">{people}</th>
            {outcomes.map((outcome) => (
              <th key={outcome} scope="col">
                {name('results.outcome', outcome)}
                <small>{t('results.within', { days: windows[outcome] })}</small>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <td>{row.label}</td>
              <td>{count(row.people)}</td>
              {outcomes.map((outcome) => {
                const { k, n } = row.outcomes[outcome];
                return (
                  <td key={outcome} className={n < SMALL ? styles.small : undefined}>
                    {percentOf({ k, n })}
                    <small>{t('results.counted', { k: count(k), n: count(n) })}</small>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
