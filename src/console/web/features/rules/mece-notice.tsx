import { Alert, Checkbox } from 'antd';
import type { Metric } from '../../api/metrics.js';
import { useMetrics } from '../../api/metrics.js';
import type { Mece } from '../../api/rules.js';
import { MemberLink } from '../../components/member-link.js';
import { metricLabel, readValue } from '../../components/figures.js';
import { useTexts, type Texts } from '../../i18n/i18n.js';
import styles from './rules.module.css';

interface Props {
  /** The partition that segments claim; null for tiers. */
  readonly claim: string | null;
  readonly mece: Mece;
  readonly nameOf: (key: string) => string;
  readonly accepted: boolean;
  readonly onAccept: (accepted: boolean) => void;
}

export const isWhole = ({ gaps, overlaps, unreachable, never }: Mece): boolean =>
  gaps.length + overlaps.length + unreachable.length + never.length === 0;

const MOST_SHOWN = 3;

/** Whom no rule fits, whom two rules fit, and rules that fit nobody, each as a made-up member. Goes on only with a yes. */
export function MeceNotice({ claim, mece, nameOf, accepted, onAccept }: Props) {
  const texts = useTexts();
  const { t } = texts;
  const metrics = useMetrics();
  const byName = new Map((metrics.data ?? []).map((metric) => [metric.name, metric]));
  const quoted = (keys: readonly string[]): string => keys.map((key) => `「${nameOf(key)}」`).join('');
  const nobody = [...new Set([...mece.unreachable, ...mece.never])];
  return (
    <Alert
      type="warning"
      showIcon
      className={styles.mece ?? ''}
      title={claim === null ? t('mece.title') : t('mece.claim', { name: claim })}
      description={
        <>
          <ul>
            {nobody.length > 0 && <li>{t('mece.nobody', { rules: quoted(nobody) })}</li>}
            {mece.gaps.slice(0, MOST_SHOWN).map(({ example, member }, index) => (
              <li key={`gap-${index}`}>
                {t('mece.gap', { member: madeUp(example, byName, texts) })}{' '}
                {member && <MemberLink id={member.id} name={member.name} />}
              </li>
            ))}
            {mece.overlaps.slice(0, MOST_SHOWN).map(({ keys, example, member }, index) => (
              <li key={`overlap-${index}`}>
                {t('mece.overlap', { rules: quoted(keys), member: madeUp(example, byName, texts) })}{' '}
                {member && <MemberLink id={member.id} name={member.name} />}
              </li>
            ))}
          </ul>
          <Checkbox checked={accepted} onChange={(event) => onAccept(event.target.checked)}>
            {t('mece.accept')}
          </Checkbox>
        </>
      }
    />
  );
}

/** `近90天订单 3，层级 会员` */
function madeUp(example: Mece['gaps'][number]['example'], metrics: ReadonlyMap<string, Metric>, texts: Texts): string {
  const words = Object.entries(example).map(([name, value]) => {
    if (typeof value === 'object' && value !== null) return `${texts.t('filter.tag')} ${value.join('、')}`;
    const label = metrics.get(name)?.label;
    return `${metricLabel(name, label ? texts.say(label) : name)} ${readValue(name, value, texts)}`;
  });
  return words.length === 0 ? texts.t('mece.anybody') : words.join('，');
}
