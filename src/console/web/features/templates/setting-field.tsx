import { Button } from 'antd';
import { useId } from 'react';
import type { TemplateFormChoices } from '../../api/templates.js';
import { useTexts } from '../../i18n/i18n.js';
import { FieldInput } from '../rules/field-input.js';
import { ConditionWords, type Conditions } from '../rules/field-value.js';
import type { Field } from '../rules/form-parts.js';
import { valueAt, type Plain } from '../rules/yaml-edit.js';
import { CapsInput, MarksInput, TimingInput, TriggerInput } from './setting-inputs.js';
import type { TemplateField, TemplatePart } from './template-fields.js';
import styles from './template-form.module.css';

/** The settings being edited. */
export interface FormEditing {
  readonly values: Readonly<Record<string, unknown>>;
  readonly form: TemplateFormChoices;
  readonly conditions: Conditions;
  readonly set: (path: readonly string[], value: Plain | undefined) => void;
  readonly editCondition: (field: Field, path: readonly string[]) => void;
}

/** The fields of one question; those that nothing would read are left out. */
export function Fields({ part, editing }: { readonly part: TemplatePart; readonly editing: FormEditing }) {
  const shown = part.fields.filter((field) => isOfUse(field, editing.values));
  return (
    <div className={styles.fields}>
      {shown.map((field) => (
        <SettingField key={field.key} {...{ field, editing }} path={field.key.split('.')} />
      ))}
    </div>
  );
}

/** Settings of text messages and of mass sends are for campaigns that use them. */
function isOfUse({ key }: TemplateField, values: FormEditing['values']): boolean {
  const channels = Array.isArray(values['channels']) ? (values['channels'] as readonly unknown[]) : [];
  if (key.startsWith('sms.')) return channels.includes('sms') || values['sms'] !== undefined;
  if (key === 'measure.within_days') return values['measure'] !== undefined;
  return key !== 'identify' || channels.includes('mass_send') || values[key] !== undefined;
}

interface Props {
  readonly field: TemplateField;
  readonly path: readonly string[];
  readonly editing: FormEditing;
}

function SettingField({ field, path, editing }: Props) {
  const { say } = useTexts();
  const id = useId();
  const value = valueAt(editing.values, path);
  return (
    <>
      <div className={styles.field}>
        <label htmlFor={id}>{say(field.label)}</label>
        {field.hint && <span className={styles.hint}>{say(field.hint)}</span>}
        <Control {...{ id, field, path, editing, value }} />
      </div>
      {field.own === 'trigger' && <TriggerSettings editing={editing} />}
    </>
  );
}

function Control({ id, field, path, editing, value }: Props & { readonly id: string; readonly value: unknown }) {
  const set = (next: Plain | undefined): void => editing.set(next === undefined ? wholeOf(field, path) : path, next);
  if (field.own === 'trigger')
    return <TriggerInput {...{ id, value }} triggers={editing.form.triggers} onChange={set} />;
  if (field.own === 'timing') return <TimingInput {...{ id, value }} onChange={set} />;
  if (field.own === 'caps') return <CapsInput {...{ id, value }} onChange={set} />;
  if (field.kind === 'numbers') return <MarksInput {...{ id, value }} onChange={set} />;
  if (field.kind === 'condition') return <Condition {...{ id, field, path, editing, value }} />;
  const choices = field.key === 'channels' ? editing.form.channels : editing.form.days;
  const withChoices = field.key === 'channels' || field.key === 'except_days' ? { ...field, choices } : field;
  return (
    <FieldInput
      id={id}
      field={withChoices}
      value={value}
      onChange={(next) => set(field.key === 'channels' && Array.isArray(next) ? smsLast(next as string[]) : next)}
    />
  );
}

/** Without its goal a measure is nothing. */
const wholeOf = ({ key }: Field, path: readonly string[]): readonly string[] =>
  key === 'measure.goal' ? ['measure'] : path;

/** A text message costs money, so it is the last resort. */
const smsLast = (channels: readonly string[]): string[] => [
  ...channels.filter((channel) => channel !== 'sms'),
  ...channels.filter((channel) => channel === 'sms'),
];

function Condition({ id, field, path, editing, value }: Props & { readonly id: string; readonly value: unknown }) {
  const { t, say } = useTexts();
  return (
    <div className={styles.condition}>
      {typeof value === 'string' ? (
        <ConditionWords text={value} conditions={editing.conditions} />
      ) : (
        <span className="faint">{field.key === 'audience' ? t('form.everybody') : t('value.none')}</span>
      )}
      <span>
        <Button
          id={id}
          size="small"
          aria-label={`${t('form.setCondition')} · ${say(field.label)}`}
          onClick={() => editing.editCondition(field, path)}
        >
          {t('form.setCondition')}
        </Button>
        {typeof value === 'string' && path[0] !== 'trigger' && (
          <Button size="small" type="text" onClick={() => editing.set(path, undefined)}>
            {t('form.clear')}
          </Button>
        )}
      </span>
    </div>
  );
}

/** The settings of the chosen trigger, as the trigger itself declares them. */
function TriggerSettings({ editing }: { readonly editing: FormEditing }) {
  const on = valueAt(editing.values, ['trigger', 'on']);
  const trigger = editing.form.triggers.find((known) => known.on === on);
  return (
    <>
      {(trigger?.fields ?? []).map((field) => (
        <SettingField key={`${trigger!.on}.${field.key}`} {...{ field, editing }} path={['trigger', field.key]} />
      ))}
    </>
  );
}
