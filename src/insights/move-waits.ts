import type { LocalizedText } from '../domain/localized-text.js';
import type { MoveState } from '../domain/moves/move.js';
import { inNumbers } from '../platform/database/in-list.js';
import type { Sql } from '../platform/database/sql.js';
import { storableJson } from '../platform/database/storable.js';
import { reasonLabel } from './words/reason-words.js';

/** Who an open move waits for. */
export interface MoveWait {
  readonly who: 'operators' | 'staff' | 'member' | 'owner' | 'time';
  /** The userid of staff; null when it is nobody in particular. */
  readonly staff: string | null;
  /** Since when, in epoch ms. */
  readonly since: number;
  readonly label: LocalizedText;
  /** What one can do. */
  readonly todo: LocalizedText;
  /** What the console offers for it. */
  readonly action: 'approve' | 'remind_owner' | null;
}

export interface OpenMove {
  readonly id: number;
  readonly state: MoveState;
  readonly changedAt: number;
  readonly invitedAt: number | null;
  readonly isReminded: boolean;
}

interface TaskRow {
  readonly move_id: number;
  readonly kind: string;
  readonly staff: string;
  readonly created_at: number;
  readonly answered_by: string | null;
}

interface MessageRow {
  readonly move_id: number;
  readonly state: string;
  readonly reason: string | null;
  readonly not_before: number;
  readonly sender: string | null;
  readonly asked_at: number | null;
}

/** Who holds up each of these open moves, since when, and what one can do. */
export async function moveWaits(sql: Sql, moves: readonly OpenMove[]): Promise<ReadonlyMap<number, MoveWait>> {
  if (moves.length === 0) return new Map();
  const ids = storableJson(moves.map(({ id }) => id));
  const tasks = await sql.all<TaskRow>(
    `SELECT move_id, kind, staff, created_at, answered_by FROM operator_task WHERE state = 'open' AND move_id IN ${inNumbers(sql, 1)} ORDER BY id`,
    [ids],
  );
  const messages = await sql.all<MessageRow>(
    `SELECT o.move_id, o.state, o.reason, o.not_before, b.sender, b.created_at AS asked_at FROM outbox o LEFT JOIN mass_batch b ON b.id = o.batch_id
     WHERE o.state IN ('planned', 'sending', 'waiting') AND o.move_id IN ${inNumbers(sql, 1)} ORDER BY o.id`,
    [ids],
  );
  const of = <T extends { readonly move_id: number }>(rows: readonly T[], id: number) =>
    rows.findLast((row) => row.move_id === id);
  return new Map(moves.map((move) => [move.id, waitOf(move, of(tasks, move.id), of(messages, move.id))]));
}

function waitOf(move: OpenMove, task: TaskRow | undefined, message: MessageRow | undefined): MoveWait {
  switch (move.state) {
    case 'joined':
    case 'leaving':
      return task ? waitsForOwner(task) : waitsForTime(move.changedAt, removing);
    case 'invited':
      return {
        who: 'member',
        staff: null,
        since: move.invitedAt ?? move.changedAt,
        action: null,
        label: { zh: '等 TA 进群', en: 'Waits for the member to join' },
        todo: move.isReminded
          ? {
              zh: '已经提醒过一次，到期自动结束。',
              en: 'They were reminded once; the move ends by itself at its deadline.',
            }
          : { zh: '到时会自动提醒一次。', en: 'They are reminded once by itself.' },
      };
    default:
      if (task?.kind === 'approve_move')
        return {
          who: 'operators',
          staff: null,
          since: task.created_at,
          action: 'approve',
          label: { zh: '等运营人员同意', en: 'Waits for an operator to agree' },
          todo: { zh: '同意后才会邀请。', en: 'They are invited after a yes.' },
        };
      return message ? waitsForMessage(message) : waitsForTime(move.changedAt, unsent);
  }
}

const waitsForOwner = ({ staff, created_at: since, answered_by: answeredBy }: TaskRow): MoveWait => ({
  who: 'owner',
  staff: staff === '' ? null : staff,
  since,
  action: 'remind_owner',
  label: { zh: '等群主移出旧群', en: 'Waits for the owner to remove them from the old group' },
  todo:
    answeredBy === null
      ? { zh: '可以再提醒群主一次。', en: 'You can remind the owner.' }
      : { zh: `${answeredBy} 说做好了，正在核对。`, en: `${answeredBy} says it is done; it is being checked.` },
});

function waitsForMessage({ state, reason, not_before: at, sender, asked_at: askedAt }: MessageRow): MoveWait {
  if (state === 'waiting')
    return {
      who: 'staff',
      staff: sender,
      since: askedAt ?? at,
      action: null,
      label: { zh: '等同事点发送', en: 'Waits for the tap of staff' },
      todo: { zh: '请 TA 在企业微信的群发助手里点发送。', en: 'Ask them to tap 发送 in WeCom’s mass-send helper.' },
    };
  const why = reason === null ? sendsLater : reasonLabel(reason);
  return waitsForTime(at, { label: { zh: '邀请还没到发送时间', en: 'The invitation waits for its time' }, todo: why });
}

const sendsLater: LocalizedText = { zh: '到合适的时段自动发出。', en: 'It goes by itself at the next good hour.' };
const unsent = {
  label: { zh: '正在安排邀请', en: 'The invitation is being prepared' },
  todo: { zh: '不用做什么。', en: 'Nothing to do.' },
};
const removing = {
  label: { zh: '聊天账号正在移出旧群', en: 'The chat account removes them from the old group' },
  todo: { zh: '不用做什么。', en: 'Nothing to do.' },
};

const waitsForTime = (
  since: number,
  { label, todo }: { readonly label: LocalizedText; readonly todo: LocalizedText },
): MoveWait => ({ who: 'time', staff: null, since, label, todo, action: null });
