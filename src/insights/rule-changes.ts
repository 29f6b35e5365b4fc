import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import type { Because } from '../domain/because.js';
import type { LocalizedText } from '../domain/localized-text.js';
import { documentLabels, type RuleDocument } from '../domain/rule-document.js';
import type { Sql } from '../platform/database/sql.js';

/** Who made a rule what it was when it decided. */
export interface RuleChange {
  /** Null for a template, which `template` then names. */
  readonly document: RuleDocument | null;
  readonly template: string | null;
  /** The name of the document or of the template. */
  readonly label: LocalizedText;
  /** The version of the document or template since which the rule has been like this. */
  readonly version: number;
  /** Epoch ms. */
  readonly at: number;
  /** `files` for a version that was read from a file. */
  readonly by: string;
  /** Why, as they wrote it; may be empty. */
  readonly note: string;
}

/** A because and when it was recorded (epoch ms). */
export interface Recorded {
  readonly at: number;
  readonly because: Because;
}

/** A part of a document: what of its text makes the rule. */
interface RulePart {
  readonly document: RuleDocument;
  readonly of: (content: Content) => unknown;
}

type Content = Readonly<Record<string, unknown>>;
type Row = Readonly<Record<string, unknown>>;

interface VersionRow {
  readonly version: number;
  readonly text: string;
  readonly saved_at: number;
  readonly saved_by: string;
  readonly note: string;
}

const rowsOf = (value: unknown): readonly Row[] =>
  Array.isArray(value) ? value.filter((row): row is Row => typeof row === 'object' && row !== null) : [];

const tierIn = (content: Content, key: string): Row =>
  rowsOf(content['tiers']).find((tier) => tier['key'] === key) ?? {};

const picked = (row: Row, ...fields: readonly string[]): unknown => fields.map((field) => row[field] ?? null);

interface Settings {
  readonly document: RuleDocument;
  readonly fields: readonly string[];
}

const sending = (...fields: readonly string[]): Settings => ({ document: 'sending', fields });

/** Reasons why a message is not sent that are set in a rule document, and the settings. */
const settingsOfReasons: Readonly<Record<string, Settings>> = {
  daily_cap: sending('per_day'),
  monthly_cap: sending('per_month'),
  min_gap: sending('min_gap_days'),
  merged_nudge: sending('min_gap_days'),
  quiet_hours: sending('quiet'),
  no_slot_in_window: sending('quiet', 'slots'),
  wecom_cap: sending('wecom_cap'),
  not_confirmed: sending('mass_send'),
  handed_on: sending('mass_send'),
  hibernating: { document: 'stages', fields: ['lost_days'] },
};

const stageSettings = [
  'new_days',
  'active_days',
  'active_interactions',
  'dozing_days',
  'asleep_days',
  'lost_days',
  'probation_days',
];

/** The rule that decided, as a part of a document; null for a template and for what a person decided. */
function partOf({ rule, reasons = [] }: Because): RulePart | null {
  const [family = '', key = '', part = ''] = rule.split(':');
  switch (family) {
    case 'tier':
      return key === 'lock' ? null : tierPart(key, part);
    case 'move':
      return { document: 'tiers', of: (content) => [picked(tierIn(content, key), 'groups'), content['moves']] };
    case 'tag': {
      const name = rule.slice('tag:'.length);
      return {
        document: 'tags',
        of: ({ groups }) =>
          rowsOf(groups).flatMap(({ group, tags }) =>
            rowsOf(tags).flatMap((tag) =>
              tag['name'] === name ? [[group, picked(tag, 'when', 'keep', 'min_days')]] : [],
            ),
          ),
      };
    }
    case 'segment':
      return {
        document: 'segments',
        of: ({ segments }) => rowsOf(segments).flatMap((row) => (row['key'] === key ? [picked(row, 'when')] : [])),
      };
    case 'stage':
      return { document: 'stages', of: (content) => picked(content, ...stageSettings) };
    default: {
      const [settings] = reasons.flatMap((code) => settingsOfReasons[code] ?? []);
      return settings ? { document: settings.document, of: (content) => picked(content, ...settings.fields) } : null;
    }
  }
}

function tierPart(key: string, part: string): RulePart {
  const of = (content: Content): unknown => {
    const tier = tierIn(content, key);
    if (part === 'enter') return picked(tier, 'enter');
    // A stay rule may be a share of the figures of `enter`.
    if (part === 'stay') return picked(tier, 'enter', 'stay');
    if (part === 'floor') return picked(tier, 'floor');
    return rowsOf(content['tiers']).map((each) => picked(each, 'key', 'enter'));
  };
  return { document: 'tiers', of };
}

