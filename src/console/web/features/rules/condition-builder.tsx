import { CloseOutlined, PlusOutlined } from '@ant-design/icons';
import { QueryBuilderAntD } from '@react-querybuilder/antd';
import { AutoComplete, Button, Checkbox, Input, InputNumber, Select } from 'antd';
import { useMemo } from 'react';
import {
  QueryBuilder,
  type ActionProps,
  type NotToggleProps,
  type FieldSelectorProps,
  type FullField,
  type OperatorSelectorProps,
  type RuleGroupType,
  type ValueEditorProps,
  type VersatileSelectorProps,
} from 'react-querybuilder';
import type { Metric } from '../../api/metrics.js';
import { metricLabel } from '../../components/figures.js';
import { useTexts, type Texts } from '../../i18n/i18n.js';
import { plainText } from './document-form.js';
import { hasEmptyGroup, TAGS } from './builder-query.js';
import styles from './condition-builder.module.css';

interface Props {
  readonly query: RuleGroupType;
  readonly onChange: (query: RuleGroupType) => void;
  readonly metrics: readonly Metric[];
  readonly tags: readonly string[];
}

const numbers = ['>=', '>', '<=', '<', '==', '!='];
const texts = ['==', '!=', 'in', 'notIn', 'contains', 'notContains', 'startsWith', 'notStartsWith'];

function operatorsOf(metric: Metric | undefined): readonly string[] {
  if (!metric) return ['tagged', 'notTagged'];
  const own =
    metric.type === 'bool'
      ? ['yes', 'no']
      : metric.type === 'int'
        ? [...numbers, 'in', 'notIn']
        : metric.values
          ? texts.slice(0, 4)
          : texts;
  return metric.nullable ? [...own, 'known', 'unknown'] : own;
}

/** A fresh rule says something at once: an empty value would be a mistake. */
function firstValue(metric: Metric | undefined): string | number {
  if (!metric) return '';
  if (metric.type === 'int') return metric.unit === 'days' ? 30 : metric.unit === 'cents' ? 10_000 : 1;
  return metric.values?.[0]?.value ?? '';
}

interface Shared {
  readonly byName: ReadonlyMap<string, Metric>;
  readonly tags: readonly string[];
  readonly texts: Texts;
}

/** Every choice of the builder: what it is of, how it is compared, which of two. */
function Choice({ options, value, title, className, ...props }: VersatileSelectorProps) {
  return (
    <Select
      className={className ?? ''}
      aria-label={title ?? ''}
      value={value ?? ''}
      onChange={(next: string) => props.handleOnChange(next)}
      popupMatchSelectWidth={false}
      options={[...options] as never}
    />
  );
}

/** Finds a metric by a part of its Chinese or English name. */
function FieldChoice({ options, value, title, className, ...props }: FieldSelectorProps) {
  return (
    <Select
      className={`${className ?? ''} ${styles.field}`}
      aria-label={title ?? ''}
      value={value ?? ''}
      onChange={(next: string) => props.handleOnChange(next)}
      popupMatchSelectWidth={320}
      showSearch={{
        filterOption: (typed, option) =>
          `${plainText(option?.label)} ${plainText(option?.value)}`.toLowerCase().includes(typed.trim().toLowerCase()),
      }}
      options={[...options] as never}
      optionRender={({ label, value: name }) => (
        <span>
          {label} {name !== TAGS && <code className="faint">{name}</code>}
        </span>
      )}
    />
  );
}

/** `removeRule` and `removeGroup` are the cross at the end of a line. */
function Action({ label, title, className, ...props }: ActionProps) {
  const isRemoval = className?.includes('remove') ?? false;
  return (
    <Button
      size="small"
      className={className ?? ''}
      type={isRemoval ? 'text' : 'default'}
      icon={isRemoval ? <CloseOutlined /> : <PlusOutlined />}
      aria-label={title ?? ''}
      onClick={(event) => props.handleOnClick(event)}
    >
      {isRemoval ? null : label}
    </Button>
  );
}

const NotChoice = ({ checked, label, ...props }: NotToggleProps) => (
  <Checkbox
    className={styles.not ?? ''}
    checked={checked ?? false}
    onChange={(event) => props.handleOnChange(event.target.checked)}
  >
    {label}
  </Checkbox>
);

