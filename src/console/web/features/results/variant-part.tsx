import { App, Button } from 'antd';
import { useStopVariant, type Results, type VariantComparison } from '../../api/results.js';
import { dangerous } from '../../components/confirm-danger.js';
import { faultText } from '../../components/fault-notice.js';
import { useTexts } from '../../i18n/i18n.js';
import { BesideList } from './beside-list.js';
import { LooksPicture } from './looks-picture.js';
import styles from './results.module.css';
import { VerdictLine } from './verdict.js';
import { pointsOf } from './words.js';

/** Stops a text after a question. Nothing stops by itself. */
export function StopVariant({ results, variant }: { readonly results: Results; readonly variant: string }) {
  const texts = useTexts();
  const { t } = texts;
  const { modal, message } = App.useApp();
  const stopping = useStopVariant(results.key);
  const baseVersion = results.periods[0]?.versions[0] ?? 0;
  const ask = (): void => {
    void modal.confirm({
      title: t('results.stopTitle', { name: variant }),
      content: t('results.stopText', { name: variant }),
      okText: t('results.stop', { name: variant }),
      cancelText: t('action.cancel'),
      ...dangerous(),
      onOk: () =>
        stopping.mutateAsync({ variant, baseVersion }).then(
          ({ version }) => void message.success(t('results.stopped', { version })),
          (error: unknown) => void message.error(faultText(error, texts)),
        ),
    });
  };
  return (
    <Button size="small" loading={stopping.isPending} onClick={ask}>
      {t('results.stop', { name: variant })}
    </Button>
  );
}

/** One text against the first. */
export function VariantPart({
  results,
  comparison,
}: {
  readonly results: Results;
  readonly comparison: VariantComparison;
}) {
  const { t } = useTexts();
  const { atPlannedSize } = comparison;
  return (
    <section className={styles.part} aria-label={t('results.pair', { one: comparison.one, other: comparison.other })}>
      <h3>{t('results.pair', { one: comparison.one, other: comparison.other })}</h3>
      <VerdictLine comparison={comparison} goal={results.goal} />
      {atPlannedSize && (
        <p className="faint">
          {t('results.usualInterval', { low: pointsOf(atPlannedSize.low), high: pointsOf(atPlannedSize.high) })}
        </p>
      )}
      <section className={styles.part} aria-label={t('results.looks')}>
        <h3>{t('results.looks')}</h3>
        <LooksPicture looks={comparison.looks} />
      </section>
      <BesideList beside={comparison.beside} />
    </section>
  );
}
