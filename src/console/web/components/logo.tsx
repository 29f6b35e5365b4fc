import { tones } from '../theme/palette.js';

const steps = [
  { x: 6, height: 6, fill: tones.slate.fill },
  { x: 11.5, height: 11, fill: tones.teal.fill },
  { x: 17, height: 15.5, fill: tones.amber.fill },
  { x: 22.5, height: 20, fill: tones.crimson.fill },
];

/** The logo: four steps for the four tiers. */
export function Logo({ size = 32 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden style={{ flex: 'none' }}>
      <rect width="32" height="32" rx="8.5" fill="#17231e" />
      {steps.map(({ x, height, fill }) => (
        <rect key={x} x={x} y={26 - height} width="4" height={height} rx="1.2" fill={fill} />
      ))}
    </svg>
  );
}
