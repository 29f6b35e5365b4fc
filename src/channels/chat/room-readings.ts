import type { FactOf } from '../../domain/fact.js';
import { hashOf, roomContent } from './chat-facts.js';
import type { ChatRoom } from './chat-gateway.js';

/**
 * Remembers the last reported content of each room, and reports a room only when its content changed. After a join or leave
 * event the room is reported even with the same content: the event changed the stored state, and another event may have been
 * lost. For the same reason the key contains the time of the read: a room that changed from A to B and back to A is no
 * repeat.
 */
export class RoomReadings {
  private readonly lastHashes = new Map<string, string>();

  /** The fact to report, or undefined when nothing can have changed. It counts as reported unless `forget` is called. */
  factIfChanged(room: ChatRoom, readAt: number): FactOf<'group_read'> | undefined {
    const content = roomContent(room);
    const hash = hashOf(content);
    if (this.lastHashes.get(room.id) === hash) return undefined;
    this.lastHashes.set(room.id, hash);
    return {
      key: `chat:room:${room.id}:${hash}:${readAt}`,
      kind: 'group_read',
      at: readAt,
      member: {},
      data: { ...content, readAt },
    };
  }

  /** After an event or when the read could not be stored: the next read is reported in any case. */
  forget(roomId: string): void {
    this.lastHashes.delete(roomId);
  }
}
