import type { LocalizedText } from '../../domain/localized-text.js';
import {
  checkTemplate,
  type Campaign,
  type CampaignChannel,
  type Template,
  type TemplateCheck,
  type TemplateProblem,
} from '../../domain/messages/index.js';
import { wordingOf } from '../../domain/messages/wording.js';
import { placeIn } from '../../domain/messages/places.js';
import { defaultVocabulary, type Vocabulary } from '../../domain/rules/index.js';
import type { SendingPolicy } from '../../domain/sending/send-policy.js';
import { triggerWords } from '../../domain/triggers/read-triggers.js';
import type { TriggerNames } from '../../domain/triggers/trigger.js';
import { NO_WORD_LIST, type WordList } from '../../domain/words/word-list.js';
import type { Database } from '../../platform/database/database.js';
import type { Sql } from '../../platform/database/sql.js';
import {
  emptyFolder,
  pathOf,
  readTemplateFiles,
  type TemplateFile,
  type TemplateFileProblem,
} from './template-files.js';
import {
  templateStore,
  type CurrentTemplate,
  type NewVersion,
  type StoredVersion,
  type VersionInfo,
} from './template.store.js';

/** `savedBy` of a version that came from a file. */
export const SAVED_FROM_FILES = 'files';

/** What reading the folder changed, by template key. */
export interface SeedResult {
  readonly added: string[];
  readonly changed: string[];
  /** The file differs, but the template was edited in the console, and the console takes precedence. */
  readonly skipped: string[];
  /** Switched off: the file is gone, and nobody edited the template in the console. */
  readonly gone: string[];
  /** The file exists again, and the template has its former switch. */
  readonly restored: string[];
  readonly problems: TemplateFileProblem[];
}

export interface TemplateEdit {
  readonly key: string;
  readonly text: string;
  readonly note: string;
  /** The version that was edited; 0 for a new template. */
  readonly baseVersion: number;
  readonly by: string;
  readonly now: number;
}

/** What templates are checked against. */
export interface TemplateRules {
  readonly vocabulary: Vocabulary;
  /** The hours of sending, to refuse a template that could never be sent. */
  readonly sending?: SendingPolicy;
  readonly words: WordList;
}

export type SavingCheck = TemplateCheck & { readonly warnings: readonly TemplateProblem[] };

export type SaveResult =
  | { readonly kind: 'saved'; readonly version: number }
  | { readonly kind: 'refused'; readonly problems: readonly TemplateProblem[] }
  /** Somebody saved in between: `version` is theirs (0: there is no such template). */
  | { readonly kind: 'conflict'; readonly version: number };

export interface TemplateInList {
  readonly key: string;
  readonly name: string;
  readonly kind: string;
  readonly enabled: boolean;
  readonly version: number;
  readonly savedAt: number;
  readonly savedBy: string;
  /** Null when it does not compile. */
  readonly trigger: LocalizedText | null;
  /** Only a person sends it. */
  readonly isBroadcast: boolean;
  readonly audience: string;
  readonly channels: readonly CampaignChannel[];
  /** Epoch ms since when its file is gone; null while the file exists, or if the template never had one. */
  readonly fileGoneAt: number | null;
  /** Epoch ms since when it is put away. */
  readonly archivedAt: number | null;
  /** Not empty: the text no longer compiles and nothing is sent, whatever the switch says. */
  readonly problems: readonly TemplateProblem[];
}

export interface TemplateInFull {
  readonly key: string;
  readonly name: string;
  readonly kind: string;
  readonly enabled: boolean;
  readonly version: number;
  readonly text: string;
  readonly fileGoneAt: number | null;
  readonly archivedAt: number | null;
  readonly problems: readonly TemplateProblem[];
  /** Newest first. */
  readonly versions: readonly VersionInfo[];
}

interface CheckedFile {
  readonly template: Template;
  readonly text: string;
}

interface Seed {
  /** The templates before this seeding. */
  readonly stored: readonly CurrentTemplate[];
  /** Keys of the templates that were edited in the console. */
  readonly edited: ReadonlySet<string>;
  /** Filled while the files are applied. */
  readonly result: SeedResult;
  readonly now: number;
}

