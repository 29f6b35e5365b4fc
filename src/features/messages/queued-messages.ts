import type { Move } from '../../domain/moves/move.js';
import { moveStore } from '../moves/move.store.js';
import { messageStore } from '../../outbox/message.store.js';
import { outboxStore } from '../../outbox/outbox.store.js';
import type { Sql } from '../../platform/database/sql.js';
import type { Run } from '../run.js';

/** Ends a move whose invitation is not sent. */
interface InvitationSettler {
  invitationSettled(
    tx: Sql,
    move: Move,
    settled: { readonly sent: boolean; readonly code?: string },
    now: number,
  ): Promise<void>;
}

export interface QueueRun extends Pick<Run, 'tx' | 'now'> {
  readonly engine: InvitationSettler;
}

/**
 * What happens to the queued messages of a template that is changed: `render` sends them with the newest text, `keep` with
 * the text they were planned with, `cancel` not at all.
 */
export type QueuedChoice = 'render' | 'keep' | 'cancel';

/** The template after its change. The choice takes effect in the transaction that changes it. */
export interface ChangedTemplate {
  readonly key: string;
  readonly version: number;
  readonly isOn: boolean;
}

/**
 * Applies the choice to all queued messages of the template, also to those whose version an earlier choice has pinned; null
 * changes nothing. Mass-sends that wait for a tap of staff have their text already: they are cancelled only when the
 * template is off. Answers how many messages the change concerns.
 */
export async function applyQueuedChoice(
  { tx, engine, now }: QueueRun,
  { key, version, isOn }: ChangedTemplate,
  choice: QueuedChoice | null,
): Promise<number> {
  switch (choice) {
    case null:
      return isOn ? messageStore.countUnpinned(tx, key) : 0;
    case 'render':
      // No version is active while the template is off, so that the messages are pinned to the saved one.
      if (!isOn) return messageStore.pinVersion(tx, key, version);
      await messageStore.unpinVersions(tx, key, 'not_waiting');
      return messageStore.countUnpinned(tx, key);
    case 'keep':
      return messageStore.pinVersion(tx, key, null);
    case 'cancel': {
      const code = isOn ? 'called_off' : 'template_off';
      const rows = await outboxStore.cancelQueued(tx, key, code, now);
      await messageStore.unpinVersions(tx, key, isOn ? 'not_waiting' : 'all');
      const moves = await moveStore.byIds(
        tx,
        rows.flatMap((row) => row.move ?? []),
      );
      for (const move of moves) await engine.invitationSettled(tx, move, { sent: false, code }, now);
      if (!isOn) await outboxStore.checkMassSendsOf(tx, key, now);
      return rows.length;
    }
  }
}
