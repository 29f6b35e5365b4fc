import type { Sql } from '../platform/database/sql.js';
import type { Engine } from './engine.js';
import { stores } from './stores.js';

/**
 * What becomes of the messages of a template that wait while it is changed: they go in its newest words, they go as they
 * were planned, or not at all.
 */
export type QueuedChoice = 'render' | 'keep' | 'cancel';

/** The template with its change made, in whose transaction the choice takes effect. */
export interface ChangedTemplate {
  readonly key: string;
  readonly version: number;
  /** Why nothing goes, when nothing does. */
  readonly code: 'template_off' | 'called_off';
}

/** How many messages it concerned. What is out for a tap of staff has its words already and is taken back only when its template is off. */
export async function settleQueued(
  tx: Sql,
  { key, version, code }: ChangedTemplate,
  choice: QueuedChoice,
  engine: Engine,
  now: number,
): Promise<number> {
  switch (choice) {
    case 'render':
      // A template that is off has no words of today: those of the version it has.
      return code === 'template_off'
        ? stores.outbox.keepVersion(tx, key, version)
        : ((await stores.outbox.queuedOf(tx, [key])).get(key)?.planned ?? 0);
    case 'keep':
      return stores.outbox.keepVersion(tx, key, null);
    case 'cancel': {
      const rows = await stores.outbox.cancelQueued(tx, key, code, now);
      const moves = await stores.moves.byIds(
        tx,
        rows.flatMap((row) => row.move ?? []),
      );
      for (const move of moves) await engine.invitationSettled(tx, move, false, code, now);
      if (code === 'template_off') await stores.outbox.lookAtTasksOf(tx, key, now);
      return rows.length;
    }
  }
}
