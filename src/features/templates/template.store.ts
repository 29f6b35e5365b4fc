import type { Sql } from '../../platform/database/sql.js';

export interface TemplateRow {
  readonly key: string;
  readonly name: string;
  readonly kind: string;
  readonly enabled: boolean;
  readonly version: number;
  readonly updatedAt: number;
  /** Epoch ms since when its file is gone; null while the file exists, and for a template made in the console. */
  readonly fileGoneAt: number | null;
  /** Epoch ms since when it is put away; null for one in use, which any that is switched on is. */
  readonly archivedAt: number | null;
}

export interface VersionInfo {
  readonly version: number;
  /** Epoch ms. */
  readonly savedAt: number;
  readonly savedBy: string;
  readonly note: string;
  /** The second person; null where none was asked. */
  readonly approvedBy: string | null;
}

export interface StoredVersion extends VersionInfo {
  readonly text: string;
}

export type NewVersion = Omit<StoredVersion, 'version' | 'approvedBy'> & { readonly approvedBy?: string };

export type CurrentTemplate = TemplateRow & StoredVersion;

interface Columns {
  readonly key: string;
  readonly name: string;
  readonly kind: string;
  readonly enabled: number;
  readonly version: number;
  readonly updated_at: number;
  readonly file_gone_at: number | null;
  readonly archived_at: number | null;
  readonly text: string;
  readonly saved_at: number;
  readonly saved_by: string;
  readonly note: string;
  readonly approved_by: string | null;
}

const versionOf = (row: Columns): StoredVersion => ({
  version: row.version,
  text: row.text,
  savedAt: row.saved_at,
  savedBy: row.saved_by,
  note: row.note,
  approvedBy: row.approved_by,
});
const currentOf = (row: Columns): CurrentTemplate => ({
  ...versionOf(row),
  key: row.key,
  name: row.name,
  kind: row.kind,
  enabled: row.enabled === 1,
  updatedAt: row.updated_at,
  fileGoneAt: row.file_gone_at,
  archivedAt: row.enabled === 1 ? null : row.archived_at,
});

const current = `SELECT t.key, t.name, t.kind, t.enabled, t.version, t.updated_at, t.file_gone_at, t.archived_at, v.text, v.saved_at, v.saved_by, v.note, v.approved_by
  FROM template t JOIN template_version v ON v.key = t.key AND v.version = t.version`;

/** Templates and all their versions. A version is never changed. */
export class TemplateStore {
  async current(sql: Sql): Promise<CurrentTemplate[]> {
    return (await sql.all<Columns>(`${current} ORDER BY t.kind, t.key`)).map(currentOf);
  }

  async read(sql: Sql, key: string): Promise<CurrentTemplate | null> {
    const row = await sql.one<Columns>(`${current} WHERE t.key = $1`, [key]);
    return row ? currentOf(row) : null;
  }

  async nameOf(sql: Sql, key: string): Promise<string | undefined> {
    return (await sql.one<{ name: string }>('SELECT name FROM template WHERE key = $1', [key]))?.name;
  }

  /** Keys and versions of what is switched on: cheap enough to ask before every batch. */
  async enabledVersions(sql: Sql): Promise<{ key: string; version: number }[]> {
    return sql.all('SELECT key, version FROM template WHERE enabled = 1 ORDER BY key');
  }

  /** Puts a template away that is off, or takes it back. False when it is on, or when there is none. */
  async setArchived(tx: Sql, key: string, at: number | null): Promise<boolean> {
    return (await tx.run('UPDATE template SET archived_at = $1 WHERE key = $2 AND enabled = 0', [at, key])) > 0;
  }

  async versions(sql: Sql, key: string): Promise<StoredVersion[]> {
    return (await sql.all<Columns>('SELECT * FROM template_version WHERE key = $1 ORDER BY version DESC', [key])).map(
      versionOf,
    );
  }

  async version(sql: Sql, key: string, version: number): Promise<StoredVersion | null> {
    const row = await sql.one<Columns>('SELECT * FROM template_version WHERE key = $1 AND version = $2', [
      key,
      version,
    ]);
    return row ? versionOf(row) : null;
  }