/** The active templates, their versions, and the exchange between database and files. */
export class TemplatesService {
  /** A version never changes, so its check is cached: per template, that of the version asked for last. */
  private readonly checks = new Map<string, { readonly version: number; readonly check: TemplateCheck }>();
  private lastFolderProblem: TemplateFileProblem | null = null;
  private activeCache: { readonly id: string; readonly campaigns: readonly Campaign[] } | undefined;

  private rules: TemplateRules;

  /** Links need `hasPublicUrl`. */
  constructor(
    private readonly db: Database,
    rules: Partial<TemplateRules> = {},
    private readonly hasPublicUrl = true,
  ) {
    this.rules = { vocabulary: defaultVocabulary, words: NO_WORD_LIST, ...rules };
  }

  /** Checks and compiles every template anew, because the names that conditions may use or the hours of sending changed. */
  useRules(rules: TemplateRules): void {
    this.rules = rules;
    this.checks.clear();
    this.activeCache = undefined;
  }

  /** The templates that are switched on and compile today, but would not under these rules. */
  async brokenUnder({
    vocabulary,
    sending,
  }: Pick<TemplateRules, 'vocabulary' | 'sending'>): Promise<
    { readonly key: string; readonly problem: TemplateProblem }[]
  > {
    const rows = (await templateStore.current(this.db.read)).filter(({ enabled }) => enabled);
    return rows.flatMap(({ key, version, text }) => {
      if (!this.checked(key, version, text).ok) return [];
      const check = checkTemplate(text, vocabulary, sending, this.hasPublicUrl);
      return check.ok ? [] : [{ key, problem: check.problems[0]! }];
    });
  }

  check(text: string): TemplateCheck {
    return checkTemplate(text, this.rules.vocabulary, this.rules.sending, this.hasPublicUrl);
  }

  /**
   * As `check`, and with the words that a person must not write any more. What was saved before a word was listed goes on:
   * only saving is refused.
   */
  checkForSaving(text: string): SavingCheck {
    const check = this.check(text);
    if (!check.ok) return { ...check, warnings: [] };
    const { refused, warned: warnings } = wordingOf(text, this.rules.words);
    if (refused.length === 0) return { ...check, warnings };
    return { ok: false, problems: refused, variables: check.template.variables, warnings };
  }

  /** Every template that is switched on and compiles, highest priority first. */
  async active(): Promise<readonly Campaign[]> {
    const enabled = await templateStore.enabledVersions(this.db.read);
    const id = enabled.map(({ key, version }) => `${key}@${version}`).join(' ');
    if (this.activeCache?.id === id) return this.activeCache.campaigns;
    const campaigns: Campaign[] = [];
    for (const { key, version } of enabled) {
      const check = await this.checkOf(key, version);
      if (check?.ok) campaigns.push({ ...check.template, version });
    }
    campaigns.sort((a, b) => b.priority - a.priority || (a.key < b.key ? -1 : 1));
    this.activeCache = { id, campaigns };
    return campaigns;
  }

  /** One version of a template, whatever its switch says; null when it does not exist or does not compile. */
  async compiledVersion(key: string, version: number): Promise<Campaign | null> {
    const cached = this.checks.get(key);
    const stored = cached?.version === version ? null : await templateStore.version(this.db.read, key, version);
    const check = cached?.version === version ? cached.check : stored && this.check(stored.text);
    return check?.ok ? { ...check.template, version } : null;
  }

  /** Why a template is not among the active ones. */
  async inactiveReason(key: string): Promise<'template_gone' | 'template_off' | 'template_broken'> {
    const row = await templateStore.read(this.db.read, key);
    if (row === null || (!row.enabled && row.fileGoneAt !== null)) return 'template_gone';
    return row.enabled ? 'template_broken' : 'template_off';
  }

  /**
   * Not null while the folder or a file in it cannot be read, or while the folder is empty though templates came from it.
   * The folder then does not show which templates were deleted, so an operator must repair it.
   */
  get folderProblem(): TemplateFileProblem | null {
    return this.lastFolderProblem;
  }

  /** Whether any template was edited in the console. */
  async hasEditedText(): Promise<boolean> {
    return (await templateStore.edited(this.db.read, SAVED_FROM_FILES)).size > 0;
  }

