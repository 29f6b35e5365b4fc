/** A colour as red, green and blue, 0 to 255. */
type Rgb = readonly [number, number, number];

export interface TierColours {
  /** Behind text of the colour `onFill`, and its other end. */
  readonly fill: string;
  readonly deep: string;
  readonly onFill: string;
  /** Text and lines on the light and on the dark page. */
  readonly inkLight: string;
  readonly inkDark: string;
}

/** WCAG 2.2, 1.4.3 asks for 4.5; a little more, because colours are rounded. */
const CONTRAST = 4.6;
const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];
/** `--text` in the light. */
const DARK_TEXT: Rgb = [26, 29, 35];
/** The backgrounds in `assets/page.css` on which ink stands: the page in the light, the card in the dark. */
const LIGHT_GROUND: Rgb = [240, 241, 244];
const DARK_GROUND: Rgb = [38, 42, 51];
const FALLBACK: Rgb = [90, 100, 116];

/** The colours of a tier, made from its colour in `tiers.yaml` so that text on them can be read in the light and in the dark. */
export function tierColours(color: string): TierColours {
  const own = parsed(color) ?? FALLBACK;
  return {
    ...fillOf(own),
    inkLight: written(darkened(own, LIGHT_GROUND)),
    inkDark: written(towards(own, WHITE, DARK_GROUND)),
  };
}

/** White or dark text, whichever lets the tier keep more of its colour: gold stays gold. */
function fillOf(own: Rgb): Pick<TierColours, 'fill' | 'deep' | 'onFill'> {
  const [forWhite, forDark] = [darkened(own, WHITE), towards(own, WHITE, DARK_TEXT)];
  if (distance(own, forWhite) <= distance(own, forDark))
    return { fill: written(forWhite), deep: written(mixed(forWhite, BLACK, 0.28)), onFill: written(WHITE) };
  return { fill: written(forDark), deep: written(mixed(forDark, WHITE, 0.25)), onFill: written(DARK_TEXT) };
}

const distance = (one: Rgb, other: Rgb): number =>
  one.reduce((sum, part, index) => sum + Math.abs(part - other[index]!), 0);

export function contrast(one: string, other: string): number {
  return contrastOf(parsed(one) ?? FALLBACK, parsed(other) ?? FALLBACK);
}

const darkened = (color: Rgb, ground: Rgb): Rgb => towards(color, BLACK, ground);

/** Mixes in as little of `end` as gives enough contrast to `ground`. */
function towards(color: Rgb, end: Rgb, ground: Rgb): Rgb {
  for (let share = 0; share < 1; share += 0.02) {
    const mix = mixed(color, end, share);
    if (contrastOf(mix, ground) >= CONTRAST) return mix;
  }
  return end;
}

const mixed = (color: Rgb, other: Rgb, share: number): Rgb => {
  const part = (index: 0 | 1 | 2): number => Math.round(color[index] * (1 - share) + other[index] * share);
  return [part(0), part(1), part(2)];
};

function contrastOf(one: Rgb, other: Rgb): number {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** WCAG 2.2, relative luminance. */
function luminance([red, green, blue]: Rgb): number {
  const linear = (part: number): number => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

function parsed(color: string): Rgb | null {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(color);
  const hex = short
    ? `#${short
        .slice(1)
        .map((digit) => digit + digit)
        .join('')}`
    : color;
  const parts = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex);
  if (!parts) return null;
  return [Number.parseInt(parts[1]!, 16), Number.parseInt(parts[2]!, 16), Number.parseInt(parts[3]!, 16)];
}

const written = (color: Rgb): string => `#${color.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
