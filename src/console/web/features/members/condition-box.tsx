import { CheckCircleFilled } from '@ant-design/icons';
import { Button, Input, Select } from 'antd';
import type { TextAreaRef } from 'antd/es/input/TextArea';
import { useRef, useState } from 'react';
import { useMetrics, useRuleCheck } from '../../api/metrics.js';
import type { ApiFault, Problem } from '../../api/request.js';
import { useSettled } from '../../components/use-settled.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './condition-box.module.css';
import { ProblemPlace } from './problem-place.js';

interface Props {
  readonly applied: string;
  /** The server refused the applied condition. */
  readonly refused: ApiFault | null;
  readonly onApply: (where: string) => void;
}

const asProblem = (fault: ApiFault): Problem => ({
  line: fault.where?.line ?? 1,
  column: fault.where?.column ?? 1,
  message: fault.message,
});

/** A condition in CEL over every metric, checked while it is typed. */
export function ConditionBox({ applied, refused, onApply }: Props) {
  const { t, say } = useTexts();
  const [text, setText] = useState(applied);
  const settled = useSettled(text, 350);
  const check = useRuleCheck(settled);
  const metrics = useMetrics();
  const area = useRef<TextAreaRef>(null);
  const current = settled === text && text.trim() !== '' ? check.data : undefined;
  const problems =
    current?.ok === false ? current.problems : refused && text === applied && !current ? [asProblem(refused)] : [];
  const insert = (name: string): void => {
    const field = area.current?.resizableTextArea?.textArea;
    const at = field?.selectionStart ?? text.length;
    setText(text.slice(0, at) + name + text.slice(field?.selectionEnd ?? at));
    field?.focus();
  };
  return (
    <div className={styles.box}>
      <label htmlFor="condition" className={styles.label}>
        {t('members.conditionLabel')}
      </label>
      <div className={styles.fields}>
        <Input.TextArea
          id="condition"
          ref={area}
          className={styles.text ?? ''}
          autoSize={{ minRows: 2, maxRows: 6 }}
          value={text}
          spellCheck={false}
          placeholder="orders_90d >= 2 && days_since_last_seen <= 30"
          status={problems.length > 0 ? 'error' : ''}
          aria-invalid={problems.length > 0}
          aria-describedby="condition-verdict"
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) onApply(text.trim());
          }}
        />
        <div className={styles.buttons}>
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            value={null}
            placeholder={t('members.insertMetric')}
            aria-label={t('members.insertMetric')}
            loading={metrics.isPending}
            onSelect={(name: string | null) => name && insert(name)}
            popupMatchSelectWidth={300}
            options={(metrics.data ?? []).map((metric) => ({
              value: metric.name,
              words: say(metric.label),
              label: `${say(metric.label)} ${metric.name}`,
            }))}
            optionRender={({ value, data }) => (
              <span>
                {data.words} <code className="faint">{value}</code>
              </span>
            )}
          />
          <Button type="primary" disabled={problems.length > 0} onClick={() => onApply(text.trim())}>
            {t('filter.apply')}
          </Button>
          {applied && <Button onClick={() => onApply('')}>{t('filter.clear')}</Button>}
        </div>
      </div>
      <div id="condition-verdict" aria-live="polite">
        {problems.map((problem) => (
          <ProblemPlace key={`${problem.line}:${problem.column}:${problem.message}`} text={text} problem={problem} />
        ))}
        {current?.ok && (
          <p className={styles.good}>
            <CheckCircleFilled aria-hidden /> {t('members.conditionGood')}
          </p>
        )}
      </div>
    </div>
  );
}
