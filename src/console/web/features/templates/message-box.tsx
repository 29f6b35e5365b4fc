import { Input, Select } from 'antd';
import { useId, useRef, type ComponentRef } from 'react';
import { useTemplateVariables } from '../../api/templates.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './template-form.module.css';

interface Props {
  readonly title: string;
  readonly text: string;
  /** The most bytes that the text may have, and of which channel that is. */
  readonly limit: { readonly bytes: number; readonly channel: string } | null;
  readonly onChange: (text: string) => void;
}

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;
type TextBox = ComponentRef<typeof Input.TextArea>;

/** One text: what it says, how long it may be, and what can be filled into it. */
export function MessageBox({ title, text, limit, onChange }: Props) {
  const { t, say, name } = useTexts();
  const id = useId();
  const box = useRef<TextBox>(null);
  const variables = useTemplateVariables();
  const bytes = bytesOf(text);
  const insert = (variable: string): void => {
    const area = box.current?.resizableTextArea?.textArea;
    const at = area?.selectionStart ?? text.length;
    onChange(`${text.slice(0, at)}{{ ${variable} }}${text.slice(area?.selectionEnd ?? at)}`);
    area?.focus();
  };
  return (
    <div className={styles.message}>
      <div className={styles.messageHead}>
        <label htmlFor={id}>{title}</label>
        <Select<string>
          size="small"
          className={styles.picker ?? ''}
          showSearch={{ optionFilterProp: 'label' }}
          value={null}
          placeholder={t('form.insert')}
          aria-label={`${t('form.insert')} · ${title}`}
          popupMatchSelectWidth={280}
          onChange={insert}
          options={(variables.data ?? [])
            .filter(({ printable }) => printable)
            .map((variable) => ({ value: variable.name, label: say(variable.label) }))}
        />
      </div>
      <Input.TextArea
        id={id}
        ref={box}
        autoSize={{ minRows: 4, maxRows: 14 }}
        value={text}
        onChange={(event) => onChange(event.target.value)}
      />
      {limit && (
        <p className={styles.bytes} data-over={bytes > limit.bytes}>
          {t('form.bytes', { bytes, most: limit.bytes, channel: name('channel', limit.channel) })}
        </p>
      )}
    </div>
  );
}
