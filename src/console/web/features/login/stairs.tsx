import { tones } from '../../theme/palette.js';
import { useTexts } from '../../i18n/i18n.js';

const steps = [
  { key: 'potential', fill: tones.slate.fill, height: 74, people: 9 },
  { key: 'regular', fill: tones.teal.fill, height: 142, people: 6 },
  { key: 'member', fill: tones.amber.fill, height: 210, people: 4 },
  { key: 'loyal', fill: tones.crimson.fill, height: 278, people: 2 },
] as const;

const width = 104;

/** A picture of the tiers: many people on the lowest step, a few on the highest. */
export function Stairs() {
  const { name } = useTexts();
  return (
    <svg viewBox="0 0 452 360" role="img" aria-label={steps.map(({ key }) => name('login.stair', key)).join(' → ')}>
      {steps.map(({ key, fill, height, people }, step) => {
        const x = 8 + step * (width + 7);
        const top = 340 - height;
        return (
          <g key={key}>
            <rect x={x} y={top} width={width} height={height} rx="10" fill={fill} opacity="0.16" />
            <rect x={x} y={top} width={width} height="7" rx="3.5" fill={fill} />
            <text x={x + 14} y={top + 36} fill="#eef3ef" fontSize="15" fontWeight="600">
              {name('login.stair', key)}
            </text>
            {Array.from({ length: people }, (_, person) => (
              <circle
                key={person}
                cx={x + 14 + (person % 5) * 19}
                cy={top - 14 - Math.floor(person / 5) * 19}
                r="5.5"
                fill={fill}
              />
            ))}
          </g>
        );
      })}
    </svg>
  );
}
