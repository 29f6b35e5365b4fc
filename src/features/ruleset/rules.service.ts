import type { LocalizedText } from '../../domain/localized-text.js';
import type { Database } from '../../platform/database/database.js';
import type { FileProblem } from '../../platform/config/config-files.js';
import { chineseFirst, wordsOf, type Refusal, type RefusalWords } from '../../platform/config/refusal.js';
import type { Sql } from '../../platform/database/sql.js';
import { auditStore } from '../audit/audit.store.js';
import type { TemplatesService } from '../templates/templates.service.js';
import { compileRules, templateRulesOf, type CompiledRules } from './compile-rules.js';
import { documentLabels, ruleDocuments, type RuleDocument } from '../../domain/rule-document.js';
import { fileOf, optionalTexts, type RuleTexts } from './documents.js';
import {
  ruleDocumentStore,
  type DocumentDraft,
  type DocumentVersion,
  type DocumentVersionInfo,
} from './rule-document.store.js';
import {
  acceptable,
  newPartitionsOf,
  problemsOfPartitions,
  type Acceptable,
  type PartitionProblem,
} from './prove-partitions.js';
import { readRuleTexts } from './rule-texts.js';
import type { PartitionClaim } from './segments.js';
import {
  applyChoices,
  brokenSeries,
  editedSeries,
  undecided,
  type EditedSeries,
  type SeriesChoices,
} from './edit-series.js';
import type { BrokenSeries } from './series-in-force.js';
import type { RulesetSource } from './ruleset-source.js';

/** One mistake in a text, with its place. Lines and columns count from 1. */
export interface RulesProblem extends RefusalWords {
  /** Null for a mistake that lies in a template: `template` then names it. */
  readonly document: RuleDocument | null;
  readonly template?: string;
  readonly line: number;
  readonly column: number;
  /** Of segments that claim to partition and do not: `example` is a made-up member who shows it. */
  readonly code?: PartitionProblem['code'];
  readonly example?: PartitionProblem['example'];
}

export interface DocumentInList {
  readonly document: RuleDocument;
  readonly label: LocalizedText;
  readonly version: number;
  readonly savedAt: number;
  readonly savedBy: string;
  readonly note: string;
  readonly draft: Omit<DocumentDraft, 'text'> | null;
  /** Its file on the disk has another text, which is not in force. */
  readonly differsFromFile: boolean;
}

export interface DocumentInFull extends DocumentInList {
  readonly text: string;
  readonly draftText: string | null;
  /** Newest first. */
  readonly versions: readonly DocumentVersionInfo[];
}

export interface DocumentEdit {
  readonly document: RuleDocument;
  readonly text: string;
  /** The version that was edited. */
  readonly baseVersion: number;
}

export interface Publication {
  /** Documents that name one another are published together. */
  readonly edits: readonly DocumentEdit[];
  /** Why; shown in the history. */
  readonly note: string;
  readonly by: string;
  readonly now: number;
  /** What may be published although segments that claim to partition do not. Default: nothing. */
  readonly accept?: readonly Acceptable[];
  /** What happens to members who are in a series that is edited. Default: publishing is refused when there are any. */
  readonly series?: SeriesChoices | undefined;
}

export type PublishResult =
  | {
      readonly kind: 'published';
      /** The version of the whole ruleset; decisions name it. */
      readonly ruleset: number;
      readonly documents: readonly { readonly document: RuleDocument; readonly version: number }[];
    }
  | { readonly kind: 'refused'; readonly problems: readonly RulesProblem[] }
  /** Somebody published in between: `version` is theirs. */
  | { readonly kind: 'conflict'; readonly document: RuleDocument; readonly version: number }
  /** Members are in series that the edit changes, and nobody has said what happens to them. */
  | { readonly kind: 'undecided'; readonly series: readonly EditedSeries[] }
  /** Every text is the one in force already. */
  | { readonly kind: 'unchanged' };

export type Compilation =
  | { readonly ok: true; readonly rules: CompiledRules }
  | { readonly ok: false; readonly problems: readonly RulesProblem[] };

