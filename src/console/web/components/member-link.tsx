import { Link } from 'react-router';
import { useTexts } from '../i18n/i18n.js';
import styles from './member-link.module.css';

export function MemberLink({ id, name }: { readonly id: string | number | null; readonly name: string | null }) {
  const { t } = useTexts();
  const shown = name || t('member.nameless');
  if (id === null && !name) return <span className="faint">—</span>;
  if (id === null) return <span className={styles.name}>{shown}</span>;
  return (
    <Link
      className={styles.name}
      to={`/members/${encodeURIComponent(String(id))}`}
      onClick={(event) => event.stopPropagation()}
    >
      {shown}
    </Link>
  );
}
