import { Button } from 'antd';
import type { PlacingOutcome } from '../../api/placement.js';
import { Dialog } from '../../components/dialog.js';
import { MemberLink } from '../../components/member-link.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './placement.module.css';

export interface Reported extends PlacingOutcome {
  readonly name: string;
}

/** What happened to each member of a bulk action: what was not done comes first. */
export function PlacingReport({
  report,
  close,
}: {
  readonly report: readonly Reported[] | null;
  readonly close: () => void;
}) {
  const { t, say } = useTexts();
  const rows = report ?? [];
  const done = rows.filter(({ outcome }) => outcome === 'done').length;
  const order = ['refused', 'already', 'done'];
  return (
    <Dialog
      open={report !== null}
      title={t('placement.reportTitle', { done, all: rows.length })}
      onCancel={close}
      footer={
        <Button type="primary" onClick={close}>
          {t('placement.reportClose')}
        </Button>
      }
      width={480}
    >
      <ul className={styles.report}>
        {rows
          .toSorted((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome))
          .map(({ memberId, name, outcome, label }) => (
            <li key={memberId} data-outcome={outcome}>
              <MemberLink id={memberId} name={name} /> <span>{say(label)}</span>
            </li>
          ))}
      </ul>
    </Dialog>
  );
}
