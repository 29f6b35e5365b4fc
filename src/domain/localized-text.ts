/** A text in both languages. */
export interface LocalizedText {
  readonly zh: string;
  readonly en: string;
}