  async list(): Promise<readonly TemplateInList[]> {
    const rows = await templateStore.current(this.db.read);
    return rows.map((row) => {
      const check = this.checked(row.key, row.version, row.text);
      const template = check.ok ? check.template : null;
      return {
        key: row.key,
        name: row.name,
        kind: row.kind,
        enabled: row.enabled,
        version: row.version,
        savedAt: row.savedAt,
        savedBy: row.savedBy,
        fileGoneAt: row.fileGoneAt,
        archivedAt: row.archivedAt,
        trigger: template ? triggerWords(template.trigger, this.triggerNames) : null,
        isBroadcast: template?.trigger.on === 'broadcast',
        audience: template?.audience?.text ?? '',
        channels: template?.channels ?? [],
        problems: check.ok ? [] : check.problems,
      };
    });
  }

  async read(key: string): Promise<TemplateInFull | null> {
    const row = await templateStore.read(this.db.read, key);
    if (!row) return null;
    const check = this.checked(key, row.version, row.text);
    const versions = (await templateStore.versions(this.db.read, key)).map(
      ({ version, savedAt, savedBy, note, approvedBy }) => ({ version, savedAt, savedBy, note, approvedBy }),
    );
    const { name, kind, enabled, version, text, fileGoneAt, archivedAt } = row;
    return {
      key,
      name,
      kind,
      enabled,
      version,
      text,
      fileGoneAt,
      archivedAt,
      versions,
      problems: check.ok ? [] : check.problems,
    };
  }

  version(key: string, version: number): Promise<StoredVersion | null> {
    return templateStore.version(this.db.read, key, version);
  }

  /** Makes the next version of a template. */
  save(edit: TemplateEdit): Promise<SaveResult> {
    return this.db.write((tx) => this.saveIn(tx, edit));
  }

  /** As `save`, in the caller's transaction, so that the audit entry is written with the version or not at all. */
  async saveIn(tx: Sql, { key, text, note, baseVersion, by, now }: TemplateEdit): Promise<SaveResult> {
    const check = this.checkForSaving(text);
    if (!check.ok) return { kind: 'refused', problems: check.problems };
    if (check.template.key !== key) return { kind: 'refused', problems: [changedKey(text, key)] };
    return this.append(tx, check.template, { text, note, savedBy: by, savedAt: now }, baseVersion);
  }

  /** Whether a second person has to approve this text: it says so itself, or the version in use does. */
  async needsReviewIn(tx: Sql, key: string, text: string): Promise<boolean> {
    const row = await templateStore.read(tx, key);
    if (row === null || row.text === text) return false;
    return [this.checked(key, row.version, row.text), this.check(text)].some(
      (check) => check.ok && check.template.needsReview,
    );
  }

  /** As `saveIn`, but only checks: null when the text could be saved as the next version. */
  async refusalIn(
    tx: Sql,
    { key, text, baseVersion }: TemplateEdit,
  ): Promise<Exclude<SaveResult, { kind: 'saved' }> | null> {
    const check = this.checkForSaving(text);
    if (!check.ok) return { kind: 'refused', problems: check.problems };
    if (check.template.key !== key) return { kind: 'refused', problems: [changedKey(text, key)] };
    const version = (await templateStore.read(tx, key))?.version ?? 0;
    return version === baseVersion ? null : { kind: 'conflict', version };
  }

  /** Whether the version in use asks for a second person, and none has approved it. Files count as approved. */
  async awaitsApprovalIn(tx: Sql, key: string): Promise<boolean> {
    const row = await templateStore.read(tx, key);
    if (row === null || row.approvedBy !== null || row.savedBy === SAVED_FROM_FILES) return false;
    const check = this.checked(key, row.version, row.text);
    return check.ok && check.template.needsReview;
  }

  /** False when there is no such template. */
  async setEnabled(key: string, enabled: boolean, now: number): Promise<boolean> {
    return (await this.db.write((tx) => this.setEnabledIn(tx, key, enabled, now))) !== null;
  }

  /** Also false when there is no such template. */
  async isEnabledIn(tx: Sql, key: string): Promise<boolean> {
    return (await templateStore.read(tx, key))?.enabled ?? false;
  }

