import type { GroupId } from '../ids.js';
import type { PoolGroup } from './pool.js';

export interface StoredGroup {
  readonly id: GroupId;
  readonly name: string;
  readonly owner: string;
  readonly tier: string | null;
  readonly capacity: number;
  readonly status: string;
  readonly chatId: string | null;
  readonly roomId: string | null;
  readonly version: string | null;
  readonly joinQr: string | null;
  readonly readAt: number;
}

/** Ids of WeCom groups begin with `wr`; all others are rooms of the chat account (contract §3.2, §5.1). */
export const isOfficialChatId = (chatId: string): boolean => chatId.startsWith('wr');

/** A group of a pool with its join code. */
export interface StoredPoolGroup extends PoolGroup {
  /** 0 normal, 1 owner left, 2 being inherited, 3 inherited (contract §5.1). */
  readonly ownerState: number;
  readonly join: {
    readonly state: string | null;
    readonly configId: string | null;
    readonly qr: string | null;
    /** JSON list of the chat ids that were last sent to WeCom for this code. */
    readonly chats: string | null;
    readonly version: number;
  };
}
