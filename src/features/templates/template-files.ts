import { readdir, readFile } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import type { TemplateProblem } from '../../domain/messages/index.js';

/** A mistake in a file; `file` is its path inside the folder, with forward slashes, or the folder's own name. */
export interface TemplateFileProblem extends TemplateProblem {
  readonly file: string;
}

export interface TemplateFile {
  readonly path: string;
  readonly text: string;
}

/** Every `*.md` under the folder, ordered by path. A file that cannot be read becomes a problem; the others are still read. */
export async function readTemplateFiles(
  folder: string,
): Promise<{ files: readonly TemplateFile[]; problems: readonly TemplateFileProblem[] }> {
  const paths = await pathsIn(folder);
  if (!Array.isArray(paths)) return { files: [], problems: [paths] };
  const files: TemplateFile[] = [];
  const problems: TemplateFileProblem[] = [];
  for (const path of paths) {
    try {
      files.push({ path, text: await readFile(join(folder, path), 'utf8') });
    } catch (error) {
      problems.push(unreadableFile(path, error));
    }
  }
  return { files, problems };
}

async function pathsIn(folder: string): Promise<string[] | TemplateFileProblem> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && entry.name.endsWith('.md') && entry.name !== 'README.md')
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
      .sort();
  } catch (error) {
    return unreadableFolder(folder, error);
  }
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown');

const unreadableFile = (file: string, error: unknown): TemplateFileProblem => ({
  file,
  code: 'unreadable',
  line: 1,
  column: 1,
  message: {
    zh: `读不了模板文件 ${file}（${codeOf(error)}），原有的模板照常使用，没有停用`,
    en: `the template file ${file} cannot be read (${codeOf(error)}); no template is switched off`,
  },
  hint: { zh: '检查文件的读取权限，改好后重启', en: 'check the right to read the file, then restart' },
});

const unreadableFolder = (folder: string, error: unknown): TemplateFileProblem => ({
  file: basename(folder),
  code: 'unreadable',
  line: 1,
  column: 1,
  message: {
    zh: `读不了模板文件夹（${codeOf(error)}），原有的模板照常使用，没有停用`,
    en: `the templates folder cannot be read (${codeOf(error)}); the templates stay as they were and none is switched off`,
  },
  hint: {
    zh: '检查 TEMPLATES_DIR、挂载和读取权限，改好后重启',
    en: 'check TEMPLATES_DIR, its mount and the right to read it, then restart',
  },
});

/** The folder had templates and has none now: more likely it is not mounted than that somebody deleted them all. */
export const emptyFolder = (folder: string): TemplateFileProblem => ({
  file: basename(folder),
  code: 'empty_folder',
  line: 1,
  column: 1,
  message: {
    zh: '模板文件夹里一个模板文件也没有，原有的模板照常使用，没有停用',
    en: 'the templates folder holds no template file at all; the templates stay as they were and none is switched off',
  },
  hint: {
    zh: '检查 TEMPLATES_DIR 和挂载，改好后重启；真要停用，请在控制台逐个停用',
    en: 'check TEMPLATES_DIR and its mount, then restart; to stop templates, switch them off in the console',
  },
});

/** The path of a template's file inside the folder. */
export const pathOf = ({ kind, key }: { readonly kind: string; readonly key: string }): string => `${kind}/${key}.md`;
