import { PlusOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import type { PlanNode } from '../../api/plan.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './calendar.module.css';
import { AlsoThatDay, DayMarks } from './day-marks.js';
import type { DayInPlan } from './days-of.js';
import { PostChip } from './post-chip.js';
import { useDayName, useWeekdayNames } from './use-day-words.js';

interface Props {
  readonly days: readonly DayInPlan[];
  readonly today: string;
  readonly add: (day: string) => void;
  readonly edit: (node: PlanNode) => void;
  readonly move: (node: PlanNode, day: string) => void;
}

/** The month in weeks. A post is dragged to another day, or opened and given another date. */
export function MonthGrid({ days, today, add, edit, move }: Props) {
  const dayName = useDayName();
  const weekdays = useWeekdayNames();
  const [dragged, setDragged] = useState<PlanNode | null>(null);
  const [over, setOver] = useState<string | null>(null);
  const isTarget = (day: string): boolean => dragged !== null && day >= today && day !== dragged.day;
  return (
    <div className={styles.grid}>
      <div className={styles.weekdays} aria-hidden>
        {weekdays.map((name) => (
          <span key={name}>{name}</span>
        ))}
      </div>
      <ol className={styles.days}>
        {days.map(({ day, isInMonth, nodes, texts, ahead }) => (
          <li
            key={day.day}
            className={styles.day}
            data-kind={day.kind}
            data-other={!isInMonth || undefined}
            data-today={day.day === today || undefined}
            data-over={(over === day.day && isTarget(day.day)) || undefined}
            aria-label={dayName(day.day)}
            onDragOver={(event) => {
              if (!isTarget(day.day)) return;
              event.preventDefault();
              setOver(day.day);
            }}
            onDragLeave={() => setOver(null)}
            onDrop={(event) => {
              event.preventDefault();
              if (dragged && isTarget(day.day)) move(dragged, day.day);
              setDragged(null);
              setOver(null);
            }}
          >
            <header>
              <b>{Number(day.day.slice(8))}</b>
              <DayMarks day={day} />
              {day.day >= today && <AddOn day={day.day} add={add} />}
            </header>
            {nodes.map((node) => (
              <PostChip key={node.id} {...{ node, today, edit }} onDrag={setDragged} />
            ))}
            <AlsoThatDay texts={texts} ahead={ahead} />
          </li>
        ))}
      </ol>
    </div>
  );
}

/** The plus in the corner of a day. */
function AddOn({ day, add }: { readonly day: string; readonly add: (day: string) => void }) {
  const { t } = useTexts();
  const dayName = useDayName();
  return (
    <Button
      type="text"
      size="small"
      className={styles.plus ?? ''}
      aria-label={t('calendar.addOn', { day: dayName(day) })}
      icon={<PlusOutlined aria-hidden />}
      onClick={() => add(day)}
    />
  );
}
