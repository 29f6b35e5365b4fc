import { z } from 'zod';
import type { Action, ActionOf } from '../../domain/action.js';
import { groupWelcomeKey, retireGroupWelcomeKey } from '../../domain/action-keys.js';
import { dayOf, isoDay } from '../../domain/day.js';
import { priorities } from '../../domain/priorities.js';
import type { NewOutboxRow } from '../../outbox/outbox-row.js';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';
import type { Run } from '../run.js';
import { groupWelcomeStore } from './group-welcome.store.js';
import { postPolicyOf } from './post-action.js';

const made = z.object({ templateId: z.string().min(1) });

/** The requests that make WeCom's welcomes those of the rules. `again`: also what WeCom has refused today. */
export async function syncGroupWelcomes(run: Run, { again = false } = {}): Promise<NewOutboxRow[]> {
  const { tx, context, now } = run;
  const { welcomes } = postPolicyOf(context);
  if (!context.abilities.has('ensure_group_welcome')) return [];
  for (const { key, content } of welcomes) await groupWelcomeStore.want(tx, key, storableJson(content), now);
  const rows: NewOutboxRow[] = [];
  const day = isoDay(dayOf(now, context.timeZone));
  for (const stored of await groupWelcomeStore.all(tx)) {
    const wanted = welcomes.find(({ key }) => key === stored.key);
    const timed = { notBefore: now, priority: priorities.readCorp };
    if (wanted === undefined && stored.templateId === null) await groupWelcomeStore.remove(tx, stored.key);
    else if (wanted === undefined) {
      const action: Action = { kind: 'retire_group_welcome', welcome: stored.key, templateId: stored.templateId! };
      rows.push({ ...timed, key: retireGroupWelcomeKey(stored.templateId!, day), action });
    } else if (stored.made !== stored.content) {
      const isRepeat = again && stored.problem !== null;
      if (isRepeat) await groupWelcomeStore.setProblem(tx, stored.key, null);
      rows.push({
        ...timed,
        key: groupWelcomeKey(stored.key, stored.version, isRepeat ? String(now) : day),
        action: {
          ...{ kind: 'ensure_group_welcome', welcome: stored.key, version: stored.version },
          ...{ content: wanted.content, notify: wanted.notify },
          ...(stored.templateId === null ? {} : { templateId: stored.templateId }),
        },
      });
    }
  }
  return rows;
}

/** The request as it is to be made now: with the id that WeCom has given meanwhile; null when it is outdated or done. */
export async function currentGroupWelcome(
  sql: Sql,
  action: ActionOf<'ensure_group_welcome'>,
): Promise<ActionOf<'ensure_group_welcome'> | null> {
  const stored = (await groupWelcomeStore.all(sql)).find(({ key }) => key === action.welcome);
  if (stored?.version !== action.version || stored.made === stored.content) return null;
  return stored.templateId === null ? action : { ...action, templateId: stored.templateId };
}

export async function groupWelcomeMade(
  tx: Sql,
  { welcome, content }: ActionOf<'ensure_group_welcome'>,
  result: unknown,
): Promise<void> {
  const { templateId } = made.parse(result);
  await groupWelcomeStore.setMade(tx, welcome, { templateId, content: storableJson(content) });
}

/** WeCom has no such welcome any more. A welcome that the rules have again by now is made anew. */
export async function groupWelcomeRetired(
  tx: Sql,
  { welcome, templateId }: ActionOf<'retire_group_welcome'>,
): Promise<void> {
  const stored = (await groupWelcomeStore.all(tx)).find(({ key }) => key === welcome);
  if (stored?.templateId === templateId) await groupWelcomeStore.remove(tx, welcome);
}
