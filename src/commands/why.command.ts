import { dayOf, isoDay, momentOf, type Day } from '../domain/day.js';
import { type StoredDecision, decisionStore } from '../features/audit/decision.store.js';
import { templateNames } from '../insights/names.js';
import { becauseFrom } from '../insights/words/because-words.js';
import { deliveryTitle } from '../insights/words/delivery-words.js';
import { labelFrom } from '../insights/words/stored-words.js';
import { reasonLabel } from '../insights/words/reason-words.js';
import { ruleWords } from '../insights/words/rule-words.js';
import { asTierLabel } from '../insights/words/tier-words.js';
import { becauseValueWords, type TierLabel } from '../insights/words/value-words.js';
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
/** Of one decision: the rest stands in the console. */
const FIGURES_SHOWN = 3;

interface Telling {
  readonly day: (at: number) => string;
  readonly tier: TierLabel;
  readonly template: (key: string) => string;
}

export const whyCommand: Command = {
  words: ['为什么', '为啥', 'why'],
  role: 'operator',
  usage: '为什么 <昵称或客户ID>',
  does: '看最近为这位成员做了什么决定，依据是什么',
  needsArgument: true,
  async run(invocation) {
    const { db, clock, engine, timeZone } = invocation;
    const found = await findMemberByName(invocation, '为什么');
    if ('words' in found) return notFound(found);
    const { member, called } = found;
    const names = await templateNames(db.read);
    const telling: Telling = {
      day: (at) => isoDay(dayOf(at, timeZone)).slice(5),
      tier: asTierLabel(engine.rules),
      template: (key) => names.get(key) ?? '已删除的模板',
    };
    const decided = async (kind: 'tier' | 'stage' | 'move', most: number): Promise<string[]> =>
      (await decisionStore.latest(db.read, member, kind, most)).map((row) => decisionLine(row, telling));
    // What changed their standing first; tags flap, and would bury everything else.
    const parts = [
      part('层级', await decided('tier', TIERS_SHOWN)),
      part('阶段', await decided('stage', STAGES_SHOWN)),
      part('换群', await decided('move', MOVES_SHOWN)),
      part('消息', await messageLines(db.read, member, telling)),
      await tagLines(db.read, member, dayOf(clock.now(), timeZone), timeZone),
    ].flat();
    if (parts.length === 0) return { text: `还没有为 ${called} 做过决定。` };
    return { text: [called, ...parts].join('\n') };
  },
};

/** A reason without any code in it: neither that of a tier, nor one that another version wrote. */
function reasonWords(code: string, tier: TierLabel): string {
  const moved = /^tier_is_now:(.*)$/u.exec(code)?.[1];
  if (moved !== undefined) return `层级已是${tier(moved).zh}`;
  const { zh } = reasonLabel(code);
  return zh === code ? '原因见管理后台' : zh;
}

const part = (heading: string, lines: readonly string[]): string[] => (lines.length === 0 ? [] : [heading, ...lines]);

function decisionLine({ at, title, because }: StoredDecision, { day, tier, template }: Telling): string {
  const line = `\u3000${day(at)} ${onOneLine(labelFrom(title).zh)}`;
  const known = becauseFrom(because);
  if (!known) return line;
  const told = [
    ...becauseValueWords(known.values, tier, FIGURES_SHOWN),
    ...(known.reasons ?? []).map((code) => reasonWords(code, tier)),
  ];
  return `${line}：${onOneLine(told.length > 0 ? told.join('，') : ruleWords(known.rule, { tier, template }))}`;
}

async function messageLines(sql: Sql, member: MemberId, { day, template, tier }: Telling): Promise<string[]> {
  const messages = await messageStore.latestOf(sql, member, MESSAGES_SHOWN);
  return messages.map(({ at, campaign, reason, state }) => {
    const said = onOneLine(deliveryTitle(state, template(campaign)).zh);
    return `\u3000${day(at)} ${said}${reason === null || reason === '' ? '' : `：${reasonWords(reason, tier)}`}`;
  });
}

/** How often the rules changed their mind about tags, and the last of it. */
async function tagLines(sql: Sql, member: MemberId, today: Day, timeZone: string): Promise<string[]> {
  const since = momentOf(today - TAG_DAYS + 1, 0, timeZone);
  const changes = await decisionStore.countSince(sql, member, 'tag', since);
  const last = await decisionStore.latest(sql, member, 'tag', TAGS_SHOWN);
  if (last.length === 0) return [];
  const titles = last.map(({ title }) => onOneLine(labelFrom(title).zh));
  return [`标签：近 ${TAG_DAYS} 天变动 ${changes} 次，最近是${titles.join('、')}`];
}
