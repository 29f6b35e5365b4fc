import { DAY_MS, dayOf } from '../../src/domain/day.js';
import { asMoveId, type MemberId } from '../../src/domain/ids.js';
import { loadEvaluations } from '../../src/engine/load-evaluations.js';
import { undoMoveOf } from '../../src/engine/undo-move.js';
import { decisionStore } from '../../src/features/audit/decision.store.js';
import type { UndoRequest } from '../../src/features/moves/undo-move.js';
import { becauseFrom } from '../../src/insights/words/because-words.js';
import { reasonLabel } from '../../src/insights/words/reason-words.js';
import { asTierLabel } from '../../src/insights/words/tier-words.js';
import { becauseValueWords } from '../../src/insights/words/value-words.js';
import type { Database } from '../../src/platform/database/database.js';
import { aProduct, groupRead, MONDAY, rulesWith, type TestProduct } from '../support/test-product.js';
import { chatIdOf, factsOf, idsOf, nameOf } from './acts.js';
import type { Outcome, Row, Scenario } from './table.js';

const zone = 'Asia/Shanghai';
const FIRST_DAY = dayOf(MONDAY, zone);
const RESTART = 'the product restarts';
const UNDO = /^the move is taken back by (\S+): (.+)$/;
/** Between two rows the clock stops at these times, so that every day is reviewed and its planned messages are sent. */
const STOPS = ['08:01', '20:31'];
const TAP_MS = 6 * 60_000;

const momentOf = (day: number, at: string): number =>
  Date.parse(`${new Date((FIRST_DAY + day) * DAY_MS).toISOString().slice(0, 10)}T${at}:00+08:00`);
const wallClockOf = (at: number): string => new Date(at + 8 * 3_600_000).toISOString().slice(11, 16);

/** Plays one scenario row by row in a real product and answers the outcome after each row. */
export class StagePlay {
  /** The state of each message after the last row, by person. */
  private readonly lastStates = new Map<string, Map<string, string>>();
  /** How many notes to staff there were after the last row. */
  private notesBefore = 0;

  private constructor(
    private product: TestProduct,
    private readonly scenario: Scenario,
  ) {}

  static async open(db: Database, scenario: Scenario): Promise<StagePlay> {
    const product = await aProduct(db, scenario.rules ? { rules: await rulesWith(scenario.rules) } : {});
    const start = product.clock.now();
    const groups = Object.entries(scenario.groups).map(([name, people]) =>
      groupRead(
        chatIdOf(name),
        name,
        people.map((who) => idsOf(who).externalUserId!),
        start,
      ),
    );
    await product.happens(...groups);
    return new StagePlay(product, scenario);
  }

  async play(row: Row): Promise<void> {
    await this.walkTo(momentOf(row.day, row.at));
    for (const text of row.happens) {
      const undo = UNDO.exec(text);
      if (text === RESTART) this.product = await this.product.rebuilt();
      else if (undo) await this.undoMove(row.who, { by: undo[1]!, reason: undo[2]! });
      else await this.product.happens(...factsOf(text, this.product.clock.now(), row.who));
    }
    await this.drain();
  }

  private async undoMove(who: string, request: UndoRequest): Promise<void> {
    const { db, clock, engine } = this.product;
    const move = await db.read.one<{ id: number }>(
      'SELECT MAX(v.id) AS id FROM move v JOIN identity i ON i.member_id = v.member_id WHERE i.value = $1',
      [nameOf(who)],
    );
    const context = await engine.context();
    await db.write((tx) => undoMoveOf({ tx, context, now: clock.now() }, asMoveId(move!.id), request));
  }

  /** The actual values of the fields that the row names. */
  async outcome(row: Row): Promise<Outcome> {
    const member = await this.product.db.read.one<{
      id: number;
      tier: string;
      stage: string;
      tier_grace_until: number | null;
      tier_held_until: number | null;
    }>(
      `SELECT mb.id, mm.tier, mm.stage, mb.tier_grace_until, mb.tier_held_until FROM identity i JOIN member mb ON mb.id = i.member_id JOIN member_metrics mm ON mm.member_id = mb.id WHERE i.value = $1`,
      [nameOf(row.who)],
    );
    if (!member) throw new Error(`${row.who} is not known yet`);
    const { then } = row;
    const messages = await this.messagesSince(member.id, row.who);
    const asked = this.askedSince(then.asked ?? '');
    const tags = (
      await this.product.db.read.all<{ name: string }>(
        'SELECT name FROM member_tag WHERE member_id = $1 AND want = 1',
        [member.id],
      )
    ).map(({ name }) => name);
    return {
      ...(then.tier === undefined ? {} : { tier: member.tier }),
      ...(then.stage === undefined ? {} : { stage: member.stage }),
      ...(then.tags === undefined ? {} : { tags: then.tags.filter((tag) => tags.includes(tag)) }),
      ...(then.without === undefined ? {} : { without: then.without.filter((tag) => !tags.includes(tag)) }),
      ...(then.figures === undefined ? {} : { figures: await this.figuresOf(member.id, Object.keys(then.figures)) }),
      ...(then.because === undefined ? {} : { because: await this.becauseOf(member.id, then.because) }),
      ...(then.warned === undefined ? {} : { warned: member.tier_grace_until !== null }),
      ...(then.held === undefined ? {} : { held: member.tier_held_until !== null }),
      ...(then.move === undefined ? {} : { move: await this.moveOf(member.id) }),
      ...(then.series === undefined ? {} : { series: await this.seriesOf(member.id) }),
      ...(then.groups === undefined ? {} : { groups: await this.groupsOf(member.id) }),
      ...(then.messages === undefined ? {} : { messages }),
      ...(then.asked === undefined ? {} : { asked }),
    };
  }

