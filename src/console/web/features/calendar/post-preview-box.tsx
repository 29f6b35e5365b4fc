import { usePostPreview, type PostToPreview } from '../../api/plan.js';
import { useSettled } from '../../components/use-settled.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './calendar.module.css';

const QUIET_MS = 400;

/** How the text reads in the first of its groups, and how many owners must tap for it. */
export function PostPreviewBox({ post }: { readonly post: PostToPreview }) {
  const { t, say } = useTexts();
  const settled = useSettled(JSON.stringify(post), QUIET_MS);
  const preview = usePostPreview(JSON.parse(settled) as PostToPreview);
  const shown = post.text.trim() === '' ? undefined : preview.data;
  if (!shown) return null;
  const { problems, sample, groups, taps, unreachable, unfillable } = shown;
  return (
    <section className={styles.preview} aria-label={t('calendar.preview')} aria-live="polite">
      {problems.map(({ line, column, message, hint }) => (
        <p key={`${line}:${column}`} className={styles.problem}>
          {t('calendar.problem', { line, column })} {say(message)} {say(hint)}
        </p>
      ))}
      {sample && (
        <blockquote>
          <cite>{sample.group}</cite>
          {sample.text}
        </blockquote>
      )}
      {problems.length === 0 && <p>{groups === 0 ? t('calendar.toNobody') : t('calendar.reach', { groups, taps })}</p>}
      {unfillable.length > 0 && (
        <p className={styles.problem}>{t('calendar.unfillable', { groups: unfillable.join('、') })}</p>
      )}
      {unreachable.length > 0 && (
        <p className={styles.problem}>{t('calendar.unreachable', { groups: unreachable.join('、') })}</p>
      )}
    </section>
  );
}
