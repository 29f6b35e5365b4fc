import { ColorPicker, Input, InputNumber, Select, Switch } from 'antd';
import { useTexts } from '../../i18n/i18n.js';
import { isMap, plainText } from './document-form.js';
import type { Field } from './form-parts.js';
import styles from './rules.module.css';
import type { Plain } from './yaml-edit.js';

interface Props {
  readonly id: string;
  readonly field: Field;
  readonly value: unknown;
  /** Undefined takes it out of the document. `at`: a part of the value, such as `zh` of a label. */
  readonly onChange: (value: Plain | undefined, at?: string) => void;
}

/** The control of a field that is no condition. */
export function FieldInput({ id, field, value, onChange }: Props) {
  const shown = value ?? field.fallback;
  switch (field.kind) {
    case 'label':
    case 'between':
      return <PairInput {...{ id, field, value: shown, onChange }} />;
    case 'color':
      return (
        <ColorPicker
          value={plainText(shown ?? '#888888')}
          showText
          disabledAlpha
          onChangeComplete={(color) => onChange(color.toHexString())}
        />
      );
    case 'int':
    case 'number':
    case 'share':
      return <FigureInput {...{ id, field, value: shown, onChange }} />;
    case 'switch':
      return <Switch id={id} checked={shown === true} onChange={(next) => onChange(next)} />;
    case 'choice':
    case 'picks':
      return <ChoiceInput {...{ id, field, value: shown, onChange }} />;
    case 'texts':
    case 'times':
    case 'numbers':
      return <ListInput {...{ id, field, value: shown, onChange }} />;
    case 'lines':
      return (
        <Input.TextArea
          id={id}
          value={typeof shown === 'string' ? shown : ''}
          maxLength={4_000}
          autoSize={{ minRows: 3, maxRows: 10 }}
          onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.value)}
        />
      );
    default:
      return (
        <Input
          id={id}
          value={typeof shown === 'string' || typeof shown === 'number' ? String(shown) : ''}
          maxLength={200}
          onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.value)}
        />
      );
  }
}

/** One of the choices, or several. */
function ChoiceInput({ id, field, value, onChange }: Props) {
  const { say } = useTexts();
  const options = (field.choices ?? []).map((one) => ({ value: one.value, label: say(one.label) }));
  const showSearch = { optionFilterProp: 'label' };
  if (field.kind === 'picks')
    return (
      <Select
        id={id}
        mode="multiple"
        showSearch={showSearch}
        value={Array.isArray(value) ? value.map(String) : []}
        onChange={(next: string[]) => onChange(next.length === 0 ? undefined : next)}
        options={options}
      />
    );
  return (
    <Select
      id={id}
      value={value === undefined ? null : plainText(value)}
      allowClear={field.isOptional === true}
      showSearch={showSearch}
      onChange={(next: string | undefined) => onChange(next)}
      options={options}
    />
  );
}

/** A share is stored as a part of one and typed in per cent. */
function FigureInput({ id, field, value, onChange }: Props) {
  const { say } = useTexts();
  const isShare = field.kind === 'share';
  const unit = field.unit && say(field.unit) ? say(field.unit) : undefined;
  const shown = typeof value === 'number' ? value : null;
  return (
    <InputNumber
      id={id}
      value={isShare && shown !== null ? Math.round(shown * 100) : shown}
      precision={field.kind === 'number' ? 1 : 0}
      suffix={isShare ? '%' : unit}
      onChange={(next) => next !== null && onChange(isShare ? next / 100 : next)}
    />
  );
}

/** A text in both languages, or two times of the day. */
function PairInput({ id, field, value, onChange }: Props) {
  const { t, say } = useTexts();
  const pair = isMap(value) ? value : {};
  const keys =
    field.kind === 'label'
      ? ([
          ['zh', t('rules.inChinese')],
          ['en', t('rules.inEnglish')],
        ] as const)
      : ([
          ['from', t('rules.from')],
          ['to', t('rules.to')],
        ] as const);
  return (
    <span className={styles.pair}>
      {keys.map(([key, prefix], index) => (
        <Input
          key={key}
          {...(index === 0 ? { id } : {})}
          prefix={<span className="faint">{prefix}</span>}
          aria-label={`${say(field.label)} ${prefix}`}
          value={typeof pair[key] === 'string' ? pair[key] : ''}
          onChange={(event) => onChange(event.target.value, key)}
        />
      ))}
    </span>
  );
}

function ListInput({ id, field, value, onChange }: Props) {
  const list = Array.isArray(value) ? value.map(String) : [];
  const isNumbers = field.kind === 'numbers';
  return (
    <Select
      id={id}
      mode="tags"
      value={list}
      tokenSeparators={[',', '，', '、', ' ']}
      onChange={(next: string[]) => {
        if (isNumbers) return onChange(next.map(Number).filter(Number.isFinite));
        // Without a default an empty list means that the field is not there.
        return onChange(next.length === 0 && field.key.includes('.') ? undefined : next);
      }}
      open={false}
      suffix={null}
    />
  );
}