  private async walkTo(moment: number): Promise<void> {
    for (let day = dayOf(this.product.clock.now(), zone); day <= dayOf(moment, zone); day++) {
      for (const stop of STOPS.map((at) => momentOf(day - FIRST_DAY, at))) {
        if (stop <= this.product.clock.now() || stop >= moment) continue;
        this.product.clock.pushTo(stop);
        await this.drain();
      }
    }
    this.product.clock.pushTo(moment);
    await this.drain();
  }

  /** Does everything that is due now. Where staff tap, it then lets the minutes pass until their taps are known. */
  private async drain(): Promise<void> {
    await this.product.workLoop.drain();
    if (this.scenario.staff === 'never tap') return;
    const waiting = await this.product.db.read.all<{ external_ref: string }>(
      `SELECT external_ref FROM mass_batch WHERE closed_at IS NULL AND external_ref IS NOT NULL`,
    );
    if (waiting.length === 0) return;
    for (const { external_ref: ref } of waiting) this.product.channel.confirmed.add(ref);
    this.product.clock.pushTo(this.product.clock.now() + TAP_MS);
    await this.product.workLoop.drain();
  }

  private async messagesSince(member: number, who: string): Promise<Exclude<Outcome['messages'], undefined>> {
    const rows = await this.product.db.read.all<{
      key: string;
      campaign: string;
      state: string;
      reason: string | null;
      not_before: number;
    }>(
      'SELECT key, campaign, state, reason, not_before FROM outbox WHERE member_id = $1 AND campaign IS NOT NULL ORDER BY id',
      [member],
    );
    const before = this.lastStates.get(who) ?? new Map<string, string>();
    this.lastStates.set(who, new Map(rows.map((row) => [row.key, stateWords(row)])));
    const changed = rows
      .filter((row) => before.get(row.key) !== stateWords(row))
      .map((row) => [row.campaign, stateWords(row)] as const);
    return changed.length === 0 ? 'nothing' : Object.fromEntries(changed);
  }

  private async figuresOf(id: number, names: readonly string[]): Promise<Exclude<Outcome['figures'], undefined>> {
    const [evaluation] = await loadEvaluations(
      this.product.db.read,
      [id as MemberId],
      await this.product.engine.context(),
      this.product.clock.now(),
    );
    return Object.fromEntries(names.map((name) => [name, evaluation!.decision.values[name] ?? null]));
  }

  /** The part itself when the words of the latest decision about the tier contain it, otherwise all of them. */
  private async becauseOf(id: number, part: string): Promise<string> {
    const [latest] = await decisionStore.latest(this.product.db.read, id as MemberId, 'tier', 1);
    const because = becauseFrom(latest?.because ?? null);
    const words = [
      ...becauseValueWords(because?.values ?? [], asTierLabel(this.product.engine.rules), 9).map(({ zh }) => zh),
      ...(because?.reasons ?? []).map((code) => reasonLabel(code).zh),
    ].join('，');
    return words.includes(part) ? part : words;
  }

  private async moveOf(member: number): Promise<string> {
    const move = await this.product.db.read.one<{ state: string; name: string }>(
      'SELECT m.state, g.name FROM move m JOIN chat_group g ON g.id = m.to_group WHERE m.member_id = $1 ORDER BY m.id DESC LIMIT 1',
      [member],
    );
    return move ? `${move.state} ${move.name}` : 'none';
  }

  private async seriesOf(member: number): Promise<string> {
    const row = await this.product.db.read.one<{ series: string; step: string | null; ended: string | null }>(
      'SELECT series, step, ended FROM member_series WHERE member_id = $1 ORDER BY entered_at DESC LIMIT 1',
      [member],
    );
    if (!row) return 'none';
    return row.step === null ? `${row.series} over: ${row.ended}` : `${row.series} at ${row.step}`;
  }

  private async groupsOf(member: number): Promise<string[]> {
    const rows = await this.product.db.read.all<{ name: string }>(
      'SELECT g.name FROM group_person gp JOIN chat_group g ON g.id = gp.group_id WHERE gp.member_id = $1 AND gp.present = 1 ORDER BY g.id',
      [member],
    );
    return rows.map(({ name }) => name);
  }

  private askedSince(part: string): string {
    const texts = this.product.channel.ofKind('notify_staff').map((action) => action.text);
    const asked = texts.slice(this.notesBefore).join('\n');
    this.notesBefore = texts.length;
    return asked === '' ? 'nothing' : asked.includes(part) ? part : asked;
  }
}

function stateWords(row: {
  readonly state: string;
  readonly reason: string | null;
  readonly not_before: number;
}): string {
  switch (row.state) {
    case 'planned':
      return `planned for day ${dayOf(row.not_before, zone) - FIRST_DAY} ${wallClockOf(row.not_before)}`;
    case 'waiting':
      return 'waits for staff';
    case 'sent':
      return 'sent';
    default:
      return `${row.state}: ${row.reason ?? ''}`;
  }
}