const OperatorChoice = (props: OperatorSelectorProps) => <Choice {...(props as unknown as VersatileSelectorProps)} />;

function ValueField({ field, operator, value, valueSource, title, context, ...props }: ValueEditorProps) {
  const {
    byName,
    tags,
    texts: { t, say },
  } = context as Shared;
  const metric = byName.get(field);
  const label = title ?? '';
  const given: unknown = value;
  const change = (next: unknown): void => props.handleOnChange(next);
  if (['yes', 'no', 'known', 'unknown'].includes(operator)) return null;
  if (field === TAGS)
    return (
      <AutoComplete
        className={styles.value ?? ''}
        aria-label={label}
        value={plainText(given ?? '')}
        placeholder={t('builder.tag')}
        onChange={(next: string) => change(next)}
        options={tags.filter((tag) => tag.includes(plainText(given ?? ''))).map((tag) => ({ value: tag }))}
      />
    );
  if (valueSource === 'field')
    return (
      <Select
        className={styles.value ?? ''}
        aria-label={label}
        value={plainText(given)}
        onChange={(next: string) => change(next)}
        popupMatchSelectWidth={280}
        showSearch={{ optionFilterProp: 'label' }}
        options={[...byName.values()]
          .filter(({ type, name }) => type === metric?.type && name !== field)
          .map(({ name, label: named }) => ({ value: name, label: metricLabel(name, say(named)) }))}
      />
    );
  if (operator === 'in' || operator === 'notIn') return <ListField {...{ metric, given, label, change, say }} />;
  if (metric?.type === 'int') return <NumberField {...{ metric, given, label, change, say }} />;
  if (metric?.values)
    return (
      <Select
        className={styles.value ?? ''}
        aria-label={label}
        value={plainText(Array.isArray(given) ? given[0] : given)}
        onChange={(next: string) => change(next)}
        options={metric.values.map((one) => ({ value: one.value, label: say(one.label) }))}
      />
    );
  return (
    <Input
      className={styles.value ?? ''}
      aria-label={label}
      value={plainText(Array.isArray(given) ? (given[0] ?? '') : given)}
      onChange={(event) => change(event.target.value)}
    />
  );
}

interface ValueProps {
  readonly metric: Metric | undefined;
  readonly given: unknown;
  readonly label: string;
  readonly change: (value: unknown) => void;
}

/** Money is typed in yuan and stored in cents. */
function NumberField({ metric, given, label, change, say }: ValueProps & Pick<Texts, 'say'>) {
  const isMoney = metric?.unit === 'cents';
  const number = Number(Array.isArray(given) ? given[0] : given);
  return (
    <InputNumber
      className={styles.number ?? ''}
      aria-label={label}
      value={Number.isFinite(number) && given !== '' ? (isMoney ? number / 100 : number) : null}
      precision={isMoney ? 2 : 0}
      prefix={isMoney ? '¥' : undefined}
      suffix={metric && say(metric.unitLabel)}
      onChange={(next) => change(next === null ? '' : isMoney ? Math.round(Number(next) * 100) : next)}
    />
  );
}

function ListField({ metric, given, label, change, say }: ValueProps & Pick<Texts, 'say'>) {
  const list = (Array.isArray(given) ? given : [given]).filter((one) => one !== '').map(String);
  const isNumber = metric?.type === 'int';
  return (
    <Select
      className={styles.value ?? ''}
      mode={metric?.values ? 'multiple' : 'tags'}
      aria-label={label}
      value={list}
      onChange={(next: string[]) =>
        change(isNumber ? next.map(Number).filter((one) => Number.isSafeInteger(one)) : next)
      }
      options={(metric?.values ?? []).map((one) => ({ value: one.value, label: say(one.label) }))}
    />
  );
}

const operatorKeys = {
  ...{ '>=': 'atLeast', '>': 'above', '<=': 'atMost', '<': 'below', '==': 'is', '!=': 'isNot' },
  ...{ in: 'in', notIn: 'notIn', contains: 'contains', notContains: 'notContains', startsWith: 'startsWith' },
  ...{ notStartsWith: 'notStartsWith', yes: 'yes', no: 'no', known: 'known', unknown: 'unknown' },
  ...{ tagged: 'tagged', notTagged: 'notTagged' },
} as const;

