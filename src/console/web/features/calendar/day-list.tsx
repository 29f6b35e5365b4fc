import { PlusOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import type { PlanNode } from '../../api/plan.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './calendar.module.css';
import { AlsoThatDay, DayMarks } from './day-marks.js';
import type { DayInPlan } from './days-of.js';
import { PostChip } from './post-chip.js';
import { useDayName } from './use-day-words.js';

interface Props {
  readonly days: readonly DayInPlan[];
  readonly today: string;
  readonly add: (day: string) => void;
  readonly edit: (node: PlanNode) => void;
}

/** The month as a list of its days, for a phone. Days that are over and had nothing are left out. */
export function DayList({ days, today, add, edit }: Props) {
  const { t } = useTexts();
  const dayName = useDayName();
  const shown = days.filter(
    ({ day, isInMonth, nodes, texts }) => isInMonth && (day.day >= today || nodes.length + texts.length > 0),
  );
  return (
    <ol className={styles.list}>
      {shown.map(({ day, nodes, texts, ahead }) => (
        <li key={day.day} data-kind={day.kind} data-today={day.day === today || undefined}>
          <header>
            <b>{dayName(day.day)}</b>
            <DayMarks day={day} />
            {day.day >= today && (
              <Button
                type="text"
                aria-label={t('calendar.addOn', { day: dayName(day.day) })}
                icon={<PlusOutlined aria-hidden />}
                onClick={() => add(day.day)}
              />
            )}
          </header>
          {nodes.map((node) => (
            <PostChip key={node.id} {...{ node, today, edit }} />
          ))}
          <AlsoThatDay texts={texts} ahead={ahead} />
        </li>
      ))}
    </ol>
  );
}
