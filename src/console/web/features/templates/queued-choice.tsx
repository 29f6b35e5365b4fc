import { Radio } from 'antd';
import { count } from '../../components/figures.js';
import { useTexts } from '../../i18n/i18n.js';
import type { QueuedChoice, QueuedMessages } from '../../api/templates.js';

interface Props {
  readonly queued: QueuedMessages;
  readonly choices: readonly QueuedChoice[];
  readonly value: QueuedChoice;
  readonly onChange: (choice: QueuedChoice) => void;
  /** What happens to the messages that wait for a tap of staff. */
  readonly ofWaiting: string;
}

const labels = { render: 'queued.render', keep: 'queued.keep', cancel: 'queued.cancel' } as const;

/** How many messages wait, and the choice of what happens to them. */
export function QueuedChoiceField({ queued, choices, value, onChange, ofWaiting }: Props) {
  const { t } = useTexts();
  const { planned, waiting } = queued;
  if (planned + waiting === 0) return null;
  return (
    <div style={{ marginBottom: 14 }}>
      {planned > 0 && <p style={{ marginBottom: 8 }}>{t('queued.planned', { n: count(planned) })}</p>}
      {(planned > 0 || choices.length < 3) && (
        <Radio.Group
          aria-label={t('queued.label')}
          value={value}
          onChange={(event) => onChange(event.target.value as QueuedChoice)}
          style={{ display: 'grid', gap: 8 }}
          options={choices.map((choice) => ({ value: choice, label: t(labels[choice]) }))}
        />
      )}
      {waiting > 0 && (
        <p className="faint" style={{ marginTop: 8 }}>
          {t('queued.waiting', { n: count(waiting) })}
          {ofWaiting}
        </p>
      )}
    </div>
  );
}