export interface RulesServiceOptions {
  /** The config folder, to see whether a file differs from what is in force. */
  readonly directory: string;
  /** Runs after rules have come into force, for what is set up outside the database. */
  readonly published?: (documents: readonly RuleDocument[]) => Promise<void>;
}

/** The rule documents, their versions and drafts, and how a new text comes into force. */
export class RulesService {
  constructor(
    private readonly db: Database,
    private readonly rulesets: RulesetSource,
    private readonly templates: TemplatesService,
    private readonly options: RulesServiceOptions,
  ) {}

  async list(): Promise<readonly DocumentInList[]> {
    const current = await ruleDocumentStore.current(this.db.read);
    const drafts = await ruleDocumentStore.drafts(this.db.read);
    const { texts } = await readRuleTexts(this.options.directory);
    return ruleDocuments.flatMap((document) => {
      const version = current.get(document);
      return version ? [inList({ document, version, draft: drafts.get(document), file: texts[document] })] : [];
    });
  }

  async read(document: RuleDocument): Promise<DocumentInFull> {
    const versions = await ruleDocumentStore.versions(this.db.read, document);
    const draft = (await ruleDocumentStore.drafts(this.db.read)).get(document);
    const { texts } = await readRuleTexts(this.options.directory);
    const version = versions[0]!;
    return {
      ...inList({ document, version, draft, file: texts[document] }),
      text: version.text,
      draftText: draft?.text ?? null,
      versions: versions.map(({ version: number, savedAt, savedBy, note }) => ({
        ...{ version: number, savedAt, savedBy, note },
      })),
    };
  }

  version(document: RuleDocument, version: number): Promise<DocumentVersion | null> {
    return ruleDocumentStore.version(this.db.read, document, version);
  }

  /** The texts in force, by file name: what an export writes. */
  get files(): readonly { readonly name: string; readonly text: string }[] {
    return ruleDocuments.map((document) => ({ name: fileOf(document), text: this.rulesets.compiled.texts[document] }));
  }

  /** Stores a text that is not in force. It may have mistakes: an admin can go on with it later. */
  async saveDraft(edit: DocumentEdit, by: string, now: number): Promise<void> {
    const { document, text, baseVersion } = edit;
    await this.db.write((tx) =>
      ruleDocumentStore.saveDraft(tx, document, { text, baseVersion, savedAt: now, savedBy: by }),
    );
  }

  /** False when there is no draft. */
  discardDraft(document: RuleDocument): Promise<boolean> {
    return this.db.write((tx) => ruleDocumentStore.discardDraft(tx, document));
  }

  /** The rules as they would be with these texts, or every problem that they have. Nothing is stored. */
  compile(texts: Partial<RuleTexts>): Promise<Compilation> {
    return this.compileAll({ ...this.rulesets.compiled.texts, ...texts });
  }

  /** The claims to partition that these rules would make anew, and that a person would have to prove or accept. */
  newPartitions(rules: CompiledRules): readonly PartitionClaim[] {
    return newPartitionsOf(rules, this.rulesets.compiled);
  }

  private async compileAll(texts: RuleTexts): Promise<Compilation> {
    const compiled = compileRules(texts);
    if (!compiled.ok) return { ok: false, problems: compiled.problems.map(problemOf) };
    const broken = await this.brokenTemplates(compiled.value);
    return broken.length > 0 ? { ok: false, problems: broken } : { ok: true, rules: compiled.value };
  }

