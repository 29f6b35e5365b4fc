import type { ReactNode } from 'react';
import styles from './blank.module.css';

interface Props {
  readonly title: string;
  readonly hint?: ReactNode;
  readonly action?: ReactNode;
  readonly figure?: 'stairs' | 'broken';
}

const steps = [14, 24, 36, 50];

/** An empty list, with a hint what to do. */
export function Blank({ title, hint, action, figure = 'stairs' }: Props) {
  return (
    <div className={styles.blank}>
      <svg width="96" height="60" viewBox="0 0 96 60" aria-hidden className={styles.figure}>
        {steps.map((height, i) => (
          <rect
            key={height}
            x={10 + i * 20}
            y={56 - height}
            width="15"
            height={height}
            rx="3"
            className={figure === 'broken' && i === 2 ? styles.missing : styles.step}
          />
        ))}
      </svg>
      <p className={styles.title}>{title}</p>
      {hint && <p className={styles.hint}>{hint}</p>}
      {action && <div className={styles.action}>{action}</div>}
    </div>
  );
}
