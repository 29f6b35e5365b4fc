import { toneOfTier } from '../theme/tones-of.js';

/** An avatar: the first character of the name on the tier's colour. */
export function MemberFace({
  name,
  tier,
  size = 36,
}: {
  readonly name: string;
  readonly tier: string | null;
  readonly size?: number;
}) {
  const tone = toneOfTier(tier);
  return (
    <span
      aria-hidden
      style={{
        flex: 'none',
        display: 'inline-grid',
        placeItems: 'center',
        width: size,
        height: size,
        borderRadius: size * 0.3,
        background: tone.wash,
        color: tone.ink,
        fontSize: size * 0.42,
        fontWeight: 600,
      }}
    >
      {[...name][0] ?? '·'}
    </span>
  );
}
