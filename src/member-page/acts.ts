import { createHash } from 'node:crypto';
import { z } from 'zod';
import { DAY_MS, isoDay } from '../domain/day.js';
import type { Fact, FactData } from '../domain/fact.js';
import { changeGroupCommand } from '../commands/change-group.command.js';
import { checkInCommand } from '../commands/check-in.command.js';
import type { MemberCommand } from '../commands/command.js';
import { handOverCommand } from '../commands/hand-over.command.js';
import { optInCommand, optOutCommand } from '../commands/opt-out.command.js';
import { lessCommand, moreCommand } from '../commands/preference.commands.js';
import { openMemberWay } from '../features/contact-ways/contact-way-requests.js';
import { memberQuestionStore } from '../features/tasks/member-question.store.js';
import type { ShownMember } from './member-reader.js';
import { LONGEST_QUESTION } from './pages/help.page.js';
import { pathOf, type PageName } from './pages/view.js';
import type { MemberPageParts } from './parts.js';
import { preferencesOf } from './preferences.js';
import type { Language, Words } from './words/words.js';

/**
 * Where the browser goes after an act, and what is said there. `answer`: the key of a command, which was answered. `unsent`:
 * what the member wrote and is refused, to be shown in the form again.
 */
export interface ActResult {
  readonly page: PageName;
  readonly said:
    { readonly done: keyof Words['done'] } | { readonly refused: keyof Words['refused'] } | { readonly answer: string };
  readonly unsent?: string;
}

export const addressOf = ({ page, said }: ActResult): string =>
  `${pathOf(page)}?${new URLSearchParams(said).toString()}`;

/** The form as it was posted; a field that was sent twice counts with its last value. */
export type Form = Readonly<Record<string, string>>;

interface Act {
  readonly member: ShownMember;
  readonly form: Form;
  /** A random number of the page: the same press twice makes one fact. */
  readonly once: string;
  readonly language: Language;
}

type PageFactKind = 'visited' | 'preference_changed';
type PageFact = { [K in PageFactKind]: { readonly kind: K; readonly data: FactData<K> } }[PageFactKind];

const QUESTIONS_A_DAY = 10;

interface CommandForm {
  readonly page: PageName;
  readonly argument?: string;
  readonly again?: string;
}

/** For the staff who get the task, and for the member who finds it among their questions. */
const dataRequests: ReadonlyMap<string, string> = new Map([
  ['data_copy', '申请：要一份我的资料。Request: a copy of my data.'],
  ['data_deletion', '申请：删除我的资料，请先和我确认。Request: delete my data; please confirm with me first.'],
]);

const minute = z
  .string()
  .regex(/^\d{1,4}$/)
  .transform(Number)
  .pipe(z.number().max(1439));

