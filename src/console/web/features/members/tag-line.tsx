import pill from '../../components/pill.module.css';
import styles from './member-row.module.css';

const shown = 3;

export function TagLine({ tags }: { readonly tags: readonly string[] }) {
  if (tags.length === 0) return <span className="faint">—</span>;
  const rest = tags.slice(shown);
  return (
    <span className={styles.tags}>
      {tags.slice(0, shown).map((tag) => (
        <span key={tag} className={pill.tag}>
          {tag}
        </span>
      ))}
      {rest.length > 0 && (
        <span className={pill.tag} title={rest.join('、')}>
          +{rest.length}
        </span>
      )}
    </span>
  );
}