function translationsOf({ t }: Texts) {
  const named = (label: string) => ({ label, title: label });
  return {
    ...{ fields: { title: t('builder.metric') }, operators: { title: t('builder.operator') } },
    ...{ values: { title: t('builder.value') }, value: { title: t('builder.value') } },
    ...{ combinators: { title: t('builder.join') }, valueSourceSelector: { title: t('builder.valueSource') } },
    ...{ addRule: named(t('builder.addRule')), addGroup: named(t('builder.addGroup')) },
    ...{ removeRule: { label: '✕', title: t('builder.removeRule') } },
    ...{ removeGroup: { label: '✕', title: t('builder.removeGroup') } },
    notToggle: { label: t('builder.not'), title: t('builder.not') },
  };
}

/** The metrics in groups, and the tags before them. A figure of all members stands only on the right of a comparison. */
function useFieldGroups(metrics: readonly Metric[]) {
  const { t, say } = useTexts();
  return useMemo(() => {
    const groups = new Map<string, FullField[]>([
      [t('builder.tagGroup'), [{ name: TAGS, value: TAGS, label: t('builder.tagField') } as FullField]],
    ]);
    for (const metric of metrics.filter(({ isOfCorp }) => !isOfCorp)) {
      const group = groups.get(say(metric.group)) ?? [];
      group.push({
        name: metric.name,
        value: metric.name,
        label: metricLabel(metric.name, say(metric.label)),
      } as FullField);
      groups.set(say(metric.group), group);
    }
    return [...groups].map(([label, options]) => ({ label, options }));
  }, [metrics, t, say]);
}

/** The comparisons of a metric, in words. */
function useOperators(byName: Shared['byName']) {
  const { name } = useTexts();
  return (field: string) =>
    operatorsOf(byName.get(field)).map((op) => {
      const isText = byName.get(field)?.type === 'string';
      const key = operatorKeys[op as keyof typeof operatorKeys];
      return {
        name: op,
        value: op,
        label: name('builder.op', isText && (op === '==' || op === '!=') ? `${key}Text` : key),
      };
    });
}

/** A condition as blocks: groups of tests that all hold, or of which one holds. */
export function ConditionBuilder({ query, onChange, metrics, tags }: Props) {
  const reader = useTexts();
  const { t } = reader;
  const byName = useMemo(() => new Map(metrics.map((metric) => [metric.name, metric])), [metrics]);
  const fields = useFieldGroups(metrics);
  const operators = useOperators(byName);
  return (
    <div className={styles.builder}>
      <QueryBuilderAntD>
        <QueryBuilder
          query={query}
          onQueryChange={onChange}
          fields={fields}
          context={{ byName, tags, texts: reader } satisfies Shared}
          combinators={[
            { name: 'and', value: 'and', label: t('builder.all') },
            { name: 'or', value: 'or', label: t('builder.any') },
          ]}
          getOperators={(field) => operators(field)}
          getDefaultField={metrics.some(({ name: one }) => one === 'orders_90d') ? 'orders_90d' : TAGS}
          getDefaultValue={({ field }) => firstValue(byName.get(field))}
          getValueSources={(field, operator) =>
            (byName.get(field)?.type === 'int' && numbers.includes(operator)
              ? [
                  { name: 'value', value: 'value', label: t('builder.number') },
                  { name: 'field', value: 'field', label: t('builder.metric') },
                ]
              : ['value']) as never
          }
          showNotToggle
          resetOnOperatorChange={false}
          translations={translationsOf(reader)}
          controlElements={{
            fieldSelector: FieldChoice,
            operatorSelector: OperatorChoice as never,
            combinatorSelector: Choice as never,
            valueSourceSelector: Choice as never,
            valueEditor: ValueField,
            actionElement: Action as never,
            notToggle: NotChoice as never,
          }}
        />
      </QueryBuilderAntD>
      {hasEmptyGroup(query) && (
        <p role="alert" className={styles.empty}>
          {t('builder.emptyGroup')}
        </p>
      )}
    </div>
  );
}
