import type { Label } from '../../api/label.js';
import type { Path, Plain } from './yaml-edit.js';

export type FieldKind =
  | 'text'
  /** Several lines. */
  | 'lines'
  | 'texts'
  | 'label'
  | 'color'
  | 'int'
  | 'number'
  | 'numbers'
  | 'share'
  | 'switch'
  | 'choice'
  /** Several of the choices, in the order of picking. */
  | 'picks'
  | 'time'
  | 'times'
  | 'between'
  | 'condition'
  /** A condition, or a share of the figures that the enter rule asks for. */
  | 'stay'
  /** Only shown; it is edited as text. */
  | 'other';

export interface Field {
  readonly key: string;
  readonly label: Label;
  readonly kind: FieldKind;
  readonly unit?: Label;
  readonly hint?: Label;
  readonly choices?: readonly { readonly value: string; readonly label: Label }[];
  /** What holds when the document does not say it. */
  readonly fallback?: Plain;
  /** It may be left out. */
  readonly isOptional?: boolean;
  /** It names the entry, so others may refer to it. */
  readonly isKey?: boolean;
}

export interface EntryForm {
  /** The field that names an entry. */
  readonly name: string;
  readonly fields: readonly Field[];
  readonly list?: ListPart;
  readonly blank: Plain;
}

export interface SectionPart {
  readonly kind: 'section';
  readonly path: Path;
  readonly title: Label;
  readonly fields: readonly Field[];
}

export interface ListPart {
  readonly kind: 'list';
  readonly path: Path;
  readonly title: Label;
  readonly add: Label;
  /** What entries are for, shown while there are none. */
  readonly about?: Label;
  readonly entry: EntryForm;
}

export type Part = SectionPart | ListPart;

export const both = (zh: string, en: string): Label => ({ zh, en });
