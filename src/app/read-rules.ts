import { readdir } from 'node:fs/promises';
import { channelProblems } from '../channels/open-channels.js';
import { readRuleset, type FileRules } from '../features/ruleset/ruleset-files.js';
import { CannotStart, withPosition, reasonOf } from './cannot-start.js';
import type { ProductOptions } from './options.js';

/** Reads the rules of the config files. Throws `CannotStart` with all problems of the rules, the templates' folder and the channels. */
export async function readRules(options: ProductOptions): Promise<FileRules> {
  const { config } = options;
  const files = await readRuleset(config.configDir);
  const problems = [
    ...(files.ok ? [] : files.problems.map(withPosition)),
    ...(await folderProblems(config.templatesDir)),
    ...channelProblems(config, options),
  ];
  if (!files.ok || problems.length > 0) throw new CannotStart(problems);
  return files.value;
}

async function folderProblems(folder: string): Promise<string[]> {
  return readdir(folder).then(
    () => [],
    (cause: unknown) => [`TEMPLATES_DIR: the folder ${folder} cannot be read (${reasonOf(cause)})`],
  );
}
