import { z } from 'zod';
import type { ActionOf } from '../domain/action.js';
import type { Sql } from '../platform/database/sql.js';
import { storedOr } from '../platform/database/stored-json.js';

type ChatKind = 'chat_dm' | 'group_say' | 'room_add' | 'room_remove';
const chatAction = z.union([
  z.looseObject({
    kind: z.literal('chat_dm'),
    chatContactId: z.string(),
    message: z.looseObject({ attachments: z.array(z.looseObject({ kind: z.string() })) }),
  }),
  z.looseObject({ kind: z.enum(['group_say', 'room_add', 'room_remove']), chatId: z.string() }),
]) as unknown as z.ZodType<ActionOf<ChatKind>>;

/** Past writes through the chat account, for its limits. */
export class ChatWritesStore {
  /** All attempts to write through the chat account since a time (epoch ms): what, to whom, when. */
  async since(sql: Sql, since: number): Promise<{ kind: ChatKind; to: string; at: number }[]> {
    const rows = await sql.all<{ action: string; at: number }>(
      `SELECT action, attempted_at AS at FROM outbox WHERE kind IN ('chat_dm', 'group_say', 'room_add', 'room_remove') AND attempted_at >= $1`,
      [since],
    );
    return rows.flatMap((row): { kind: ChatKind; to: string; at: number }[] => {
      const action = storedOr(row.action, chatAction, null);
      if (action === null) return [];
      const { kind } = action;
      if (kind !== 'chat_dm') return [{ kind, to: action.chatId, at: row.at }];
      // Each picture is a separate write.
      const pictures = action.message.attachments.filter((attachment) => attachment.kind === 'image').length;
      return Array.from({ length: pictures + 1 }, () => ({ kind, to: action.chatContactId, at: row.at }));
    });
  }
}

export const chatWritesStore = new ChatWritesStore();