  /** Whether the template is on, and whether it would be after saving this text; null when there is no such template. */
  async switchAfterSaving(
    key: string,
    text: string,
  ): Promise<{ readonly isOn: boolean; readonly isOnAfter: boolean } | null> {
    const row = await templateStore.read(this.db.read, key);
    if (row === null) return null;
    const check = this.check(text);
    return {
      isOn: row.enabled,
      isOnAfter: (check.ok ? this.switchSetByEdit(row, check.template) : null) ?? row.enabled,
    };
  }

  /** Answers the current version; null when there is no such template. */
  async setEnabledIn(tx: Sql, key: string, enabled: boolean, now: number): Promise<number | null> {
    if (!(await templateStore.setEnabled(tx, key, enabled, now))) return null;
    return (await templateStore.read(tx, key))?.version ?? null;
  }

  /**
   * Stores the files: a new key becomes version 1, and a changed file becomes the next version unless the template was
   * edited in the console. A file with a mistake is reported and changes nothing. A template whose file is gone is switched
   * off until the file is back, unless the template was edited in the console. When all files are gone at once, no template
   * is switched off: the folder was probably not mounted.
   */
  async seedFromFiles(folder: string, now: number): Promise<SeedResult> {
    const { files, problems: unreadable } = await readTemplateFiles(folder);
    const { good, problems, present } = this.checkFiles(files);
    const seeded = await this.db.write(async (tx) => {
      const stored = await templateStore.current(tx);
      const edited = await templateStore.edited(tx, SAVED_FROM_FILES);
      const result: SeedResult = {
        ...{ added: [], changed: [], skipped: [], gone: [], restored: [] },
        problems: [...unreadable, ...problems],
      };
      await this.storeTexts(tx, good, { stored, edited, result, now });

      this.lastFolderProblem = unreadable[0] ?? null;
      // A file that cannot be read may belong to any template, so that none counts as deleted.
      if (this.lastFolderProblem) return result;
      const lost = stored.filter((row) => row.fileGoneAt === null && !edited.has(row.key));
      this.lastFolderProblem = files.length === 0 && lost.length > 0 ? emptyFolder(folder) : null;
      if (this.lastFolderProblem) result.problems.push(this.lastFolderProblem);
      else await this.switchByFiles(tx, present, { stored, edited, result, now });
      return result;
    });
    // Committed, so nobody else can store another first version.
    for (const { template } of good.filter(({ template: { key } }) => seeded.added.includes(key)))
      this.checks.set(template.key, { version: 1, check: { ok: true, template } });
    return seeded;
  }

  private async storeTexts(
    tx: Sql,
    files: readonly CheckedFile[],
    { stored, edited, result, now }: Seed,
  ): Promise<void> {
    const rows = new Map(stored.map((row) => [row.key, row]));
    const version = { note: '', savedBy: SAVED_FROM_FILES, savedAt: now };
    const unknown = files.filter(({ template }) => !rows.has(template.key));
    const added = await templateStore.addFirst(
      tx,
      unknown.map(({ template: { key, name, kind, enabled }, text }) => ({ key, name, kind, enabled, text })),
      version,
    );
    for (const { template, text } of files) {
      const row = rows.get(template.key);
      if (added.has(template.key)) result.added.push(template.key);
      if (!row) continue;
      if (row.text === text) this.checks.set(row.key, { version: row.version, check: { ok: true, template } });
      else if (edited.has(template.key)) result.skipped.push(template.key);
      else if ((await this.append(tx, template, { ...version, text }, row.version)).kind === 'saved')
        result.changed.push(template.key);
    }
  }

  /** Switches off the templates whose file is gone, and restores those whose file is back. */
  private async switchByFiles(
    tx: Sql,
    present: ReadonlySet<string>,
    { stored, edited, result, now }: Seed,
  ): Promise<void> {
    for (const row of stored) {
      const hasFile = present.has(row.key) || present.has(pathOf(row));
      if (hasFile && row.fileGoneAt !== null) {
        await templateStore.restoreSwitch(tx, row.key, now);
        result.restored.push(row.key);
      } else if (!hasFile && row.fileGoneAt === null && !edited.has(row.key)) {
        await templateStore.switchOffWithoutFile(tx, row.key, now);
        result.gone.push(row.key);
      }
    }
  }

