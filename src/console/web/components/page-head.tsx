import { useEffect, type ReactNode } from 'react';
import { useTexts } from '../i18n/i18n.js';
import styles from './page-head.module.css';

interface Props {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly above?: ReactNode;
  readonly actions?: ReactNode;
}

export function PageHead({ title, lead, above, actions }: Props) {
  const { t } = useTexts();
  useEffect(() => {
    document.title = `${title} · ${t('product.name')}`;
  }, [title, t]);
  return (
    <header className={styles.head}>
      <div className={styles.words}>
        {above && <div className={styles.above}>{above}</div>}
        <h1>{title}</h1>
        {lead && <div className={styles.lead}>{lead}</div>}
      </div>
      {actions && <div className={styles.actions}>{actions}</div>}
    </header>
  );
}
