import type { Move } from '../../domain/moves/move.js';
import { moveStore } from '../moves/move.store.js';
import { messageStore } from '../../outbox/message.store.js';
import { outboxStore } from '../../outbox/outbox.store.js';
import type { Sql } from '../../platform/database/sql.js';

/** What ends a move whose invitation does not go out. */
interface MoveEnding {
  invitationSettled(
    tx: Sql,
    move: Move,
    settled: { readonly sent: boolean; readonly code?: string },
    now: number,
  ): Promise<void>;
}

/**
 * What becomes of the messages of a template that wait while it is changed: they go in its newest words, they go as they
 * were planned, or not at all.
 */
export type QueuedChoice = 'render' | 'keep' | 'cancel';

/** The template with its change made, in whose transaction the choice takes effect. */
export interface ChangedTemplate {
  readonly key: string;
  readonly version: number;
  readonly isOn: boolean;
}

/**
 * How many messages it concerned. A choice is one about all of them, also those that an earlier one told to keep their
 * words; null is none, and leaves these alone. What is out for a tap of staff has its words already and is taken back only
 * when its template is off.
 */
export async function settleQueued(
  tx: Sql,
  { key, version, isOn }: ChangedTemplate,
  choice: QueuedChoice | null,
  engine: MoveEnding,
  now: number,
): Promise<number> {
  switch (choice) {
    case null:
      return isOn ? messageStore.countUnpinned(tx, key) : 0;
    case 'render':
      // A template that is off has no words of today: those of the version it has.
      if (!isOn) return messageStore.pinVersion(tx, key, version);
      await messageStore.unpinVersions(tx, key, 'not_waiting');
      return messageStore.countUnpinned(tx, key);
    case 'keep':
      return messageStore.pinVersion(tx, key, null);
    case 'cancel': {
      const code = isOn ? 'called_off' : 'template_off';
      const rows = await outboxStore.cancelQueued(tx, key, code, now);
      await messageStore.unpinVersions(tx, key, isOn ? 'not_waiting' : 'all');
      const open = await moveStore.byIds(
        tx,
        rows.flatMap((row) => row.move ?? []),
      );
      for (const move of open) await engine.invitationSettled(tx, move, { sent: false, code }, now);
      if (!isOn) await outboxStore.checkMassSendsOf(tx, key, now);
      return rows.length;
    }
  }
}
