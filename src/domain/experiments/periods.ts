import type { Template } from '../messages/index.js';

/** A version of a template, compiled; null when it does not compile. */
export interface VersionOfTemplate {
  readonly version: number;
  readonly savedAt: number;
  readonly template: Pick<Template, 'holdoutPercent' | 'variants'> | null;
}

/** A time in which the same arms were drawn with the same shares. */
export interface Period {
  /** Epoch ms. */
  readonly from: number;
  /** Not included; null: it is the present one. */
  readonly until: number | null;
  /** The versions of this time, the newest first. */
  readonly versions: readonly number[];
  readonly holdoutPercent: number;
  /** Those that are drawn. */
  readonly variants: readonly string[];
}

const drawn = ({ variants }: Pick<Template, 'variants'>) => variants.filter(({ weight }) => weight > 0);

const sharesOf = (template: Pick<Template, 'holdoutPercent' | 'variants'>): string =>
  JSON.stringify([template.holdoutPercent, drawn(template).map(({ name, weight }) => [name, weight])]);

/**
 * The times that may be compared within, the newest first. People of different times are not put together: when the shares
 * change, one arm has more of the earlier people than the other, and they are not alike. `versions`: the newest first.
 */
export function periodsOf(versions: readonly VersionOfTemplate[]): readonly Period[] {
  const found: Period[] = [];
  let shares: string | null = null;
  let until: number | null = null;
  for (const { version, savedAt, template } of versions) {
    if (template === null) continue;
    const last = found.at(-1);
    if (last !== undefined && sharesOf(template) === shares) {
      found[found.length - 1] = { ...last, from: savedAt, versions: [...last.versions, version] };
    } else {
      const variants = drawn(template).map(({ name }) => name);
      found.push({ from: savedAt, until, versions: [version], holdoutPercent: template.holdoutPercent, variants });
    }
    shares = sharesOf(template);
    until = savedAt;
  }
  return found;
}
