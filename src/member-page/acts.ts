import { createHash } from 'node:crypto';
import { z } from 'zod';
import { DAY_MS, isoDay } from '../domain/day.js';
import type { Fact, FactData } from '../domain/fact.js';
import { openMemberWay } from '../features/contact-ways/contact-way-requests.js';
import { planCheckIn } from '../features/members/check-in.js';
import { memberQuestionStore } from '../features/tasks/member-question.store.js';
import type { ShownMember } from './member-reader.js';
import { LONGEST_QUESTION } from './pages/help.page.js';
import { pathOf, type PageName } from './pages/view.js';
import type { MemberPageParts } from './parts.js';
import { preferencesOf } from './preferences.js';
import type { Words } from './words/words.js';

/** Where the browser goes after an act, and what is said there. */
export interface ActResult {
  readonly page: PageName;
  readonly said: { readonly done: keyof Words['done'] } | { readonly refused: keyof Words['refused'] };
}

export const addressOf = ({ page, said }: ActResult): string =>
  `${pathOf(page)}?${'done' in said ? `done=${said.done}` : `refused=${said.refused}`}`;

/** The form as it was posted; a field that was sent twice counts with its last value. */
export type Form = Readonly<Record<string, string>>;

interface Act {
  readonly member: ShownMember;
  readonly form: Form;
  /** A random number of the page: the same press twice makes one fact. */
  readonly once: string;
}

type PageFactKind = 'visited' | 'opted_out' | 'opted_in' | 'preference_changed' | 'asked';
type PageFact = { [K in PageFactKind]: { readonly kind: K; readonly data: FactData<K> } }[PageFactKind];

const QUESTIONS_A_DAY = 10;

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

/** What a member does on their page. Each act that changes the member is a fact, as from every other channel. */
export class MemberActs {
  /** By member: the keys of the questions that are being stored. */
  private readonly asking = new Map<string, Map<string, number>>();

  constructor(private readonly parts: MemberPageParts) {}

  /** Undefined for an act that does not exist. */
  async perform(name: string, act: Act): Promise<ActResult | undefined> {
    switch (name) {
      case 'check-in':
        return this.checkIn(act);
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

  private async checkIn({ member }: Act): Promise<ActResult> {
    const { database, inbox } = this.parts;
    const { externalUserId, evaluation, context } = member;
    const { fact } = await planCheckIn(database.read, {
      member: evaluation.id,
      ids: { externalUserId },
      at: inbox.now(),
      timeZone: context.timeZone,
    });
    if (fact) await inbox.receive([{ kind: 'fact', fact }]);
    return { page: 'level', said: { done: 'checked_in' } };
  }

  private async choosePace({ member, form, once }: Act): Promise<ActResult> {
    const pace = form['pace'];
    if (pace === 'none') {
      await this.choose(member, once, { kind: 'opted_out', data: {} });
      return { page: 'messages', said: { done: 'opted_out' } };
    }
    if (pace !== 'all' && pace !== 'less') return { page: 'messages', said: { refused: 'empty' } };
    const isOut = (await preferencesOf(this.parts.database.read, member)).pace === 'none';
    if (isOut) await this.choose(member, once, { kind: 'opted_in', data: {} });
    await this.choose(member, once, { kind: 'preference_changed', data: { pace } });
    return { page: 'messages', said: { done: isOut ? 'opted_in' : 'saved' } };
  }

  private async chooseQuietHours({ member, form, once }: Act): Promise<ActResult> {
    const [from, until] = [form['from'] ?? '', form['until'] ?? ''];
    const [fromMinute, toMinute] = [minute.safeParse(from), minute.safeParse(until)];
    const isCleared = from === '' && until === '';
    if (!isCleared && (!fromMinute.success || !toMinute.success || fromMinute.data === toMinute.data))
      return { page: 'messages', said: { refused: 'bad_time' } };
    const quiet = isCleared ? null : { fromMinute: fromMinute.data!, toMinute: toMinute.data! };
    await this.choose(member, once, { kind: 'preference_changed', data: { quiet } });
    return { page: 'messages', said: { done: 'saved' } };
  }

  private async ask({ member, form, once }: Act): Promise<ActResult> {
    const text = readableWords(form['words'] ?? '');
    if (text === '') return { page: 'help', said: { refused: 'empty' } };
    if ([...text].length > LONGEST_QUESTION) return { page: 'help', said: { refused: 'too_long' } };
    const isStored = await this.storeQuestion(member, once, text);
    return { page: 'help', said: isStored ? { done: 'asked' } : { refused: 'too_many' } };
  }

  private async requestData({ member, form, once }: Act): Promise<ActResult> {
    const text = form['topic'] === undefined ? undefined : dataRequests.get(form['topic']);
    if (text === undefined) return { page: 'help', said: { refused: 'empty' } };
    const isStored = await this.storeQuestion(member, once, text);
    return { page: 'help', said: isStored ? { done: 'requested' } : { refused: 'too_many' } };
  }

  /** A code is no fact about the member: it is requested as staff do it with 专属码. */
  private async requestCode({ member }: Act): Promise<ActResult> {
    const { database, clock } = this.parts;
    const { context, evaluation } = member;
    if (context.abilities.has('ensure_contact_way'))
      await database.write((tx) => openMemberWay({ tx, context, now: clock.now() }, evaluation.id));
    return { page: 'invite', said: { done: 'code_requested' } };
  }

  /**
   * False when the member has asked enough today. The key has the words: a browser that goes back may send others from the
   * same form.
   */
  private async storeQuestion(member: ShownMember, once: string, text: string): Promise<boolean> {
    const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
    const key = `asked:${once}:${hash}`;
    const { externalUserId } = member;
    // Questions that come at the same time count one after the other.
    const underWay = this.asking.get(externalUserId) ?? new Map<string, number>();
    this.asking.set(externalUserId, underWay);
    const before = [...underWay.keys()].filter((other) => other !== key).length;
    underWay.set(key, (underWay.get(key) ?? 0) + 1);
    try {
      if ((await this.askedToday(member)) + before >= QUESTIONS_A_DAY) return false;
      await this.store(externalUserId, key, { kind: 'asked', data: { text } });
      await this.parts.applyFacts();
      return true;
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

  /**
   * The key has the time: from an old form a member may choose what they had chosen before, and the last choice counts. The
   * same choice twice changes nothing.
   */
  private async choose({ externalUserId }: ShownMember, once: string, what: PageFact): Promise<void> {
    await this.store(externalUserId, `${what.kind}:${once}:${this.parts.inbox.now()}`, what);
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
