import { Button, Drawer } from 'antd';
import { useTexts } from '../../i18n/i18n.js';
import { valueOf } from './changes.js';
import type { Field } from './form-parts.js';
import { FieldInput } from './field-input.js';
import { ConditionWords } from './field-value.js';
import type { Editing } from './part-view.js';
import styles from './rules.module.css';
import { setIn, valueAt, type Path } from './yaml-edit.js';

export interface FieldsOpen {
  readonly at: Path;
  readonly fields: readonly Field[];
  readonly title: string;
}

/** All fields of one entry or section. Changes go into the draft at once. */
export function FieldsDrawer({
  open,
  editing,
  onClose,
}: {
  readonly open: FieldsOpen | null;
  readonly editing: Editing;
  readonly onClose: () => void;
}) {
  const { t } = useTexts();
  return (
    <Drawer
      open={open !== null}
      onClose={onClose}
      title={open?.title}
      size="min(480px, 100vw)"
      destroyOnHidden
      footer={
        <Button type="primary" onClick={onClose}>
          {t('rules.done')}
        </Button>
      }
    >
      {open && (
        <div className={styles.form}>
          {open.fields.map((field) => (
            <FieldRow key={field.key} field={field} open={open} editing={editing} />
          ))}
        </div>
      )}
    </Drawer>
  );
}

function FieldRow({
  field,
  open,
  editing,
}: {
  readonly field: Field;
  readonly open: FieldsOpen;
  readonly editing: Editing;
}) {
  const { t, say } = useTexts();
  const value = valueOf(valueAt(editing.data, open.at), field.key);
  const path = [...open.at, ...field.key.split('.')];
  const id = `field-${path.join('-')}`;
  const label = say(field.label);
  if (field.kind === 'condition' || field.kind === 'stay')
    return (
      <div className={styles.field}>
        <span className={styles.fieldLabel}>{label}</span>
        {typeof value === 'string' ? (
          <ConditionWords text={value} conditions={editing.conditions} />
        ) : (
          <span className="faint">{t('value.none')}</span>
        )}
        <span className={styles.buttons}>
          <Button
            size="small"
            aria-label={t('rules.conditionOf', { name: `${open.title} · ${label}` })}
            onClick={() => editing.editCondition(open.at, field, `${open.title} · ${label}`)}
          >
            {t(typeof value === 'string' ? 'rules.editCondition' : 'rules.addCondition')}
          </Button>
          {typeof value === 'string' && (
            <Button size="small" onClick={() => editing.setText(setIn(editing.text, path, undefined))}>
              {t('rules.removeCondition')}
            </Button>
          )}
        </span>
      </div>
    );
  return (
    <div className={styles.field}>
      <label className={styles.fieldLabel} htmlFor={id}>
        {label}
      </label>
      {field.hint && <span className={styles.hint}>{say(field.hint)}</span>}
      {field.kind === 'other' ? (
        <span className="faint">{t('rules.onlyAsText')}</span>
      ) : (
        <FieldInput
          id={id}
          field={field}
          value={value}
          onChange={(next, part) =>
            editing.setText(setIn(editing.text, part === undefined ? path : [...path, part], next))
          }
        />
      )}
    </div>
  );
}