  private async append(tx: Sql, template: Template, version: NewVersion, after: number): Promise<SaveResult> {
    const row = await templateStore.read(tx, template.key);
    if ((row?.version ?? 0) !== after) return { kind: 'conflict', version: row?.version ?? 0 };
    if (row?.text === version.text) return { kind: 'saved', version: row.version };
    // Nothing of a new text goes before a second person has seen it, where one is asked for.
    const enabled = row ? this.switchSetByEdit(row, template) : template.enabled && !template.needsReview;
    const { key, name, kind } = template;
    const isAppended = await templateStore.append(tx, { key, name, kind, enabled }, version, after);
    if (isAppended) return { kind: 'saved', version: after + 1 };
    return { kind: 'conflict', version: (await templateStore.read(tx, key))?.version ?? 0 };
  }

  /** The switch that this edit sets; null when the edit leaves the `enabled` line as it was. */
  private switchSetByEdit(row: CurrentTemplate, next: Template): boolean | null {
    const before = this.checked(row.key, row.version, row.text);
    return before.ok && before.template.enabled !== next.enabled ? next.enabled : null;
  }

  /** `present`: keys and paths of all files, also of those with a mistake. */
  private checkFiles(files: readonly TemplateFile[]): {
    good: readonly CheckedFile[];
    problems: TemplateFileProblem[];
    present: ReadonlySet<string>;
  } {
    const present = new Set(files.map(({ path }) => path));
    const good = new Map<string, CheckedFile>();
    const problems: TemplateFileProblem[] = [];
    for (const { path, text } of files) {
      const check = this.checkForSaving(text);
      if (check.ok) present.add(check.template.key);
      if (!check.ok) problems.push(...check.problems.map((problem) => ({ file: path, ...problem })));
      else if (pathOf(check.template) !== path)
        problems.push({ file: path, ...wrongPath(text, pathOf(check.template)) });
      else if (good.has(check.template.key))
        problems.push({ file: path, ...duplicateKey(text, pathOf(good.get(check.template.key)!.template)) });
      else good.set(check.template.key, { template: check.template, text });
    }
    return { good: [...good.values()], problems, present };
  }

  private async checkOf(key: string, version: number): Promise<TemplateCheck | null> {
    const cached = this.checks.get(key);
    if (cached?.version === version) return cached.check;
    const stored = await templateStore.version(this.db.read, key, version);
    return stored && this.checked(key, version, stored.text);
  }

  private checked(key: string, version: number, text: string): TemplateCheck {
    const cached = this.checks.get(key);
    if (cached?.version === version) return cached.check;
    const check = this.check(text);
    this.checks.set(key, { version, check });
    return check;
  }

  /** What triggers name, in the words of the rules in force. */
  private readonly triggerNames: TriggerNames = {
    tier: (key) => this.rules.vocabulary.values?.['tier']?.[key] ?? key,
    metric: (name) => this.rules.vocabulary.metrics.get(name)?.label ?? { zh: name, en: name },
    segment: (key) => this.rules.vocabulary.segments?.get(key)?.label ?? { zh: key, en: key },
    specialDay: (key) => this.rules.vocabulary.specialDays?.get(key) ?? { zh: key, en: key },
  };
}

const keyPlace = (text: string): { line: number; column: number } =>
  placeIn(text, /^key:[ \t]*/m.exec(text)?.index ?? 0);

const changedKey = (text: string, key: string): TemplateProblem => ({
  code: 'other_key',
  ...keyPlace(text),
  message: { zh: `key 不能改：这个模板是 ${key}`, en: `the key cannot change: this template is ${key}` },
  hint: { zh: `写回 key: ${key}，要新模板就另建一个`, en: `write key: ${key} again, or make a new template` },
});

const wrongPath = (text: string, path: string): TemplateProblem => ({
  code: 'other_path',
  ...keyPlace(text),
  message: { zh: `按 kind 和 key，这个文件应当在 ${path}`, en: `by its kind and key this file belongs at ${path}` },
  hint: { zh: '移动文件，或改正 kind 和 key', en: 'move the file, or correct kind and key' },
});

const duplicateKey = (text: string, path: string): TemplateProblem => ({
  code: 'key_twice',
  ...keyPlace(text),
  message: { zh: `${path} 已经用了这个 key`, en: `${path} has this key already` },
  hint: { zh: '换一个 key，或删掉其中一个文件', en: 'choose another key, or take one of the files away' },
});
