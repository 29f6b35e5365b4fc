import { Input, InputNumber, Select } from 'antd';
import type { TriggerForm } from '../../api/templates.js';
import { useTexts } from '../../i18n/i18n.js';
import { isMap } from '../rules/document-form.js';
import type { Plain } from '../rules/yaml-edit.js';

interface Props {
  readonly id: string;
  readonly value: unknown;
  readonly onChange: (value: Plain) => void;
}

/** At what time it goes: at once, before the peaks, or at a time of day. */
export function TimingInput({ id, value, onChange }: Props) {
  const { t } = useTexts();
  const at = isMap(value) && typeof value['at'] === 'string' ? value['at'] : null;
  const chosen = at === null ? (typeof value === 'string' ? value : 'now') : 'at';
  return (
    <span style={{ display: 'flex', gap: 8, flexWrap: 'wrap' }}>
      <Select
        id={id}
        style={{ minWidth: 180, flex: 1 }}
        value={chosen}
        onChange={(next) => onChange(next === 'at' ? { at: '10:30' } : next)}
        options={[
          { value: 'now', label: t('form.now') },
          { value: 'slot', label: t('form.slot') },
          { value: 'at', label: t('form.at') },
        ]}
      />
      {at !== null && (
        <Input
          type="time"
          style={{ width: 130 }}
          aria-label={t('form.at')}
          value={at.padStart(5, '0')}
          onChange={(event) => event.target.value !== '' && onChange({ at: event.target.value })}
        />
      )}
    </span>
  );
}

const capsValues: Readonly<Record<string, Plain>> = {
  counted: { counts: true },
  free: { counts: false },
  service: 'service',
};

/** Which caps a message counts for. */
export function CapsInput({ id, value, onChange }: Props) {
  const { t } = useTexts();
  const chosen = value === 'service' ? 'service' : isMap(value) && value['counts'] === false ? 'free' : 'counted';
  return (
    <Select
      id={id}
      value={chosen}
      onChange={(next: string) => onChange(capsValues[next]!)}
      options={[
        { value: 'counted', label: t('form.capsCounted') },
        { value: 'service', label: t('form.capsService') },
        { value: 'free', label: t('form.capsFree') },
      ]}
    />
  );
}

/** What sets a template off. Another trigger begins with its example. */
export function TriggerInput({ id, value, onChange, triggers }: Props & { readonly triggers: readonly TriggerForm[] }) {
  const { say } = useTexts();
  const on = isMap(value) ? value['on'] : undefined;
  return (
    <Select
      id={id}
      showSearch={{ optionFilterProp: 'label' }}
      value={typeof on === 'string' ? on : null}
      onChange={(next: string) => onChange(triggers.find((trigger) => trigger.on === next)!.example)}
      options={triggers.map((trigger) => ({ value: trigger.on, label: say(trigger.label) }))}
    />
  );
}

/** Marks of a figure: one number each. */
export function MarksInput({ id, value, onChange }: Props) {
  const marks = Array.isArray(value) ? value.map(Number) : [];
  if (marks.length <= 1)
    return (
      <InputNumber
        id={id}
        min={1}
        precision={0}
        value={marks[0] ?? null}
        onChange={(next) => next !== null && onChange([next])}
      />
    );
  return (
    <Select
      id={id}
      mode="tags"
      open={false}
      suffix={null}
      value={marks.map(String)}
      onChange={(next: string[]) => onChange(next.map(Number).filter(Number.isFinite))}
    />
  );
}