  /**
   * Puts new texts into force: all of them or none. Members are evaluated under the new rules with the next review, within a
   * minute. Drafts of the published documents are deleted.
   */
  async publish(publication: Publication): Promise<PublishResult> {
    // Others do not wait, so that publications come into force in the order in which they were asked for.
    const unproven = publication.edits.some(({ document }) => document === 'segments')
      ? await this.unproven(publication)
      : [];
    if (unproven.length > 0) return { kind: 'refused', problems: unproven };
    const result = await this.rulesets.replaceIn(this.db, async (tx, replace): Promise<PublishResult> => {
      const current = await ruleDocumentStore.current(tx);
      for (const { document, baseVersion } of publication.edits) {
        const version = current.get(document)?.version ?? 0;
        if (version !== baseVersion) return { kind: 'conflict', document, version };
      }
      // With the texts as they stand in this transaction: another document may have been published a moment ago.
      const compiled = await this.compileAll(withEdits(current, publication.edits));
      if (!compiled.ok) return { kind: 'refused', problems: compiled.problems };
      const changed = publication.edits.filter(({ document, text }) => current.get(document)?.text !== text);
      if (changed.length === 0) {
        await discardDrafts(tx, publication.edits);
        return { kind: 'unchanged' };
      }
      const held = await this.decideSeries(tx, compiled.rules, publication);
      if (held) return held;
      const documents = await this.append(tx, changed, publication);
      await discardDrafts(tx, publication.edits);
      return { kind: 'published', ruleset: await replace(compiled.rules, publication.now), documents };
    });
    if (result.kind !== 'published') return result;
    this.templates.useRules(templateRulesOf(this.rulesets.compiled));
    await this.options.published?.(result.documents.map(({ document }) => document));
    return result;
  }

  /** Does to the members of edited series what was chosen. Answers why nothing may be published, or null. */
  private async decideSeries(
    tx: Sql,
    rules: CompiledRules,
    { edits, series: choices, now }: Publication,
  ): Promise<PublishResult | null> {
    const edited = await editedSeries(tx, this.rulesets.rules.series, rules);
    const open = undecided(edited, choices);
    if (open.length > 0) return { kind: 'undecided', series: open };
    const edit = edits.find(({ document }) => document === 'series');
    const version = edit ? edit.baseVersion + 1 : await ruleDocumentStore.newestVersion(tx, 'series');
    const broken = await brokenSeries(tx, rules, { edited, choices, version });
    if (broken.length > 0) return { kind: 'refused', problems: broken.map(noLongerFinishes) };
    await applyChoices(tx, edited, { choices, version, now });
    return null;
  }

  /** What `restoreBefore` would restore: each document with its earlier version. */
  restorable(ruleset: number): Promise<ReadonlyMap<RuleDocument, number>> {
    return ruleDocumentStore.changedBy(this.db.read, ruleset);
  }

  /** Puts the texts into force again that were in force before this version of all rules. Null when there are none. */
  async restoreBefore(
    ruleset: number,
    reason: Pick<Publication, 'note' | 'by' | 'now'>,
  ): Promise<PublishResult | null> {
    const edits: DocumentEdit[] = [];
    for (const [document, version] of await this.restorable(ruleset)) {
      const earlier = await this.version(document, version);
      if (earlier) edits.push({ document, text: earlier.text, baseVersion: version + 1 });
    }
    // They were in force a moment ago, so whoever published them has accepted their gaps and overlaps.
    return edits.length === 0 ? null : this.publish({ ...reason, edits, accept: acceptable, series: 'keep' });
  }

  /** Before the transaction, because a proof can take seconds, and no write may wait for it. */
  private async unproven({ edits, accept = [] }: Publication): Promise<RulesProblem[]> {
    const { compiled: inForce } = this.rulesets;
    const edited = Object.fromEntries(edits.map(({ document, text }) => [document, text]));
    const compiled = compileRules({ ...inForce.texts, ...edited });
    if (!compiled.ok) return [];
    const problems = await problemsOfPartitions(compiled.value, inForce, accept);
    return problems.map((problem) => ({ ...problem, document: 'segments' }));
  }

  private async append(tx: Sql, changed: readonly DocumentEdit[], { note, by, now, accept = [], series }: Publication) {
    const documents: { document: RuleDocument; version: number }[] = [];
    for (const { document, text, baseVersion } of changed) {
      const version = baseVersion + 1;
      await ruleDocumentStore.append(tx, document, { version, text, savedAt: now, savedBy: by, note });
      // Who said yes to a gap or an overlap is on record with what they published.
      const accepted = accept.length === 0 ? {} : { accepted: accept };
      const chosen = series === undefined || document !== 'series' ? {} : { members: series };
      const detail = { document, version, note, ...accepted, ...chosen };
      await auditStore.append(tx, { who: by, what: 'rules_published', detail }, now);
      documents.push({ document, version });
    }
    return documents;
  }

