import type { FactOf } from '../../domain/fact.js';
import { hashOf, roomContent } from './chat-facts.js';
import type { ChatRoom } from './chat-gateway.js';

/**
 * Remembers how each room looked when it was last told. A room that looks the same is not told again, unless somebody
 * came or went in between: then the product's picture may differ from the last reading (a join that we saw, a leave that
 * was lost), and the same content is news. For the same reason the time of reading is part of the key: the content alone
 * would make a room that went from A to B and back to A look like a repeat.
 */
export class RoomReadings {
  private readonly told = new Map<string, string>();

  /** The fact to tell, or undefined when nothing can have changed. It counts as told unless `forget` follows. */
  read(room: ChatRoom, readAt: number): FactOf<'group_read'> | undefined {
    const content = roomContent(room);
    const hash = hashOf(content);
    if (this.told.get(room.id) === hash) return undefined;
    this.told.set(room.id, hash);
    return {
      key: `chat:room:${room.id}:${hash}:${readAt}`,
      kind: 'group_read',
      at: readAt,
      member: {},
      data: { ...content, readAt },
    };
  }

  /** Somebody came or went, or the reading could not be stored: the next one is told whatever it says. */
  forget(roomId: string): void {
    this.told.delete(roomId);
  }
}
