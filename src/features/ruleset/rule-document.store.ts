import type { Sql } from '../../platform/database/sql.js';
import type { RuleDocument } from '../../domain/rule-document.js';

export interface DocumentVersionInfo {
  readonly version: number;
  /** Epoch ms. */
  readonly savedAt: number;
  readonly savedBy: string;
  /** Why it was changed. */
  readonly note: string;
}

export interface DocumentVersion extends DocumentVersionInfo {
  readonly text: string;
}

/** A text that is not in force yet. */
export interface DocumentDraft {
  readonly text: string;
  /** The version that it was made from. */
  readonly baseVersion: number;
  readonly savedAt: number;
  readonly savedBy: string;
}

interface Columns {
  readonly document: string;
  readonly version: number;
  readonly text: string;
  readonly saved_at: number;
  readonly saved_by: string;
  readonly note: string;
}

interface DraftColumns {
  readonly document: string;
  readonly base_version: number;
  readonly text: string;
  readonly saved_at: number;
  readonly saved_by: string;
}

const versionOf = (row: Columns): DocumentVersion => ({
  version: row.version,
  text: row.text,
  savedAt: row.saved_at,
  savedBy: row.saved_by,
  note: row.note,
});

const draftOf = (row: DraftColumns): DocumentDraft => ({
  text: row.text,
  baseVersion: row.base_version,
  savedAt: row.saved_at,
  savedBy: row.saved_by,
});

/** Every version of every rule document, and the drafts. A version is never changed. */
export class RuleDocumentStore {
  /** The newest version of every document, which is the one in force. */
  async current(sql: Sql): Promise<Map<RuleDocument, DocumentVersion>> {
    const rows = await sql.all<Columns>(
      `SELECT v.* FROM rule_document_version v JOIN (SELECT document, MAX(version) AS version FROM rule_document_version GROUP BY document) newest
      ON newest.document = v.document AND newest.version = v.version`,
    );
    return new Map(rows.map((row) => [row.document as RuleDocument, versionOf(row)]));
  }

  /** Newest first. */
  async versions(sql: Sql, document: RuleDocument): Promise<DocumentVersion[]> {
    const rows = await sql.all<Columns>(
      'SELECT * FROM rule_document_version WHERE document = $1 ORDER BY version DESC',
      [document],
    );
    return rows.map(versionOf);
  }

  /** 0 when the document has none yet. */
  async newestVersion(sql: Sql, document: RuleDocument): Promise<number> {
    const row = await sql.one<{ version: number | null }>(
      'SELECT MAX(version) AS version FROM rule_document_version WHERE document = $1',
      [document],
    );
    return Number(row?.version ?? 0);
  }

  async version(sql: Sql, document: RuleDocument, version: number): Promise<DocumentVersion | null> {
    const row = await sql.one<Columns>('SELECT * FROM rule_document_version WHERE document = $1 AND version = $2', [
      document,
      version,
    ]);
    return row ? versionOf(row) : null;
  }

  /**
   * The documents whose newest version came into force with this version of all rules, each with the version before it. Empty
   * when the first rules came into force, or documents have been published since.
   */
  async changedBy(sql: Sql, ruleset: number): Promise<Map<RuleDocument, number>> {
    const rows = await sql.all<{ document: string; version: number }>(
      `SELECT v.document, v.version FROM rule_document_version v JOIN ruleset r ON r.version = $1
      WHERE v.version > 1 AND v.saved_at = r.loaded_at AND r.version = (SELECT MAX(version) FROM ruleset)
      AND v.version = (SELECT MAX(newer.version) FROM rule_document_version newer WHERE newer.document = v.document)`,
      [ruleset],
    );
    return new Map(rows.map(({ document, version }) => [document as RuleDocument, Number(version) - 1]));
  }

  /** Documents that have a version saved by anybody but `savedFromFiles`. */
  async edited(sql: Sql, savedFromFiles: string): Promise<Set<RuleDocument>> {
    const rows = await sql.all<{ document: string }>(
      'SELECT DISTINCT document FROM rule_document_version WHERE saved_by <> $1',
      [savedFromFiles],
    );
    return new Set(rows.map((row) => row.document as RuleDocument));
  }

  async append(tx: Sql, document: RuleDocument, version: DocumentVersion): Promise<void> {
    await tx.insert('rule_document_version', [
      {
        document,
        version: version.version,
        text: version.text,
        saved_at: version.savedAt,
        saved_by: version.savedBy,
        note: version.note,
      },
    ]);
  }

  async drafts(sql: Sql): Promise<Map<RuleDocument, DocumentDraft>> {
    const rows = await sql.all<DraftColumns>('SELECT * FROM rule_document_draft');
    return new Map(rows.map((row) => [row.document as RuleDocument, draftOf(row)]));
  }

  async saveDraft(tx: Sql, document: RuleDocument, draft: DocumentDraft): Promise<void> {
    await tx.insert(
      'rule_document_draft',
      [
        {
          document,
          text: draft.text,
          base_version: draft.baseVersion,
          saved_at: draft.savedAt,
          saved_by: draft.savedBy,
        },
      ],
      '(document) DO UPDATE SET text = excluded.text, base_version = excluded.base_version, saved_at = excluded.saved_at, saved_by = excluded.saved_by',
    );
  }

  /** False when there is none. */
  async discardDraft(tx: Sql, document: RuleDocument): Promise<boolean> {
    return (await tx.run('DELETE FROM rule_document_draft WHERE document = $1', [document])) > 0;
  }
}

export const ruleDocumentStore = new RuleDocumentStore();