  /** Steps whose template does not exist, or is sent on another occasion. */
  private async brokenSteps({ seriesTemplates }: CompiledRules, known: ReadonlySet<string>): Promise<RulesProblem[]> {
    if (seriesTemplates.length === 0) return [];
    const elsewhere = new Set(
      (await this.templates.active()).flatMap(({ key, trigger }) => (trigger.on === 'series' ? [] : [key])),
    );
    return seriesTemplates.flatMap(({ key, line, column }) => {
      if (known.has(key) && !elsewhere.has(key)) return [];
      const words = known.has(key) ? noSeriesTemplate(key) : noTemplate(key);
      return [{ ...{ document: 'series' as const, line, column }, ...wordsOf(words) }];
    });
  }

  /** Templates that are sent today and would no longer compile, and templates that the contact codes name and do not exist. */
  private async brokenTemplates(rules: CompiledRules): Promise<RulesProblem[]> {
    const broken = await this.templates.brokenUnder(templateRulesOf(rules));
    const known = new Set((await this.templates.list()).map(({ key }) => key));
    return [
      ...broken.map(({ key, problem }) => ({
        ...{ document: null, template: key, line: problem.line, column: problem.column },
        ...wordsOf(noLongerCompiles(key, problem.message)),
      })),
      ...rules.templateReferences
        .filter(({ key }) => !known.has(key))
        .map(({ key, line, column }) => ({
          ...{ document: 'contact-ways' as const, line, column },
          ...wordsOf(noTemplate(key)),
        })),
      ...(await this.brokenSteps(rules, known)),
    ];
  }
}

const discardDrafts = async (tx: Sql, edits: readonly DocumentEdit[]): Promise<void> => {
  for (const { document } of edits) await ruleDocumentStore.discardDraft(tx, document);
};

const noLongerFinishes = ({ series, version }: BrokenSeries): RulesProblem => ({
  ...{ document: 'series', line: 1, column: 1 },
  ...wordsOf(
    chineseFirst(
      `还有成员在走系列 ${series} 第 ${version} 版，这一版会失效：先让他们转到新版或离开`,
      `members still finish version ${version} of the series ${series}, which would no longer compile: let them move on or end it first`,
    ),
  ),
});

const noLongerCompiles = (key: string, { zh, en }: LocalizedText): Refusal =>
  brokenTemplate(`模板 ${key} 会失效：${zh}`, `the template ${key} would no longer compile: ${en}`);

const noTemplate = (key: string): Refusal => brokenTemplate(`没有模板 ${key}`, `there is no template ${key}`);

const noSeriesTemplate = (key: string): Refusal =>
  brokenTemplate(
    `模板 ${key} 的触发条件不是 {on: series}，系列不能用它`,
    `the template ${key} has another trigger than {on: series}, so a series cannot send it`,
  );

const brokenTemplate = (zh: string, en: string): Refusal => chineseFirst(zh, en, `${zh} (${en})`);

const withEdits = (current: ReadonlyMap<RuleDocument, DocumentVersion>, edits: readonly DocumentEdit[]): RuleTexts =>
  Object.fromEntries(
    ruleDocuments.map((document) => [
      document,
      edits.find((edit) => edit.document === document)?.text ?? current.get(document)?.text ?? optionalTexts[document],
    ]),
  ) as Record<RuleDocument, string>;

const problemOf = ({ file, ...problem }: FileProblem): RulesProblem => ({
  ...problem,
  document: ruleDocuments.find((document) => fileOf(document) === file) ?? null,
});

function inList({
  document,
  version: { version, savedAt, savedBy, note, text },
  draft,
  file,
}: {
  readonly document: RuleDocument;
  readonly version: DocumentVersion;
  readonly draft: DocumentDraft | undefined;
  readonly file: string | undefined;
}): DocumentInList {
  return {
    document,
    label: documentLabels[document],
    version,
    savedAt,
    savedBy,
    note,
    draft: draft ? { baseVersion: draft.baseVersion, savedAt: draft.savedAt, savedBy: draft.savedBy } : null,
    differsFromFile: file !== undefined && file !== text,
  };
}
