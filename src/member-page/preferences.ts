import { currentPreferences } from '../features/members/current-preferences.js';
import { isOptedOut } from '../features/members/pending-opt-outs.js';
import { noPreference } from '../domain/sending/preference.js';
import type { Sql } from '../platform/database/sql.js';
import type { ShownMember } from './member-reader.js';
import type { Preferences } from './pages/messages.page.js';

/** What the member chose, with facts that are stored but not applied yet: each choice was confirmed to them. */
export async function preferencesOf(sql: Sql, { evaluation }: ShownMember): Promise<Preferences> {
  const { id } = evaluation;
  const { pace, quiet } = (await currentPreferences(sql, [id])).get(id) ?? noPreference;
  return { pace: (await isOptedOut(sql, id)) ? 'none' : pace, quiet };
}
