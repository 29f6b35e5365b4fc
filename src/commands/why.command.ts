import { dayOf, isoDay, momentOf, type Day } from '../domain/day.js';
import { type StoredDecision, decisionStore } from '../features/audit/decision.store.js';
import { templateNames } from '../insights/names.js';
import { ruleChanges } from '../insights/rule-changes.js';
import { becauseFrom } from '../insights/words/because-words.js';
import { changeWords } from '../insights/words/change-words.js';
import { deliveryTitle } from '../insights/words/delivery-words.js';
import { labelFrom } from '../insights/words/stored-words.js';
import { ruleWords } from '../insights/words/rule-words.js';
import { asTierLabel } from '../insights/words/tier-words.js';
import { groundsOf, reasonWords, whyWords, type WhyNames } from '../insights/words/why-words.js';
import { messageStore } from '../outbox/message.store.js';
import type { Sql } from '../platform/database/sql.js';
import type { MemberId } from '../domain/ids.js';
import { onOneLine } from '../domain/shown-name.js';
import type { Command } from './command.js';
import { findMemberByName, notFound } from './find-member.js';

const TIERS_SHOWN = 2;
const STAGES_SHOWN = 2;
const MOVES_SHOWN = 2;
const MESSAGES_SHOWN = 3;
const TAGS_SHOWN = 4;
const TAG_DAYS = 30;
/** Per decision; the console shows all. */
const FIGURES_SHOWN = 3;

interface Labels extends WhyNames {
  readonly day: (at: number) => string;
}

export const whyCommand: Command = {
  words: ['为什么', '为啥', 'why'],
  role: 'operator',
  usage: '为什么 <昵称或客户ID>',
  does: '看最近为这位成员做了什么决定，依据是什么，规则是谁定的',
  needsArgument: true,
  async run(invocation) {
    const { db, clock, engine, timeZone } = invocation;
    const found = await findMemberByName(invocation, '为什么');
    if ('words' in found) return notFound(found);
    const { member, displayName } = found;
    const templates = await templateNames(db.read);
    const labels: Labels = {
      day: (at) => isoDay(dayOf(at, timeZone)).slice(5),
      tier: asTierLabel(engine.rules),
      template: (key) => templates.get(key) ?? '已删除的模板',
      vocabulary: engine.vocabulary,
    };
    const decisionLines = async (kind: 'tier' | 'stage' | 'move', most: number): Promise<string[]> =>
      linesOf(db.read, await decisionStore.latest(db.read, member, kind, most), labels);
    // Tags change often and would bury the rest, so they come last and as a summary.
    const parts = [
      section('层级', await decisionLines('tier', TIERS_SHOWN)),
      section('阶段', await decisionLines('stage', STAGES_SHOWN)),
      section('换群', await decisionLines('move', MOVES_SHOWN)),
      section('消息', await messageLines(db.read, member, labels)),
      await tagLines(db.read, member, dayOf(clock.now(), timeZone), timeZone),
    ].flat();
    if (parts.length === 0) return { text: `还没有为 ${displayName} 做过决定。` };
    return { text: [displayName, ...parts].join('\n') };
  },
};

/** A reason in words. A code that this version does not know is not shown. */
function knownReason(code: string, labels: Labels): string {
  const { zh } = reasonWords(code, labels);
  return zh === code ? '原因见管理后台' : zh;
}

const section = (heading: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [heading, ...lines];

/** The latest decision with its rule in words and who set the rule; those before it with their figures alone. */
async function linesOf(sql: Sql, decisions: readonly StoredDecision[], labels: Labels): Promise<string[]> {
  const [latest, ...earlier] = decisions;
  if (!latest) return [];
  const rest = earlier.map((decision) => `${titleLine(decision, labels)}${figuresOf(decision, labels)}`);
  const because = becauseFrom(latest.because);
  if (!because) return [titleLine(latest, labels), ...rest];
  const change = (await ruleChanges(sql, [{ at: latest.at, because }])).get(because);
  return [
    `${titleLine(latest, labels)}：${onOneLine(whyWords(because, labels).zh)}`,
    ...(change ? [`\u3000\u3000${onOneLine(changeWords(change, labels.day).zh)}`] : []),
    ...rest,
  ];
}

const titleLine = ({ at, title }: StoredDecision, { day }: Labels): string =>
  `\u3000${day(at)} ${onOneLine(labelFrom(title).zh)}`;

function figuresOf({ because }: StoredDecision, labels: Labels): string {
  const known = becauseFrom(because);
  if (!known) return '';
  const grounds = [
    ...groundsOf(known, labels)
      .slice(0, FIGURES_SHOWN)
      .map(({ zh }) => zh),
    ...(known.reasons ?? []).map((code) => knownReason(code, labels)),
  ];
  return `：${onOneLine(grounds.length > 0 ? grounds.join('，') : ruleWords(known.rule, labels).zh)}`;
}

async function messageLines(sql: Sql, member: MemberId, labels: Labels): Promise<string[]> {
  const { day, template } = labels;
  const messages = await messageStore.latestOf(sql, member, MESSAGES_SHOWN);
  return messages.map(({ at, campaign, reason, state }) => {
    const words = onOneLine(deliveryTitle(state, template(campaign)).zh);
    return `\u3000${day(at)} ${words}${reason === null || reason === '' ? '' : `：${knownReason(reason, labels)}`}`;
  });
}

/** How often tags changed, and the latest changes. */
async function tagLines(sql: Sql, member: MemberId, today: Day, timeZone: string): Promise<string[]> {
  const since = momentOf(today - TAG_DAYS + 1, 0, timeZone);
  const changes = await decisionStore.countSince(sql, member, 'tag', since);
  const last = await decisionStore.latest(sql, member, 'tag', TAGS_SHOWN);
  if (last.length === 0) return [];
  const titles = last.map(({ title }) => onOneLine(labelFrom(title).zh));
  return [`标签：近 ${TAG_DAYS} 天变动 ${changes} 次，最近是${titles.join('、')}`];
}
