import { readdir } from 'node:fs/promises';
import { isInstalled } from '../channels/wechaty-installed.js';
import { readRuleset, type FileRules } from '../features/ruleset/ruleset-files.js';
import { CannotStart, placed, reasonOf } from './cannot-start.js';
import type { ProductOptions } from './options.js';

/** The rules of the files. Refuses to start with every problem of the rules, the templates' folder and the chat account. */
export async function readRules(options: ProductOptions): Promise<FileRules> {
  const { config } = options;
  const files = await readRuleset(config.configDir);
  const problems = [
    ...(files.ok ? [] : files.problems.map(placed)),
    ...(await folderProblems(config.templatesDir)),
    ...chatProblems(options),
  ];
  if (!files.ok || problems.length > 0) throw new CannotStart(problems);
  return files.value;
}

function chatProblems({ config, tamePuppet }: ProductOptions): string[] {
  if (!config.chat || tamePuppet) return [];
  return ['wechaty', config.chat.puppet]
    .filter((name) => !isInstalled(name))
    .map(
      (name) =>
        `WECHATY_PUPPET: the package ${name} is not installed; run npm install${name === 'wechaty' ? ' --include=optional' : ` ${name}`}, or unset WECHATY_PUPPET to use the official API only`,
    );
}

async function folderProblems(folder: string): Promise<string[]> {
  return readdir(folder).then(
    () => [],
    (cause: unknown) => [`TEMPLATES_DIR: the folder ${folder} cannot be read (${reasonOf(cause)})`],
  );
}
