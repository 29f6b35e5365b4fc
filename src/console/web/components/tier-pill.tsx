import { toneOfTier } from '../theme/tones-of.js';
import { useSession, useTierName } from './corp.js';
import styles from './pill.module.css';

const stepHeights = [4, 6, 8, 10];

/** A tier's name in its colour. The small stairs show its rank to readers who cannot see the colour. */
export function TierPill({ tier, large = false }: { readonly tier: string | null; readonly large?: boolean }) {
  const { tiers } = useSession();
  const nameOf = useTierName();
  const rank = tiers.findIndex(({ key }) => key === tier);
  const tone = toneOfTier(tier, tiers[rank]?.color);
  return (
    <span
      className={large ? `${styles.pill} ${styles.large}` : styles.pill}
      style={{ color: tone.ink, background: tone.wash }}
    >
      <span className={styles.steps} aria-hidden>
        {stepHeights.map((height, step) => (
          <i key={height} style={{ height }} data-on={step <= rank} />
        ))}
      </span>
      {nameOf(tier)}
    </span>
  );
}
