import { currentPreferences } from '../features/members/current-preferences.js';
import { pendingOptOuts } from '../features/members/pending-opt-outs.js';
import { noPreference } from '../domain/sending/preference.js';
import type { Sql } from '../platform/database/sql.js';
import type { ShownMember } from './member-reader.js';
import type { Preferences } from './pages/messages.page.js';

/** What the member chose, with facts that are stored but not applied yet: each choice was confirmed to them. */
export async function preferencesOf(sql: Sql, { evaluation }: ShownMember): Promise<Preferences> {
  const { id, stored } = evaluation;
  const isOut = stored.state.optedOut || (await pendingOptOuts(sql)).has(id);
  const { pace, quiet } = (await currentPreferences(sql, [id])).get(id) ?? noPreference;
  return { pace: isOut ? 'none' : pace, quiet };
}
