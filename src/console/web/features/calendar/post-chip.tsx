import type { PlanNode } from '../../api/plan.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './calendar.module.css';
import { isMovable } from './days-of.js';
import { useDayName } from './use-day-words.js';

interface Props {
  readonly node: PlanNode;
  readonly today: string;
  readonly edit: (node: PlanNode) => void;
  /** Left out: it cannot be dragged here. */
  readonly onDrag?: (node: PlanNode | null) => void;
}

/** How a post stands, in one word or a few. */
export function usePostStanding(): (node: PlanNode) => { readonly words: string; readonly tone: string } {
  const { t } = useTexts();
  const dayName = useDayName();
  return (node) => {
    const { state, progress, goesOn, day } = node;
    const unsent = progress.unsent.reduce((sum, { count }) => sum + count, 0);
    if (state === 'cancelled') return { words: t('calendar.state.cancelled'), tone: 'off' };
    if (state === 'skipped') return { words: t('calendar.state.skipped'), tone: 'off' };
    if (state === 'missed') return { words: t('calendar.state.missed'), tone: 'bad' };
    if (state === 'planned' && goesOn === null) return { words: t('calendar.willSkip'), tone: 'off' };
    if (state === 'planned' && goesOn !== null && goesOn !== day)
      return { words: t('calendar.willMove', { day: dayName(goesOn) }), tone: 'wait' };
    if (state === 'planned' || progress.ahead > 0) return { words: '', tone: 'plan' };
    if (progress.waiting > 0) return { words: t('calendar.waiting', { n: progress.waiting }), tone: 'wait' };
    if (progress.sent > 0 && unsent === 0) return { words: t('calendar.sent', { n: progress.sent }), tone: 'sent' };
    if (progress.sent > 0) return { words: t('calendar.sentSome', { n: progress.sent, not: unsent }), tone: 'sent' };
    return { words: t('calendar.unsent', { n: unsent }), tone: 'bad' };
  };
}

/** A planned post in its day. It opens on a tap or Enter; with a mouse it is dragged to another day. */
export function PostChip({ node, today, edit, onDrag }: Props) {
  const { words, tone } = usePostStanding()(node);
  const draggable = onDrag !== undefined && isMovable(node, today);
  return (
    <button
      type="button"
      className={styles.chip}
      data-tone={tone}
      draggable={draggable}
      onDragStart={(event) => {
        event.dataTransfer.effectAllowed = 'move';
        event.dataTransfer.setData('text/plain', node.name);
        onDrag?.(node);
      }}
      onDragEnd={() => onDrag?.(null)}
      onClick={() => edit(node)}
    >
      <span>
        <time>{node.time}</time> {node.name}
      </span>
      {words !== '' && <small>{words}</small>}
    </button>
  );
}
