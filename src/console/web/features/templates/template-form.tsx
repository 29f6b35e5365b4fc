import { Alert, Button, Collapse, Skeleton } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useConditions } from '../../api/rules.js';
import { useTemplateForm, type TemplateFormChoices } from '../../api/templates.js';
import { FaultNotice } from '../../components/fault-notice.js';
import { Panel } from '../../components/panel.js';
import { useTexts } from '../../i18n/i18n.js';
import type { Field } from '../rules/form-parts.js';
import { setIn, valueAt } from '../rules/yaml-edit.js';
import { MessageBox } from './message-box.js';
import { Fields, type FormEditing } from './setting-field.js';
import { moreFields, templateFields, type TemplatePart } from './template-fields.js';
import { partsOf, withFront, withMassText, withText, type TemplateParts, type TextPart } from './template-parts.js';
import styles from './template-form.module.css';

const ConditionDialog = lazy(async () => ({
  default: (await import('../rules/condition-dialog.js')).ConditionDialog,
}));

interface Props {
  readonly source: string;
  readonly onChange: (source: string) => void;
}

/** A template as questions and answers. It changes the source, so comments and what it does not know stay. */
export function TemplateForm({ source, onChange }: Props) {
  const { t } = useTexts();
  const form = useTemplateForm();
  const parts = partsOf(source);
  if (!parts) return <Alert type="info" showIcon title={t('form.onlySource')} description={t('form.onlySourceWhy')} />;
  if (form.isError) return <FaultNotice error={form.error} retry={() => void form.refetch()} />;
  if (!form.data) return <Skeleton active paragraph={{ rows: 12 }} />;
  return <Filled {...{ source, parts, onChange }} form={form.data} />;
}

interface FilledProps extends Props {
  readonly parts: TemplateParts;
  readonly form: TemplateFormChoices;
}

interface OpenCondition {
  readonly field: Field;
  readonly path: readonly string[];
}

function Filled({ source, parts, form, onChange }: FilledProps) {
  const { t, say } = useTexts();
  const [open, setOpen] = useState<OpenCondition | null>(null);
  const conditions = useConditions(conditionsIn(parts.values));
  const on = textOf(valueAt(parts.values, ['trigger', 'on']));
  const editing: FormEditing = {
    values: parts.values,
    form,
    conditions: conditions.data ?? new Map(),
    set: (path, value) => onChange(withFront(source, parts, setIn(parts.front, path, value))),
    editCondition: (field, path) => setOpen({ field, path }),
  };
  const more = (
    <>
      <Fields part={moreFields} editing={editing} />
      <p className="faint">{t('form.others')}</p>
    </>
  );
  return (
    <div className={styles.form}>
      {templateFields.map((part) => (
        <Panel key={part.title.en} title={say(part.title)}>
          <Fields part={withMeaning(part, on)} editing={editing} />
        </Panel>
      ))}
      <Texts {...{ source, parts, form, onChange }} />
      <Collapse items={[{ key: 'more', label: say(moreFields.title), children: more }]} />
      <Suspense fallback={null}>
        {open && (
          <ConditionDialog
            title={say(open.field.label)}
            field={open.field}
            text={textOf(valueAt(parts.values, open.path))}
            tags={form.tags}
            onApply={(text) => {
              editing.set(open.path, text);
              setOpen(null);
            }}
            onClose={() => setOpen(null)}
          />
        )}
      </Suspense>
    </div>
  );
}

/** The part with the fields that mean something under this trigger. */
const withMeaning = (part: TemplatePart, on: string): TemplatePart => ({
  ...part,
  fields: part.fields.filter(({ notOn }) => !notOn?.includes(on)),
});

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const conditionsIn = (values: TemplateParts['values']): readonly string[] =>
  [values['audience'], values['stop_when'], valueAt(values, ['trigger', 'when'])].filter(
    (text): text is string => typeof text === 'string',
  );

/** What it says: each text with its counter, and one for mass sends if they have none of their own. */
function Texts({ source, parts, form, onChange }: FilledProps) {
  const { t } = useTexts();
  const channels = Array.isArray(parts.values['channels']) ? parts.values['channels'].map(String) : [];
  const hasMass = parts.texts.some(({ isMass }) => isMass);
  const titleOf = ({ variant, isMass }: TextPart): string =>
    [t(isMass ? 'form.mass' : 'form.text'), ...(variant === null ? [] : [t('form.variant', { name: variant })])].join(
      ' · ',
    );
  const limitOf = ({ isMass }: TextPart) => {
    const used = form.channels.filter(({ value }) =>
      value === 'mass_send'
        ? isMass || (channels.includes(value) && !hasMass)
        : !isMass && channels.includes(value) && value !== 'sms',
    );
    const least = [...used].sort((a, b) => a.bytes - b.bytes)[0];
    return least ? { bytes: least.bytes, channel: least.value } : null;
  };
  return (
    <Panel title={t('form.what')}>
      <div className={styles.fields}>
        {parts.texts.map((part, index) => (
          <MessageBox
            key={index}
            title={titleOf(part)}
            text={part.text}
            limit={limitOf(part)}
            onChange={(text) => onChange(withText(source, part, text))}
          />
        ))}
        {channels.includes('mass_send') && !hasMass && (
          <Button onClick={() => onChange(withMassText(source, impersonal(parts.texts[0]?.text ?? '')))}>
            {t('form.addMass')}
          </Button>
        )}
      </div>
    </Panel>
  );
}

/** A text without what is filled in, to begin a text with that is the same for all. */
const impersonal = (text: string): string => text.trim().replace(/\{\{[^}]*\}\}[，,]?\s*|\{%[^%]*%\}/g, '');
