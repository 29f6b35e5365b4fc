import type { LocalizedText } from '../../domain/localized-text.js';
import {
  checkTemplate,
  type Campaign,
  type CampaignChannel,
  type Template,
  type TemplateCheck,
  type TemplateProblem,
} from '../../domain/messages/index.js';
import { placeIn } from '../../domain/messages/places.js';
import { defaultVocabulary, type Vocabulary } from '../../domain/rules/index.js';
import type { SendingPolicy } from '../../domain/sending/send-policy.js';
import { triggerWords } from '../../domain/triggers/read-triggers.js';
import type { Database } from '../../platform/database/database.js';
import type { Sql } from '../../platform/database/sql.js';
import {
  emptyFolder,
  pathOf,
  readTemplateFiles,
  withSwitch,
  writeTemplateFiles,
  type TemplateFile,
  type TemplateFileProblem,
} from './template-files.js';
import { templateStore, type CurrentTemplate, type StoredVersion, type VersionInfo } from './template.store.js';

/** Who saved a version that came from a file. */
export const FILES = 'files';

export interface Seeding {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  /** Their file differs, but they were edited in the console, which has the last word. */
  readonly left: readonly string[];
  /** Switched off: their file is gone, and nobody edited them in the console. */
  readonly gone: readonly string[];
  /** Their file is there again, and they are switched as they were. */
  readonly back: readonly string[];
  readonly problems: readonly TemplateFileProblem[];
}

export interface SavedText {
  readonly key: string;
  readonly text: string;
  readonly note: string;
  readonly baseVersion: number;
  readonly by: string;
  readonly now: number;
}

export type Saving =
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
  readonly audience: string;
  readonly channels: readonly CampaignChannel[];
  /** Epoch ms since when its file is gone; null while there is one, or when it never had one. */
  readonly fileGoneAt: number | null;
  /** Not empty: it no longer compiles and nothing is sent by it, whatever the switch says. */
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
  readonly problems: readonly TemplateProblem[];
  /** The newest first. */
  readonly versions: readonly VersionInfo[];
}

/** The templates in force, their versions, and the way between the database and the files. */
export class TemplatesService {
  /** A version never changes, so its check is kept; of each template the newest one asked for. */
  private readonly checks = new Map<string, { readonly version: number; readonly check: TemplateCheck }>();
  private problemOfFolder: TemplateFileProblem | null = null;
  private inForce: { readonly id: string; readonly campaigns: readonly Campaign[] } | undefined;

  /** `sending`: the hours of sending, by which a template that could never go is told. */
  constructor(
    private readonly db: Database,
    private readonly vocabulary: Vocabulary = defaultVocabulary,
    private readonly sending?: SendingPolicy,
  ) {}

  check(text: string): TemplateCheck {
    return checkTemplate(text, this.vocabulary, this.sending);
  }

  /** What is switched on and compiles, the most important first. */
  async active(): Promise<readonly Campaign[]> {
    const enabled = await templateStore.enabledVersions(this.db.read);
    const id = enabled.map(({ key, version }) => `${key}@${version}`).join(' ');
    if (this.inForce?.id === id) return this.inForce.campaigns;
    const campaigns: Campaign[] = [];
    for (const { key, version } of enabled) {
      const check = await this.checkOf(key, version);
      if (check?.ok) campaigns.push({ ...check.template, version });
    }
    campaigns.sort((a, b) => b.priority - a.priority || (a.key < b.key ? -1 : 1));
    this.inForce = { id, campaigns };
    return campaigns;
  }

  /** One version of a template, whatever its switch says; null when there is none, or none that compiles. */
  async at(key: string, version: number): Promise<Campaign | null> {
    const kept = this.checks.get(key);
    const stored = kept?.version === version ? null : await templateStore.version(this.db.read, key, version);
    const check = kept?.version === version ? kept.check : stored && this.check(stored.text);
    return check?.ok ? { ...check.template, version } : null;
  }

  /** Why nothing is sent by a template that is not among the active ones. */
  async whyNot(key: string): Promise<'template_gone' | 'template_off' | 'template_broken'> {
    const row = await templateStore.read(this.db.read, key);
    if (row === null || (!row.enabled && row.fileGoneAt !== null)) return 'template_gone';
    return row.enabled ? 'template_broken' : 'template_off';
  }

  /**
   * Set while the folder or a file in it cannot be read, or the folder is without any file though templates came from it:
   * it does not tell then which templates are gone. Somebody must look at it.
   */
  get folderProblem(): TemplateFileProblem | null {
    return this.problemOfFolder;
  }

  /** Templates that are switched on and cannot be sent. Somebody must look at them. */
  async alarms(): Promise<readonly TemplateInList[]> {
    return (await this.list()).filter((template) => template.enabled && template.problems.length > 0);
  }

