import { App, Button, InputNumber } from 'antd';
import { useState } from 'react';
import { usePlanAnswer, useStorePlan, type Plan, type PlanAnswer, type Results } from '../../api/results.js';
import { faultText } from '../../components/fault-notice.js';
import { count } from '../../components/figures.js';
import { Panel } from '../../components/panel.js';
import { useSettled } from '../../components/use-settled.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './results.module.css';
import { MOST_DAYS, pointsOf } from './words.js';

interface Arms {
  readonly hasHoldout: boolean;
  readonly texts: number;
}

function useSizes(): (sizes: Plan['sizes'], arms: Arms) => string {
  const { t } = useTexts();
  return ({ perVariant, heldOut, toSend }, { hasHoldout, texts }) => {
    const fill = { n: count(perVariant), held: count(heldOut), send: count(toSend) };
    if (hasHoldout && texts > 1) return t('results.planSizes', fill);
    return t(hasHoldout ? 'results.planSizesLift' : 'results.planSizesTexts', fill);
  };
}

/** People that must come before everything is said, as the slowest arm needs them. */
function peopleNeeded({ perVariant, heldOut, toSend }: Plan['sizes'], { hasHoldout, texts }: Arms): number {
  const forTexts = texts > 1 ? perVariant * texts : 0;
  return Math.max(forTexts, hasHoldout ? heldOut + toSend : 0);
}

/** Answers people and days while somebody tries figures; stores them on request. */
function PlanForm({ results, arms }: { readonly results: Results; readonly arms: Arms }) {
  const texts = useTexts();
  const { t } = texts;
  const { modal, message } = App.useApp();
  const { plan, key } = results;
  const [baseRate, setBase] = useState<number | null>(Math.round(plan.baseRate * 1000) / 10);
  const [difference, setDifference] = useState<number | null>(Math.round(plan.difference * 1000) / 10);
  const asked = useSettled(baseRate && difference ? `${baseRate} ${difference}` : '', 300);
  const [base = 0, points = 0] = asked.split(' ').map(Number);
  const question = { baseRate: base, difference: points };
  const answer = usePlanAnswer(key, asked === '' ? null : question);
  const storing = useStorePlan(key);
  const store = (): void => {
    void modal.confirm({
      title: t('results.planTitle'),
      content: t('results.planText'),
      okText: t('results.planStore'),
      cancelText: t('action.cancel'),
      onOk: () =>
        storing.mutateAsync(question).then(
          () => void message.success(t('results.planStored')),
          (error: unknown) => void message.error(faultText(error, texts)),
        ),
    });
  };
  return (
    <>
      <div className={styles.form}>
        <label>
          {t('results.planBase')}
          <InputNumber min={0.1} max={99.9} step={1} value={baseRate} onChange={setBase} />
        </label>
        <label>
          {t('results.planDifference')}
          <InputNumber min={0.1} max={90} step={1} value={difference} onChange={setDifference} />
        </label>
        <Button disabled={!answer.data} loading={storing.isPending} onClick={store}>
          {t('results.planStore')}
        </Button>
      </div>
      {answer.data && <PlanAnswered answer={answer.data} arms={arms} />}
    </>
  );
}

function PlanAnswered({
  answer: { sizes: found, perDay },
  arms,
}: {
  readonly answer: PlanAnswer;
  readonly arms: Arms;
}) {
  const { t } = useTexts();
  const sizes = useSizes();
  const days = perDay === 0 ? null : Math.ceil(peopleNeeded(found, arms) / perDay);
  return (
    <p className={styles.answer} aria-live="polite">
      {sizes(found, arms)}{' '}
      {days === null
        ? t('results.planNoPace')
        : days > MOST_DAYS
          ? t('results.planYears')
          : t('results.planDays', { days: count(days) })}
    </p>
  );
}

/** What was asked before the comparison: what happens anyway and what is worth finding, and so how many people. */
export function PlanPanel({ results }: { readonly results: Results }) {
  const { t, name } = useTexts();
  const sizes = useSizes();
  const { plan, goal, period } = results;
  const { holdoutPercent, variants } = results.periods[period]!;
  const arms = { hasHoldout: holdoutPercent > 0, texts: variants.length };
  const words = {
    ...{ who: plan.madeBy ?? '', outcome: name('results.outcome', goal) },
    ...{ base: pointsOf(plan.baseRate), points: pointsOf(plan.difference) },
  };
  return (
    <Panel title={t('results.plan')}>
      <p>{t(plan.madeBy === null ? 'results.planDefault' : 'results.planMade', words)}</p>
      <p>{sizes(plan.sizes, arms)}</p>
      {period === 0 && <PlanForm results={results} arms={arms} />}
    </Panel>
  );
}