/** Control characters, and marks that turn the direction of the words around them. */
const unreadable = /(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu;

/** Empty for words of which nothing can be seen. */
function readableWords(words: string): string {
  const text = words.replace(/\r\n?/g, '\n').replace(unreadable, '').trim();
  return /[^\p{C}\p{Z}\s]/u.test(text) ? text : '';
}

/**
 * What a member does on their page. What has a command is done by it, as in every other place; the rest that changes the
 * member is a fact.
 */
export class MemberActs {
  /** By member: the keys of the questions that are being stored. */
  private readonly asking = new Map<string, Map<string, number>>();

  constructor(private readonly parts: MemberPageParts) {}

  /** Undefined for an act that does not exist. */
  async perform(name: string, act: Act): Promise<ActResult | undefined> {
    switch (name) {
      case 'check-in':
        // One answer a day, also when the form is sent twice.
        return this.command(act, checkInCommand, { page: 'level', again: isoDay(act.member.today) });
      case 'change-group':
        return this.command(act, changeGroupCommand, { page: 'group' });
      case 'pace':
        return this.choosePace(act);
      case 'quiet-hours':
        return this.chooseQuietHours(act);
      case 'ask':
        return this.ask(act);
      case 'data':
        return this.requestData(act);
      case 'invite':
        return this.requestCode(act);
      default:
        return undefined;
    }
  }

  /** Opening the page is a visit, counted once a day. */
  async recordVisit(externalUserId: string, day: number): Promise<void> {
    await this.store(externalUserId, `visited:${isoDay(day)}`, { kind: 'visited', data: {} });
  }

  /**
   * `again`: what makes the same form another request. By default its time: from an old form a member may choose what they had
   * chosen before, and the last choice counts.
   */
  private async command(
    { member, once, language }: Act,
    command: MemberCommand,
    { page, argument = '', again = String(this.parts.inbox.now()) }: CommandForm,
  ): Promise<ActResult> {
    const { commands } = this.parts;
    const key = `${command.id}:${once}:${again}`;
    await commands.answerNow({ key, externalUserId: member.externalUserId, command, argument, language });
    return { page, said: { answer: key } };
  }

  /** The choice of a pace opts in again, since 不再打扰 is one of the choices. */
  private async choosePace(act: Act): Promise<ActResult> {
    const paces = new Map([
      ['none', optOutCommand],
      ['less', lessCommand],
      ['all', moreCommand],
    ]);
    const chosen = paces.get(act.form['pace'] ?? '');
    if (chosen === undefined) return { page: 'messages', said: { refused: 'empty' } };
    const { pace } = await preferencesOf(this.parts.database.read, act.member);
    const welcome =
      pace === 'none' && chosen !== optOutCommand && (await this.command(act, optInCommand, { page: 'messages' }));
    const result = await this.command(act, chosen, { page: 'messages' });
    return welcome || result;
  }

  private async chooseQuietHours({ member, form, once }: Act): Promise<ActResult> {
    const [from, until] = [form['from'] ?? '', form['until'] ?? ''];
    const [fromMinute, toMinute] = [minute.safeParse(from), minute.safeParse(until)];
    const isCleared = from === '' && until === '';
    if (!isCleared && (!fromMinute.success || !toMinute.success || fromMinute.data === toMinute.data))
      return { page: 'messages', said: { refused: 'bad_time' } };
    const quiet = isCleared ? null : { fromMinute: fromMinute.data!, toMinute: toMinute.data! };
    // The key has the time, as those of the commands.
    const key = `preference_changed:${once}:${this.parts.inbox.now()}`;
    await this.store(member.externalUserId, key, { kind: 'preference_changed', data: { quiet } });
    return { page: 'messages', said: { done: 'saved' } };
  }

  private async ask(act: Act): Promise<ActResult> {
    const text = readableWords(act.form['words'] ?? '');
    if (text === '') return { page: 'help', said: { refused: 'empty' } };
    if ([...text].length > LONGEST_QUESTION) return { page: 'help', said: { refused: 'too_long' }, unsent: text };
    const result = await this.passOn(act, text);
    return 'refused' in result.said ? { ...result, unsent: text } : result;
  }

  private async requestData(act: Act): Promise<ActResult> {
    const text = act.form['topic'] === undefined ? undefined : dataRequests.get(act.form['topic']);
    return text === undefined ? { page: 'help', said: { refused: 'empty' } } : this.passOn(act, text);
  }

  /** A code is no fact about the member: it is requested as staff do it with 专属码. */
  private async requestCode({ member }: Act): Promise<ActResult> {
    const { database, clock } = this.parts;
    const { context, evaluation } = member;
    if (context.abilities.has('ensure_contact_way'))
      await database.write((tx) => openMemberWay({ tx, context, now: clock.now() }, evaluation.id));
    return { page: 'invite', said: { done: 'code_requested' } };
  }

  /** Passes on no more than a day's questions. The key has the words: a browser that goes back may send others from the same form. */
  private async passOn(act: Act, text: string): Promise<ActResult> {
    const again = createHash('sha256').update(text).digest('hex').slice(0, 16);
    const key = `${act.once}:${again}`;
    const { externalUserId } = act.member;
    // Questions that come at the same time count one after the other.
    const underWay = this.asking.get(externalUserId) ?? new Map<string, number>();
    this.asking.set(externalUserId, underWay);
    const before = [...underWay.keys()].filter((other) => other !== key).length;
    underWay.set(key, (underWay.get(key) ?? 0) + 1);
    try {
      if ((await this.askedToday(act.member)) + before >= QUESTIONS_A_DAY)
        return { page: 'help', said: { refused: 'too_many' } };
      const result = await this.command(act, handOverCommand, { page: 'help', argument: text, again });
      await this.parts.applyFacts();
      return result;
    } finally {
      const left = underWay.get(key)! - 1;
      if (left > 0) underWay.set(key, left);
      else underWay.delete(key);
      if (underWay.size === 0) this.asking.delete(externalUserId);
    }
  }

  private async askedToday({ evaluation, now }: ShownMember): Promise<number> {
    const latest = await memberQuestionStore.questionsOf(this.parts.database.read, evaluation.id, QUESTIONS_A_DAY);
    return latest.filter(({ at }) => at > now - DAY_MS).length;
  }

  private async store(externalUserId: string, key: string, what: PageFact): Promise<void> {
    const { inbox } = this.parts;
    const fact: Fact = {
      ...what,
      key: `page:${externalUserId}:${key}`,
      at: inbox.now(),
      member: { externalUserId },
    };
    await inbox.receive([{ kind: 'fact', fact }]);
  }
}
