/** A button or a line of the menu. A tap sends its key to the app. */
export interface CardButton {
  readonly key: string;
  readonly text: string;
}

/** A question to answer before the tap on the button. */
export interface CardQuestion {
  readonly key: string;
  readonly optionIds: readonly string[];
  /** A vote of mode 1; everything else takes exactly one. */
  readonly takesSeveral: boolean;
}

/** A template card as a staff member sees it. */
export interface StaffCard {
  readonly taskId: string;
  readonly cardType: string;
  readonly title: string;
  readonly text: string;
  readonly lines: readonly (readonly [name: string, value: string])[];
  /** The page that a tap on the card opens. */
  readonly opens?: string;
  readonly buttons: readonly CardButton[];
  readonly questions: readonly CardQuestion[];
  readonly menu: readonly CardButton[];
  /** The text of the buttons after the app closed them; they can no longer be tapped. */
  readonly replaced?: string;
}

const interactiveKinds: ReadonlySet<string> = new Set([
  'button_interaction',
  'vote_interaction',
  'multiple_interaction',
]);

/** Decides by the kind alone: a card whose only button opens a page counts, too (wecom-cards §1). */
export const isInteractiveKind = (cardType: string): boolean => interactiveKinds.has(cardType);

/** Whether the card can be changed later; such a card gets a response code. */
export const isChangeable = ({ cardType, menu }: StaffCard): boolean => isInteractiveKind(cardType) || menu.length > 0;

/** The card's text as a reader sees it, line by line. */
export const wordsOn = ({ title, text, lines, buttons }: StaffCard): string =>
  [title, text, ...lines.map(([name, value]) => `${name}：${value}`), ...buttons.map((button) => `[${button.text}]`)]
    .filter((line) => line !== '')
    .join('\n');
