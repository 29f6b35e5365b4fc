import { LeftOutlined, PlusOutlined, RightOutlined } from '@ant-design/icons';
import { Alert, App, Button } from 'antd';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useCopyMonth, useMovePost, usePlanMonth, type PlanMonth, type PlanNode } from '../../api/plan.js';
import { FaultNotice, faultText } from '../../components/fault-notice.js';
import { PageHead } from '../../components/page-head.js';
import { PageSkeleton } from '../../components/page-skeleton.js';
import { useIsPhone } from '../../components/use-media.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './calendar.module.css';
import { DayList } from './day-list.js';
import { daysOf, monthAfter, type DayInPlan } from './days-of.js';
import { MonthGrid } from './month-grid.js';
import { PostDialog, type OpenPost } from './post-dialog.js';
import { useMonthName } from './use-day-words.js';

/** The calendar of what is said in groups: a month with its festivals and days off, and what is planned. */
export function Calendar() {
  const [query, setQuery] = useSearchParams();
  const asked = query.get('month') ?? undefined;
  const plan = usePlanMonth(asked);
  if (plan.isPending) return <PageSkeleton />;
  if (!plan.data) return <FaultNotice error={plan.error} retry={() => void plan.refetch()} />;
  const show = (month: string): void => setQuery(plan.data.today.startsWith(month) ? {} : { month });
  return <Month plan={plan.data} show={show} />;
}

function Month({ plan, show }: { readonly plan: PlanMonth; readonly show: (month: string) => void }) {
  const texts = useTexts();
  const { t } = texts;
  const isPhone = useIsPhone();
  const monthName = useMonthName();
  const [open, setOpen] = useState<OpenPost | null>(null);
  const move = useMovePost();
  const days = daysOf(plan);
  const add = (day: string): void => setOpen({ node: null, day });
  const edit = (node: PlanNode): void => setOpen({ node, day: node.day });
  const firstFree = days.find(({ day, isInMonth }) => isInMonth && day.day > plan.today)?.day.day ?? plan.today;
  const shared = { days, today: plan.today, add, edit };
  return (
    <>
      <PageHead
        title={t('nav.calendar')}
        lead={t('calendar.lead')}
        actions={
          <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => add(firstFree)}>
            {t('calendar.add')}
          </Button>
        }
      />
      <div className={styles.bar}>
        <span className={styles.steps}>
          <Button
            aria-label={t('calendar.previous')}
            icon={<LeftOutlined aria-hidden />}
            onClick={() => show(monthAfter(plan.month, -1))}
          />
          <h2 aria-live="polite">{monthName(plan.month)}</h2>
          <Button
            aria-label={t('calendar.next')}
            icon={<RightOutlined aria-hidden />}
            onClick={() => show(monthAfter(plan.month, 1))}
          />
          {!plan.today.startsWith(plan.month) && (
            <Button type="text" onClick={() => show(plan.today.slice(0, 7))}>
              {t('calendar.today')}
            </Button>
          )}
        </span>
        <CopyMonth plan={plan} show={show} />
      </div>
      {move.isError && <Alert type="error" showIcon closable title={faultText(move.error, texts)} />}
      {isPhone ? <DayList {...shared} /> : <MonthGrid {...shared} move={(node, day) => move.mutate({ node, day })} />}
      <Legend plan={plan} days={days} />
      {open && <PostDialog key={open.node?.id ?? open.day} plan={plan} open={open} close={() => setOpen(null)} />}
    </>
  );
}

/** Copies the month to the same weekdays of the next one. */
function CopyMonth({ plan, show }: { readonly plan: PlanMonth; readonly show: (month: string) => void }) {
  const texts = useTexts();
  const { t } = texts;
  const { message } = App.useApp();
  const copy = useCopyMonth();
  const isEmpty = !plan.nodes.some(({ day, state }) => day.startsWith(plan.month) && state !== 'cancelled');
  return (
    <Button
      disabled={isEmpty}
      loading={copy.isPending}
      title={t('calendar.copyHint')}
      onClick={() =>
        copy.mutate(plan.month, {
          onSuccess: ({ copied }) => {
            void message.success(t(copied === 0 ? 'calendar.copiedNone' : 'calendar.copied', { n: copied }));
            show(monthAfter(plan.month, 1));
          },
          onError: (error) => void message.error(faultText(error, texts)),
        })
      }
    >
      {t('calendar.copy')}
    </Button>
  );
}

/** How often a group is written to, by whom, and which texts the rules say by themselves. */
function Legend({ plan, days }: { readonly plan: PlanMonth; readonly days: readonly DayInPlan[] }) {
  const { t, say } = useTexts();
  const { perDay, perWeek, sendBy, quiet, texts } = plan.rules;
  const on = texts.filter(({ enabled }) => enabled);
  return (
    <footer className={styles.legend}>
      {days.every(({ nodes }) => nodes.length === 0) && <p>{t('calendar.none')}</p>}
      <p>
        {t('calendar.caps', { perDay, perWeek })} {t(`calendar.by.${sendBy}`)}{' '}
        {t('calendar.quiet', { from: quiet.from, to: quiet.to })}
      </p>
      <p>
        {on.length === 0
          ? t('calendar.noTexts')
          : t('calendar.texts', { texts: on.map(({ name, words }) => `${name}（${say(words)}）`).join('、') })}{' '}
        <Link to="/rules/group-texts">{t('calendar.editTexts')}</Link>
        {' · '}
        <Link to="/rules/calendar">{t('calendar.editDays')}</Link>
      </p>
    </footer>
  );
}