/** Finds for each because who made its rule what it was then, and when; null where no version is known. */
export async function ruleChanges(
  sql: Sql,
  recorded: readonly Recorded[],
): Promise<ReadonlyMap<Because, RuleChange | null>> {
  const history = new RuleHistory(sql);
  const changes = new Map<Because, RuleChange | null>();
  for (const one of recorded) changes.set(one.because, await history.changeOf(one));
  return changes;
}

/** The versions that one answer needs. Each is read and parsed once. */
class RuleHistory {
  private readonly versions = new Map<RuleDocument, readonly VersionRow[]>();
  private readonly contents = new Map<string, Content>();
  private readonly templates = new Map<string, RuleChange | null>();
  private readonly known = new Map<string, RuleChange | null>();
  private loadedAt: ReadonlyMap<number, number> | null = null;

  constructor(private readonly sql: Sql) {}

  async changeOf({ because, at }: Recorded): Promise<RuleChange | null> {
    const part = partOf(because);
    if (part === null) return because.rule.startsWith('campaign:') ? this.templateChange(because) : null;
    // The version of a because about a message is that of its template.
    const inForceAt = because.rule.startsWith('campaign:') ? at : await this.loaded(because.version);
    if (inForceAt === undefined) return null;
    const versions = await this.versionsOf(part.document);
    const index = versions.findIndex(({ saved_at }) => saved_at <= inForceAt);
    if (index === -1) return null;
    const key = [versions[index]!.version, because.rule, ...(because.reasons ?? [])].join(' ');
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const change = this.lastChange(part, versions.slice(index));
    this.known.set(key, change);
    return change;
  }

  /** `versions`: the one in force and those before it, newest first. */
  private lastChange({ document, of }: RulePart, versions: readonly VersionRow[]): RuleChange {
    const read = ({ version, text }: VersionRow): unknown => of(this.contentOf(`${document}:${version}`, text));
    const now = read(versions[0]!);
    const firstOther = versions.findIndex((version) => !isDeepStrictEqual(read(version), now));
    const { version, saved_at, saved_by, note } = versions[firstOther === -1 ? versions.length - 1 : firstOther - 1]!;
    const label = documentLabels[document];
    return { ...{ document, template: null, label }, version, at: Number(saved_at), by: saved_by, note };
  }

  private contentOf(key: string, text: string): Content {
    let content = this.contents.get(key);
    if (content === undefined) {
      const read: unknown = parse(text);
      content = typeof read === 'object' && read !== null ? (read as Content) : {};
      this.contents.set(key, content);
    }
    return content;
  }

  private async versionsOf(document: RuleDocument): Promise<readonly VersionRow[]> {
    let versions = this.versions.get(document);
    versions ??= await this.sql.all<VersionRow>(
      'SELECT version, text, saved_at, saved_by, note FROM rule_document_version WHERE document = $1 ORDER BY version DESC',
      [document],
    );
    this.versions.set(document, versions);
    return versions;
  }

  /** When a version of the whole ruleset came into force. */
  private async loaded(version: number | undefined): Promise<number | undefined> {
    if (this.loadedAt === null) {
      const rows = await this.sql.all<{ version: number; loaded_at: number }>('SELECT version, loaded_at FROM ruleset');
      this.loadedAt = new Map(rows.map((row) => [Number(row.version), Number(row.loaded_at)]));
    }
    return version === undefined ? undefined : this.loadedAt.get(version);
  }

  private async templateChange({ rule, version = 0 }: Because): Promise<RuleChange | null> {
    const template = rule.slice('campaign:'.length);
    const key = `${template}:${version}`;
    let change = this.templates.get(key);
    if (change === undefined) {
      const row = await this.sql.one<Omit<VersionRow, 'text'> & { readonly name: string | null }>(
        `SELECT v.version, v.saved_at, v.saved_by, v.note, t.name FROM template_version v LEFT JOIN template t ON t.key = v.key
         WHERE v.key = $1 AND v.version = $2`,
        [template, version],
      );
      const name = row?.name ?? template;
      change = row
        ? {
            ...{ document: null, template, label: { zh: name, en: name } },
            ...{ version: row.version, at: Number(row.saved_at), by: row.saved_by, note: row.note },
          }
        : null;
      this.templates.set(key, change);
    }
    return change;
  }
}
