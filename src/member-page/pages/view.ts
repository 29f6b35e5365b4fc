import { dayOf, isoDay, type Day } from '../../domain/day.js';
import type { Words, Language } from '../words/words.js';
import type { ShownMember } from '../member-reader.js';
import type { Html } from '../html/html.js';

export const pageNames = ['level', 'group', 'messages', 'invite', 'help'] as const;
export type PageName = (typeof pageNames)[number];

export const pathOf = (page: PageName): string => (page === 'level' ? '/m' : `/m/${page}`);

/** What a page is made of, beside its own data. */
export interface View {
  readonly words: Words;
  readonly language: Language;
  readonly member: ShownMember;
  /** The hidden fields that every form carries. */
  readonly formFields: Html;
  /** What the member wrote in a form of this page that was refused. */
  readonly unsent?: string | undefined;
}

export const dateWords = (day: Day, words: Words): string => {
  const [, month, date] = isoDay(day).split('-');
  return words.day(Number(month), Number(date));
};

export const momentDate = (at: number, { member, words }: Pick<View, 'member' | 'words'>): string =>
  dateWords(dayOf(at, member.context.timeZone), words);