  /** Keys of the templates that have a version saved by anybody but `savedFromFiles`. */
  async edited(sql: Sql, savedFromFiles: string): Promise<Set<string>> {
    const rows = await sql.all<{ key: string }>('SELECT DISTINCT key FROM template_version WHERE saved_by <> $1', [
      savedFromFiles,
    ]);
    return new Set(rows.map((row) => row.key));
  }

  /**
   * Adds the version after `after` (0: the first one). False when another edit was faster. `enabled`: the switch that the
   * edit sets, which stays when the file comes back; null leaves the switch as it is.
   */
  async append(
    tx: Sql,
    template: Pick<TemplateRow, 'key' | 'name' | 'kind'> & { readonly enabled: boolean | null },
    version: NewVersion,
    after: number,
  ): Promise<boolean> {
    const { key, name, kind } = template;
    const enabled = template.enabled === null ? null : Number(template.enabled);
    const changed =
      after === 0
        ? await tx.insert(
            'template',
            [{ key, name, kind, enabled: enabled ?? 0, version: 1, updated_at: version.savedAt }],
            'DO NOTHING',
          )
        : await tx.run(
            `UPDATE template SET name = $1, kind = $2, version = $3, updated_at = $4 ${enabled === null ? '' : `, enabled = ${enabled}, enabled_before = NULL`}
        WHERE key = $5 AND version = $6`,
            [name, kind, after + 1, version.savedAt, key, after],
          );
    if (changed === 0) return false;
    await tx.insert('template_version', [
      {
        key,
        version: after + 1,
        text: version.text,
        saved_at: version.savedAt,
        saved_by: version.savedBy,
        note: version.note,
        approved_by: version.approvedBy ?? null,
      },
    ]);
    return true;
  }

  /** Adds templates with their first versions, and answers the keys of those that did not exist. */
  async addFirst(
    tx: Sql,
    templates: readonly (Pick<TemplateRow, 'key' | 'name' | 'kind' | 'enabled'> & { readonly text: string })[],
    { savedAt, savedBy }: Pick<VersionInfo, 'savedAt' | 'savedBy'>,
  ): Promise<Set<string>> {
    const inserted = await tx.insertReturning<{ key: string }>(
      'template',
      templates.map(({ key, name, kind, enabled }) => ({
        key,
        name,
        kind,
        enabled: Number(enabled),
        version: 1,
        updated_at: savedAt,
      })),
      'DO NOTHING',
      'key',
    );
    const added = new Set(inserted.map(({ key }) => key));
    await tx.insert(
      'template_version',
      templates
        .filter(({ key }) => added.has(key))
        .map(({ key, text }) => ({ key, version: 1, text, saved_at: savedAt, saved_by: savedBy, note: '' })),
    );
    return added;
  }

  /** False when there is no such template. This switch stays when the template's file comes back. */
  async setEnabled(tx: Sql, key: string, enabled: boolean, now: number): Promise<boolean> {
    return (
      (await tx.run(
        'UPDATE template SET enabled = $1, enabled_before = NULL, updated_at = $2, archived_at = NULL WHERE key = $3',
        [enabled ? 1 : 0, now, key],
      )) > 0
    );
  }

  /** For a template whose file is gone. Remembers the former switch. */
  async switchOffWithoutFile(tx: Sql, key: string, now: number): Promise<void> {
    await tx.run(
      'UPDATE template SET enabled_before = enabled, enabled = 0, file_gone_at = $1, updated_at = $1 WHERE key = $2',
      [now, key],
    );
  }

  /** For a template whose file is back: its former switch, unless somebody has switched it since. */
  async restoreSwitch(tx: Sql, key: string, now: number): Promise<void> {
    await tx.run(
      'UPDATE template SET enabled = COALESCE(enabled_before, enabled), enabled_before = NULL, file_gone_at = NULL, updated_at = $1 WHERE key = $2',
      [now, key],
    );
  }
}

export const templateStore = new TemplateStore();