  /** Whether anybody saved a text in the console. */
  async hasEditedText(): Promise<boolean> {
    return (await templateStore.edited(this.db.read, FILES)).size > 0;
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
        trigger: template ? triggerWords(template.trigger, (key) => this.tierLabel(key)) : null,
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
    const versions = (await templateStore.versions(this.db.read, key)).map(({ version, savedAt, savedBy, note }) => ({
      version,
      savedAt,
      savedBy,
      note,
    }));
    const { name, kind, enabled, version, text, fileGoneAt } = row;
    return { key, name, kind, enabled, version, text, fileGoneAt, versions, problems: check.ok ? [] : check.problems };
  }

  version(key: string, version: number): Promise<StoredVersion | null> {
    return templateStore.version(this.db.read, key, version);
  }

  /** Makes the next version of a template; `baseVersion` is the one that was edited, 0 for a new template. */
  save(key: string, text: string, note: string, baseVersion: number, by: string, now: number): Promise<Saving> {
    return this.db.write((tx) => this.saveIn(tx, { key, text, note, baseVersion, by, now }));
  }

  /** As `save`, in a transaction of the caller's: the record of who saved it is written with it or not at all. */
  async saveIn(tx: Sql, { key, text, note, baseVersion, by, now }: SavedText): Promise<Saving> {
    const check = this.check(text);
    if (!check.ok) return { kind: 'refused', problems: check.problems };
    if (check.template.key !== key) return { kind: 'refused', problems: [otherKey(text, key)] };
    return this.append(tx, check.template, { text, note, savedBy: by, savedAt: now }, baseVersion);
  }

  /** False when there is no such template. */
  async setEnabled(key: string, enabled: boolean, now: number): Promise<boolean> {
    return (await this.db.write((tx) => this.setEnabledIn(tx, key, enabled, now))) !== null;
  }

  /** What the switch says; false when there is no such template. */
  async isOnIn(tx: Sql, key: string): Promise<boolean> {
    return (await templateStore.read(tx, key))?.enabled ?? false;
  }

  /** What the switch says, and what it would say if this text were saved; null when there is no such template. */
  async switchAfterSaving(
    key: string,
    text: string,
  ): Promise<{ readonly isOn: boolean; readonly isOnAfter: boolean } | null> {
    const row = await templateStore.read(this.db.read, key);
    if (row === null) return null;
    const check = this.check(text);
    return { isOn: row.enabled, isOnAfter: (check.ok ? this.switchedBy(row, check.template) : null) ?? row.enabled };
  }

  /** The version in force; null when there is no such template. */
  async setEnabledIn(tx: Sql, key: string, enabled: boolean, now: number): Promise<number | null> {
    if (!(await templateStore.setEnabled(tx, key, enabled, now))) return null;
    return (await templateStore.read(tx, key))?.version ?? null;
  }

  /**
   * Takes in the files: a key nobody knows becomes version 1, a changed file the next version, unless the template was
   * edited in the console. A file with a mistake is told of and changes nothing. A template whose file is gone is switched
   * off until it comes back, unless it was edited in the console. Where all files are gone at once none is switched off:
   * the folder is then taken for one that cannot be read.
   */
  async seedFromFiles(folder: string, now: number): Promise<Seeding> {
    const { files, problems: unreadable } = await readTemplateFiles(folder);
    const { good, problems, present } = this.sift(files);
    return this.db.write(async (tx) => {
      const stored = new Map((await templateStore.current(tx)).map((row) => [row.key, row]));
      const edited = await templateStore.edited(tx, FILES);
      const seeding = {
        added: [] as string[],
        changed: [] as string[],
        left: [] as string[],
        gone: [] as string[],
        back: [] as string[],
        problems: [...unreadable, ...problems],
      };
      for (const { template, text } of good) {
        const row = stored.get(template.key);
        if (row?.text === text) continue;
        if (row && edited.has(template.key)) {
          seeding.left.push(template.key);
          continue;
        }
        const saved = await this.append(
          tx,
          template,
          { text, note: '', savedBy: FILES, savedAt: now },
          row?.version ?? 0,
        );
        if (saved.kind === 'saved') (row ? seeding.changed : seeding.added).push(template.key);
      }
      // What cannot be read may be there.
      this.problemOfFolder = unreadable[0] ?? null;
      if (this.problemOfFolder) return seeding;
      const lost = [...stored.values()].filter((row) => row.fileGoneAt === null && !edited.has(row.key));
      this.problemOfFolder = files.length === 0 && lost.length > 0 ? emptyFolder(folder) : null;
      if (this.problemOfFolder) return { ...seeding, problems: [...seeding.problems, this.problemOfFolder] };
      for (const row of stored.values()) {
        const isThere = present.has(row.key) || present.has(pathOf(row));
        if (isThere && row.fileGoneAt !== null) {
          await templateStore.fileBack(tx, row.key, now);
          seeding.back.push(row.key);
        } else if (!isThere && row.fileGoneAt === null && !edited.has(row.key)) {
          await templateStore.fileGone(tx, row.key, now);
          seeding.gone.push(row.key);
        }
      }
      return seeding;
    });
  }

