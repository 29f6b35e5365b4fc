import type { Corp } from '../corp.js';
import { isPerson } from '../corp.js';
import type { CustomerGroup } from '../customer-group.js';
import type { Person, Staff } from '../person.js';
import { emitAppText } from './events.js';

/** Texts that address the bot without a mention. */
const FOR_THE_BOT = /^(我的等级|退订|td|帮助|恢复|订阅)$/i;

export interface GroupSpeech {
  readonly text: string;
  /** Chat contact ids. */
  readonly mentions?: readonly string[];
}

/** A person or a staff member speaks in a group. */
export function sayInGroup(
  corp: Corp,
  who: Person | Staff,
  group: CustomerGroup,
  { text, mentions = [] }: GroupSpeech,
): void {
  const said = {
    kind: 'message',
    id: corp.ids.letters('chat', 24),
    at: corp.now(),
    talkerId: who.chatContactId,
  } as const;
  corp.outlets.emitChat({ ...said, roomId: group.roomId, text, mentionIds: mentions });
  corp.groups.diary.said(group.chatId, who.chatContactId, corp.now());
  if (isPerson(who)) recordSpeech(corp, who, text);
  const toBot = corp.bot !== undefined && mentions.includes(corp.bot.chatContactId);
  if (toBot || FOR_THE_BOT.test(text.trim())) corp.outlets.awaitAnswer('chat');
}

/** A person writes to the chat account in private. */
export function sayToBot(corp: Corp, person: Person, text: string): void {
  if (!corp.bot) return;
  const said = {
    kind: 'message',
    id: corp.ids.letters('chat', 24),
    at: corp.now(),
    talkerId: person.chatContactId,
  } as const;
  corp.outlets.emitChat({ ...said, listenerId: corp.bot.chatContactId, text, mentionIds: [] });
  recordSpeech(corp, person, text);
  corp.outlets.awaitAnswer('chat');
}

/** A staff member writes to the app. */
export function writeToApp(corp: Corp, staff: Staff, text: string): void {
  emitAppText(corp, staff.userid, text);
  corp.outlets.awaitAnswer('callback');
}

function recordSpeech(corp: Corp, person: Person, text: string): void {
  corp.recordActivity(person, 'talk');
  const tally = corp.tallyOf(person);
  tally.messages += 1;
  // Without a chat account the product cannot read a group.
  if (text.trim() === '退订' && corp.bot) tally.optedOut = true;
  for (const relation of corp.relations.ofPerson(person.externalUserId)) relation.lastTalkAt = corp.now();
}
