import { sectionsOf } from '../../../../domain/messages/sections.js';
import { dataOf } from '../rules/yaml-edit.js';
import { isMap } from '../rules/document-form.js';

/** One text of a template, as the form edits it. */
export interface TextPart {
  /** Null for a text without a variant in its marker. */
  readonly variant: string | null;
  readonly isMass: boolean;
  /** Without the line breaks at its end. */
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

export interface TemplateParts {
  /** The settings, in YAML. */
  readonly front: string;
  readonly frontFrom: number;
  readonly values: Readonly<Record<string, unknown>>;
  readonly texts: readonly TextPart[];
}

/** The parts of a template's source; null when a form could not show or change them without loss. */
export function partsOf(source: string): TemplateParts | null {
  if (source.includes('\r')) return null;
  const { front, bodies, findings } = sectionsOf(source);
  if (front === null || findings.length > 0) return null;
  const values = dataOf(front.text);
  if (!isMap(values) || front.text.trimStart().startsWith('{')) return null;
  const texts = bodies.map(({ variant, mass, text, at }) => {
    const said = text.replace(/\n+$/, '');
    return { variant, isMass: mass, text: said, from: at, to: at + said.length };
  });
  return { front: front.text, frontFrom: front.at, values, texts };
}

/** The source with other settings; nothing else of it changes. */
export const withFront = (source: string, { front, frontFrom }: TemplateParts, next: string): string =>
  source.slice(0, frontFrom) + next + source.slice(frontFrom + front.length);

/** The source with another text in one of its places. */
export const withText = (source: string, { from, to }: TextPart, next: string): string =>
  source.slice(0, from) + next + source.slice(to);

/** The source with a further text at its end. */
export const withMassText = (source: string, text: string): string =>
  `${source.replace(/\n*$/, '')}\n\n--- mass ---\n\n${text}\n`;
