import { DeleteOutlined, EditOutlined, PlusOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import { dangerous } from '../../components/confirm-danger.js';
import { Panel } from '../../components/panel.js';
import { useTexts } from '../../i18n/i18n.js';
import { entryName, valueOf } from './changes.js';
import { apartOf, fieldsOf, isMap, isShare } from './document-form.js';
import type { Field, ListPart, Part, SectionPart } from './form-parts.js';
import { ConditionWords, useValueWords, type Conditions } from './field-value.js';
import styles from './rules.module.css';
import { addTo, setIn, valueAt, type Path } from './yaml-edit.js';

export interface Editing {
  readonly document: string;
  readonly text: string;
  readonly data: unknown;
  /** The values in force, to mark what was changed. */
  readonly inForce: unknown;
  readonly setText: (text: string) => void;
  readonly conditions: Conditions;
  readonly editCondition: (at: Path, field: Field, title: string) => void;
  readonly editFields: (at: Path, fields: readonly Field[], title: string) => void;
}

const isCondition = ({ kind }: Field): boolean => kind === 'condition' || kind === 'stay';

/** One part of a document in words, with its buttons. */
export function PartView({
  part,
  parts,
  editing,
}: {
  readonly part: Part;
  readonly parts: readonly Part[];
  readonly editing: Editing;
}) {
  if (part.kind === 'list') return <ListView part={part} at={part.path} editing={editing} />;
  return <SectionView part={part} parts={parts} editing={editing} />;
}

function SectionView({
  part,
  parts,
  editing,
}: {
  readonly part: SectionPart;
  readonly parts: readonly Part[];
  readonly editing: Editing;
}) {
  const { t, say } = useTexts();
  const value = valueAt(editing.data, part.path);
  const apart = part.path.length === 0 ? apartOf(parts) : [];
  const fields = fieldsOf(part.fields, value, apart);
  const title = say(part.title);
  return (
    <Panel
      title={title}
      extra={
        <Button
          size="small"
          icon={<EditOutlined />}
          onClick={() => editing.editFields(part.path, fields, title)}
          aria-label={t('rules.editOf', { name: title })}
        >
          {t('rules.edit')}
        </Button>
      }
    >
      <Facts fields={fields} value={value} conditions={editing.conditions} />
    </Panel>
  );
}

/** Names and values; what the document does not say is what holds by default. */
function Facts({
  fields,
  value,
  conditions,
}: {
  readonly fields: readonly Field[];
  readonly value: unknown;
  readonly conditions: Conditions;
}) {
  const { t, say } = useTexts();
  const words = useValueWords(conditions);
  const shown = fields.filter((field) => valueOf(value, field.key) !== undefined || field.fallback !== undefined);
  if (shown.length === 0) return null;
  return (
    <dl className={styles.facts}>
      {shown.map((field) => {
        const given = valueOf(value, field.key);
        return (
          <div key={field.key}>
            <dt>{say(field.label)}</dt>
            <dd>
              {field.kind === 'color' && (
                <i className={styles.swatch} style={{ background: String(given) }} aria-hidden />
              )}
              {words(field, given ?? field.fallback)}
              {given === undefined && <span className={styles.byDefault}>{t('rules.byDefault')}</span>}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function ListView({ part, at, editing }: { readonly part: ListPart; readonly at: Path; readonly editing: Editing }) {
  const { t, say } = useTexts();
  const entries = valueAt(editing.data, at);
  const list: readonly unknown[] = Array.isArray(entries) ? (entries as readonly unknown[]) : [];
  const add = (): void => editing.setText(addTo(editing.text, at, part.entry.blank));
  return (
    <section className={styles.list} aria-label={say(part.title)}>
      <header className={styles.listHead}>
        <h2>{say(part.title)}</h2>
        <Button size="small" icon={<PlusOutlined />} onClick={add}>
          {say(part.add)}
        </Button>
      </header>
      {list.length === 0 && (
        <p className={styles.none}>
          {t('rules.noEntries')}
          {part.about && ` ${say(part.about)}`}
        </p>
      )}
      <ol className={styles.cards}>
        {list.map((value, index) => (
          <li key={index}>
            <EntryCard
              part={part}
              value={value}
              index={index}
              at={[...at, index]}
              editing={editing}
              isLowest={index === 0}
            />
          </li>
        ))}
      </ol>
    </section>
  );
}

interface CardProps {
  readonly part: ListPart;
  readonly value: unknown;
  readonly index: number;
  readonly at: Path;
  readonly editing: Editing;
  readonly isLowest: boolean;
}

function useRemove(editing: Editing): (at: Path, name: string) => void {
  const { t } = useTexts();
  const { modal } = App.useApp();
  return (at, name) =>
    void modal.confirm({
      title: t('rules.removeTitle', { name }),
      content: t('rules.removeText'),
      okText: t('rules.remove'),
      cancelText: t('action.cancel'),
      ...dangerous(),
      onOk: () => editing.setText(setIn(editing.text, at, undefined)),
    });
}

function EntryCard({ part, value, index, at, editing, isLowest }: CardProps) {
  const { t, say } = useTexts();
  const remove = useRemove(editing);
  const named = entryName(part, value, index);
  const name =
    typeof named === 'string' ? (part.entry.name === '' ? t('rules.level', { n: named }) : named) : say(named);
  const inner = part.entry.list;
  const fields = fieldsOf(part.entry.fields, value, inner ? [String(inner.path[0])] : []);
  const isChanged = JSON.stringify(valueAt(editing.inForce, at)) !== JSON.stringify(value);
  const color = isMap(value) && typeof value['color'] === 'string' ? value['color'] : undefined;
  const plain = fields.filter(
    (field) => !isCondition(field) && field.key !== part.entry.name && field.kind !== 'color',
  );
  return (
    <article
      className={styles.card}
      style={color ? { borderInlineStartColor: color } : undefined}
      data-tinted={color !== undefined}
    >
      <header className={styles.cardHead}>
        <h3>{name}</h3>
        {isChanged && <span className={styles.changed}>{t('rules.changed')}</span>}
        <span className={styles.cardActions}>
          <Button
            size="small"
            icon={<EditOutlined />}
            aria-label={t('rules.editOf', { name })}
            onClick={() => editing.editFields(at, fields, name)}
          >
            {t('rules.edit')}
          </Button>
          <Button
            size="small"
            type="text"
            icon={<DeleteOutlined />}
            aria-label={t('rules.removeOf', { name })}
            onClick={() => remove(at, name)}
          />
        </span>
      </header>
      {fields.filter(isCondition).map((field) => (
        <ConditionLine
          key={field.key}
          {...{ field, value, at, editing, name }}
          takesRest={editing.document === 'tiers' && isLowest}
        />
      ))}
      <Facts fields={plain} value={value} conditions={editing.conditions} />
      {inner && <TagLines part={inner} at={[...at, ...inner.path]} editing={editing} />}
    </article>
  );
}

interface LineProps {
  readonly field: Field;
  readonly value: unknown;
  readonly at: Path;
  readonly editing: Editing;
  readonly name: string;
  readonly takesRest?: boolean;
}

function ConditionLine({ field, value, at, editing, name, takesRest = false }: LineProps) {
  const { t, say } = useTexts();
  const given = valueOf(value, field.key);
  const label = say(field.label);
  if (typeof given !== 'string') {
    if (!takesRest || field.key !== 'enter') return null;
    return (
      <div className={styles.rule}>
        <span className={styles.ruleName}>{label}</span>
        <span className="faint">{t('rules.takesRest')}</span>
      </div>
    );
  }
  const title = `${name} · ${label}`;
  return (
    <div className={styles.rule}>
      <span className={styles.ruleName}>{label}</span>
      {isShare(given) ? (
        <span className={styles.words}>{t('rules.share', { share: given.trim() })}</span>
      ) : (
        <ConditionWords text={given} conditions={editing.conditions} />
      )}
      <Button
        size="small"
        aria-label={t('rules.conditionOf', { name: title })}
        onClick={() => editing.editCondition(at, field, title)}
      >
        {t('rules.editCondition')}
      </Button>
    </div>
  );
}

/** The entries of a list within an entry, each on a line: the tags of a group. */
function TagLines({ part, at, editing }: { readonly part: ListPart; readonly at: Path; readonly editing: Editing }) {
  const { say } = useTexts();
  const entries = valueAt(editing.data, at);
  const list: readonly unknown[] = Array.isArray(entries) ? (entries as readonly unknown[]) : [];
  return (
    <>
      <ul className={styles.lines}>
        {list.map((value, index) => (
          <li key={index}>
            <TagLine {...{ part, value, index, at: [...at, index], editing }} />
          </li>
        ))}
      </ul>
      <Button
        size="small"
        type="dashed"
        icon={<PlusOutlined />}
        onClick={() => editing.setText(addTo(editing.text, at, part.entry.blank))}
      >
        {say(part.add)}
      </Button>
    </>
  );
}

function TagLine({ part, value, index, at, editing }: Omit<CardProps, 'isLowest'>) {
  const { t, say } = useTexts();
  const remove = useRemove(editing);
  const named = entryName(part, value, index);
  const name = typeof named === 'string' ? named : say(named);
  const fields = fieldsOf(part.entry.fields, value);
  const when = fields.find(isCondition);
  const given = when && valueOf(value, when.key);
  const rest = fields.filter(
    (field) => field !== when && field.key !== part.entry.name && valueOf(value, field.key) !== undefined,
  );
  const isChanged = JSON.stringify(valueAt(editing.inForce, at)) !== JSON.stringify(value);
  return (
    <>
      <span className={styles.tag}>{name}</span>
      <span className={styles.lineWords}>
        {typeof given === 'string' && <ConditionWords text={given} conditions={editing.conditions} />}
        {isChanged && <span className={styles.changed}>{t('rules.changed')}</span>}
        {rest.length > 0 && <Facts fields={rest} value={value} conditions={editing.conditions} />}
      </span>
      <span className={styles.lineActions}>
        {when && (
          <Button
            size="small"
            aria-label={t('rules.conditionOf', { name })}
            onClick={() => editing.editCondition(at, when, name)}
          >
            {t('rules.editCondition')}
          </Button>
        )}
        <Button
          size="small"
          type="text"
          icon={<EditOutlined />}
          aria-label={t('rules.editOf', { name })}
          onClick={() => editing.editFields(at, fields, name)}
        />
        <Button
          size="small"
          type="text"
          icon={<DeleteOutlined />}
          aria-label={t('rules.removeOf', { name })}
          onClick={() => remove(at, name)}
        />
      </span>
    </>
  );
}
