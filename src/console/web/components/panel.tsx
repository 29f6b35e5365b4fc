import { useId, type ReactNode } from 'react';
import styles from './panel.module.css';

interface Props {
  readonly title: string;
  readonly extra?: ReactNode;
  readonly children: ReactNode;
  readonly flush?: boolean;
  readonly className?: string | undefined;
}

/** A section with a title. `flush`: the content has no padding. */
export function Panel({ title, extra, children, flush = false, className }: Props) {
  const id = useId();
  return (
    <section className={className ? `${styles.panel} ${className}` : styles.panel} aria-labelledby={id}>
      <div className={styles.head}>
        <h2 id={id}>{title}</h2>
        {extra && <div className={styles.extra}>{extra}</div>}
      </div>
      <div className={flush ? styles.flush : styles.body}>{children}</div>
    </section>
  );
}
