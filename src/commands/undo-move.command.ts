import type { MoveId } from '../domain/ids.js';
import type { Move } from '../domain/moves/move.js';
import { undoMoveOf, undoPlanOf } from '../engine/undo-move.js';
import { groupStore } from '../features/groups/group.store.js';
import { moveStore } from '../features/moves/move.store.js';
import { cutToCharacters } from '../domain/cut-text.js';
import { quoted } from '../domain/shown-name.js';
import { reasonLabel } from '../insights/words/reason-words.js';
import type { Sql } from '../platform/database/sql.js';
import type { Command, CommandAnswer, Invocation } from './command.js';
import { findMemberByName, notFound } from './find-member.js';

const WORD = '撤回换群';
const LONGEST_REASON = 200;
const NO_REASON = '没有写原因';

/** `小鹿，弄错了人`: a nickname with a comma is named by its number. */
function partsOf(argument: string): { readonly name: string; readonly reason: string } {
  const [, name = argument, reason = ''] = /^([^，,：:]+)[，,：:](.*)$/su.exec(argument) ?? [];
  return { name: name.trim(), reason: cutToCharacters(reason.trim(), LONGEST_REASON, '…') };
}

/** Always asks first, and then takes back the very move that the question named. */
async function undo(invocation: Invocation): Promise<CommandAnswer> {
  const { db, engine, clock, confirmedMove } = invocation;
  const { name, reason } = partsOf(invocation.argument);
  const found = await findMemberByName({ ...invocation, argument: name }, WORD);
  const rest = reason === '' ? {} : { rest: `，${reason}` };
  if ('words' in found) return notFound(found.asks ? { ...found, asks: { ...found.asks, ...rest } } : found);
  const { member, displayName } = found;
  if (confirmedMove !== null) return takeBack(invocation, confirmedMove, { displayName, reason });
  const move = await moveStore.latestOf(db.read, member);
  if (move === null) return { text: `${displayName} 还没有换过群。` };
  const context = await engine.context();
  const plan = await undoPlanOf({ tx: db.read, context, now: clock.now() }, move.id);
  if (plan === null || plan.kind === 'already') return { text: `${displayName} 最近一次换群之前就撤回了。` };
  if (plan.kind === 'refused') return { text: `${displayName} 的换群撤回不了：${reasonLabel(plan.code).zh}。` };
  const names = await namesOf(db.read, move);
  const follows = {
    stop: '还没做的不再做，TA 留在现在的群。',
    leave_new: `TA 还在两个群里：会请${names.to}的群主把 TA 移出，留在${names.from}。`,
    invite_back: `TA 已经离开${names.from}：会再邀请 TA 回去，进群后请群主把 TA 移出${names.to}。`,
  }[plan.kind];
  return {
    text: `要撤回 ${displayName} 换到${names.to}吗？${follows}之后一段时间内，系统不会再把 TA 换到这个层级的群。回复 1 撤回。`,
    asks: { kind: 'this_member', word: WORD, member, move: move.id, ...rest },
  };
}

async function takeBack(
  { engine, request }: Invocation,
  move: MoveId,
  { displayName, reason }: { readonly displayName: string; readonly reason: string },
): Promise<CommandAnswer> {
  const by = request.from.kind === 'staff' ? request.from.staff : '';
  const context = await engine.context();
  return {
    text: '',
    write: async (tx, now): Promise<string> => {
      const undone = await undoMoveOf({ tx, context, now }, move, { by, reason: reason || NO_REASON });
      if (undone === null || undone.outcome === 'already') return `${displayName} 的这次换群之前就撤回了。`;
      if (undone.outcome === 'refused') return `${displayName} 的换群撤回不了：${reasonLabel(undone.code).zh}。`;
      return {
        stop: `已撤回 ${displayName} 的换群，这次换群结束了。`,
        leave_new: `已撤回 ${displayName} 的换群，正在请群主把 TA 移出新群。`,
        invite_back: `已撤回 ${displayName} 的换群，正在邀请 TA 回原来的群。`,
      }[undone.how];
    },
  };
}

async function namesOf(
  sql: Sql,
  { fromGroup, toGroup }: Move,
): Promise<{ readonly from: string; readonly to: string }> {
  const groups = await groupStore.all(sql);
  const nameOf = (id: Move['toGroup'] | null): string => quoted(groups.find((group) => group.id === id)?.name ?? '');
  return { from: nameOf(fromGroup), to: nameOf(toGroup) };
}

export const undoMoveCommand: Command = {
  words: [WORD, '撤回', 'undo'],
  role: 'operator',
  usage: `${WORD} <昵称或客户ID>[，原因]`,
  does: '撤回一位成员最近一次换群，先说明会怎样，确认后才做',
  needsArgument: true,
  changes: true,
  run: undo,
};
