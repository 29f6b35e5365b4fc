import { readSetting, removeSetting, writeSetting } from '../../platform/database/settings.js';
import type { Sql } from '../../platform/database/sql.js';

/** The version of rules that came into force and that no review has let pass yet. */
const UNSEEN_SETTING = 'ruleset_unseen';

export const markUnseen = (tx: Sql, version: number, now: number): Promise<void> =>
  writeSetting(tx, UNSEEN_SETTING, String(version), now);

export const isUnseen = async (sql: Sql, version: number): Promise<boolean> =>
  (await readSetting(sql, UNSEEN_SETTING)) === String(version);

export const markSeen = (tx: Sql): Promise<void> => removeSetting(tx, UNSEEN_SETTING);
