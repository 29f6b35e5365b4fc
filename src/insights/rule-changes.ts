import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import type { Because } from '../domain/because.js';
import type { LocalizedText } from '../domain/localized-text.js';
import { documentLabels, type RuleDocument } from '../domain/rule-document.js';
import {
  ownMetricIn,
  readsIn,
  rulesInTemplate,
  rowsOf,
  segmentIn,
  type Content,
  type ReadName,
  type Row,
} from './rule-reads.js';
import type { Sql } from '../platform/database/sql.js';

/** The last version that changed something. */
interface Change {
  readonly version: number;
  /** Epoch ms. */
  readonly at: number;
  /** `files` for a version that was read from a file. */
  readonly by: string;
  /** Why, as they wrote it; may be empty. */
  readonly note: string;
}

/** An edit of a segment or own metric that a rule reads, made after the rule itself had become what it was. */
export interface ReadChange extends Change, ReadName {
  /** The name of the segment or metric. */
  readonly label: LocalizedText;
}

/** Who made a rule what it was when it decided. */
export interface RuleChange extends Change {
  /** Null for a template, which `template` then names. */
  readonly document: RuleDocument | null;
  readonly template: string | null;
  /** The name of the document or of the template. */
  readonly label: LocalizedText;
  /** Later edits of what the rule reads. */
  readonly reads: readonly ReadChange[];
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

interface VersionRow {
  readonly version: number;
  readonly text: string;
  readonly saved_at: number;
  readonly saved_by: string;
  readonly note: string;
}

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
  private readonly templates = new Map<string, { change: RuleChange; rules: unknown } | null>();
  private readonly known = new Map<string, RuleChange | null>();
  private loadedAt: ReadonlyMap<number, number> | null = null;

  constructor(private readonly sql: Sql) {}

  async changeOf({ because, at }: Recorded): Promise<RuleChange | null> {
    const part = partOf(because);
    if (part === null) return because.rule.startsWith('campaign:') ? this.templateChange(because, at) : null;
    // The version of a because about a message is that of its template.
    const inForceAt = because.rule.startsWith('campaign:') ? at : await this.loaded(because.version);
    if (inForceAt === undefined) return null;
    const versions = await this.versionsAt(part.document, inForceAt);
    const [inForce] = versions;
    if (inForce === undefined) return null;
    const readFrom = await this.readableAt(inForceAt);
    const key = [inForce.version, because.rule, ...(because.reasons ?? []), '', ...readFrom.versions].join(' ');
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const { document } = part;
    const own = this.lastChange(part, versions).change;
    const reads = await this.readChanges(this.partIn(part, inForce), inForceAt, own.at);
    const change = { ...{ document, template: null, label: documentLabels[document] }, ...own, reads };
    this.known.set(key, change);
    return change;
  }

  private partIn({ document, of }: RulePart, { version, text }: VersionRow): unknown {
    return of(this.contentOf(`${document}:${version}`, text));
  }

  /** `versions`: the one in force and those before it, newest first. `before`: the part before the change; undefined in the first. */
  private lastChange(part: RulePart, versions: readonly VersionRow[]): { change: Change; before: unknown } {
    const now = this.partIn(part, versions[0]!);
    const firstOther = versions.findIndex((version) => !isDeepStrictEqual(this.partIn(part, version), now));
    const { version, saved_at, saved_by, note } = versions[firstOther === -1 ? versions.length - 1 : firstOther - 1]!;
    return {
      change: { version, at: Number(saved_at), by: saved_by, note },
      before: firstOther === -1 ? undefined : this.partIn(part, versions[firstOther]!),
    };
  }

  /** The segments and own metrics that rules could read at a moment, and the versions of both documents. */
  private async readableAt(at: number): Promise<{ segments: Content; metrics: Content; versions: readonly number[] }> {
    const [segments] = await this.versionsAt('segments', at);
    const [metrics] = await this.versionsAt('metrics', at);
    return {
      segments: segments ? this.contentOf(`segments:${segments.version}`, segments.text) : {},
      metrics: metrics ? this.contentOf(`metrics:${metrics.version}`, metrics.text) : {},
      versions: [segments?.version ?? 0, metrics?.version ?? 0],
    };
  }

  /** The edits after `since` of segments and own metrics that the rules in `value` read. A new one is no edit. */
  private async readChanges(value: unknown, inForceAt: number, since: number): Promise<ReadChange[]> {
    const { segments, metrics } = await this.readableAt(inForceAt);
    const found: ReadChange[] = [];
    for (const read of readsIn(value, segments, metrics)) {
      const { change, before } = this.lastChange(readPart(read), await this.versionsAt(read.document, inForceAt));
      if (before === undefined || before === null || change.at <= since) continue;
      const row = read.document === 'segments' ? segmentIn(segments, read.key) : ownMetricIn(metrics, read.key);
      found.push({ ...read, label: labelOf(row, read.key), ...change });
    }
    return found.sort((a, b) => b.at - a.at);
  }

  private async versionsAt(document: RuleDocument, at: number): Promise<readonly VersionRow[]> {
    const versions = await this.versionsOf(document);
    const index = versions.findIndex(({ saved_at }) => saved_at <= at);
    return index === -1 ? [] : versions.slice(index);
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

  private async templateChange({ rule, version = 0 }: Because, at: number): Promise<RuleChange | null> {
    const template = rule.slice('campaign:'.length);
    const key = `${template}:${version}`;
    let known = this.templates.get(key);
    if (known === undefined) {
      const row = await this.sql.one<VersionRow & { readonly name: string | null }>(
        `SELECT v.version, v.text, v.saved_at, v.saved_by, v.note, t.name FROM template_version v LEFT JOIN template t ON t.key = v.key
         WHERE v.key = $1 AND v.version = $2`,
        [template, version],
      );
      const name = row?.name ?? template;
      known = row
        ? {
            change: {
              ...{ document: null, template, label: { zh: name, en: name }, reads: [] },
              ...{ version: row.version, at: Number(row.saved_at), by: row.saved_by, note: row.note },
            },
            rules: rulesInTemplate(row.text),
          }
        : null;
      this.templates.set(key, known);
    }
    if (known === null) return null;
    return { ...known.change, reads: await this.readChanges(known.rules, at, known.change.at) };
  }
}

const readPart = ({ document, key }: ReadName): RulePart => ({
  document,
  of: (content) => {
    const row = document === 'segments' ? segmentIn(content, key) : ownMetricIn(content, key);
    return row === undefined ? null : picked(row, ...(document === 'segments' ? ['when'] : ['take', 'of', 'window']));
  },
});

function labelOf(row: Row | undefined, key: string): LocalizedText {
  const { zh, en } = (row?.['label'] ?? {}) as Partial<Record<'zh' | 'en', unknown>>;
  return { zh: typeof zh === 'string' ? zh : key, en: typeof en === 'string' ? en : key };
}