  /** Writes every template's text as it is in force; answers the paths that differed. */
  async exportToFiles(folder: string): Promise<readonly string[]> {
    // One whose file was deleted does not come back by itself.
    const rows = (await templateStore.current(this.db.read)).filter((row) => row.fileGoneAt === null || row.enabled);
    return writeTemplateFiles(
      folder,
      rows.map((row) => ({ path: pathOf(row), text: this.textToExport(row) })),
    );
  }

  private textToExport(row: CurrentTemplate): string {
    const check = this.checked(row.key, row.version, row.text);
    return check.ok ? withSwitch(row.text, row.enabled, check.template.enabled) : row.text;
  }

  private async append(
    tx: Sql,
    template: Template,
    version: Omit<StoredVersion, 'version'>,
    after: number,
  ): Promise<Saving> {
    const row = await templateStore.read(tx, template.key);
    if ((row?.version ?? 0) !== after) return { kind: 'conflict', version: row?.version ?? 0 };
    if (row?.text === version.text) return { kind: 'saved', version: row.version };
    const enabled = row ? this.switchedBy(row, template) : template.enabled;
    const { key, name, kind } = template;
    const first = await templateStore.append(tx, { key, name, kind, enabled }, version, after);
    if (first) return { kind: 'saved', version: after + 1 };
    return { kind: 'conflict', version: (await templateStore.read(tx, key))?.version ?? 0 };
  }

  /** What this very edit changes the switch to; null when the text says of it what it said before. */
  private switchedBy(row: CurrentTemplate, next: Template): boolean | null {
    const before = this.checked(row.key, row.version, row.text);
    return before.ok && before.template.enabled !== next.enabled ? next.enabled : null;
  }

  /** `present`: keys and paths of all files, also of those with a mistake. */
  private sift(files: readonly TemplateFile[]): {
    good: { template: Template; text: string }[];
    problems: TemplateFileProblem[];
    present: ReadonlySet<string>;
  } {
    const present = new Set(files.map(({ path }) => path));
    const good = new Map<string, { template: Template; text: string }>();
    const problems: TemplateFileProblem[] = [];
    for (const { path, text } of files) {
      const check = this.check(text);
      if (check.ok) present.add(check.template.key);
      if (!check.ok) problems.push(...check.problems.map((problem) => ({ file: path, ...problem })));
      else if (pathOf(check.template) !== path)
        problems.push({ file: path, ...elsewhere(text, pathOf(check.template)) });
      else if (good.has(check.template.key))
        problems.push({ file: path, ...keyTwice(text, pathOf(good.get(check.template.key)!.template)) });
      else good.set(check.template.key, { template: check.template, text });
    }
    return { good: [...good.values()], problems, present };
  }

  private async checkOf(key: string, version: number): Promise<TemplateCheck | null> {
    const kept = this.checks.get(key);
    if (kept?.version === version) return kept.check;
    const stored = await templateStore.version(this.db.read, key, version);
    return stored && this.checked(key, version, stored.text);
  }

  private checked(key: string, version: number, text: string): TemplateCheck {
    const kept = this.checks.get(key);
    if (kept?.version === version) return kept.check;
    const check = this.check(text);
    this.checks.set(key, { version, check });
    return check;
  }

  private tierLabel(key: string): string {
    return this.vocabulary.values?.['tier']?.[key] ?? key;
  }
}

const keyPlace = (text: string): { line: number; column: number } =>
  placeIn(text, /^key:[ \t]*/m.exec(text)?.index ?? 0);

const otherKey = (text: string, key: string): TemplateProblem => ({
  code: 'other_key',
  ...keyPlace(text),
  message: { zh: `key 不能改：这个模板是 ${key}`, en: `the key cannot change: this template is ${key}` },
  hint: { zh: `写回 key: ${key}，要新模板就另建一个`, en: `write key: ${key} again, or make a new template` },
});

const elsewhere = (text: string, path: string): TemplateProblem => ({
  code: 'other_path',
  ...keyPlace(text),
  message: { zh: `按 kind 和 key，这个文件应当在 ${path}`, en: `by its kind and key this file belongs at ${path}` },
  hint: { zh: '移动文件，或改正 kind 和 key', en: 'move the file, or correct kind and key' },
});

const keyTwice = (text: string, path: string): TemplateProblem => ({
  code: 'key_twice',
  ...keyPlace(text),
  message: { zh: `${path} 已经用了这个 key`, en: `${path} has this key already` },
  hint: { zh: '换一个 key，或删掉其中一个文件', en: 'choose another key, or take one of the files away' },
});
