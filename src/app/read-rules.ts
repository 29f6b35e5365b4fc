import { readdir } from 'node:fs/promises';
import { channelProblems } from '../channels/open-channels.js';
import type { CompiledRules } from '../features/ruleset/compile-rules.js';
import { seedRules } from '../features/ruleset/seed-rules.js';
import type { Database } from '../platform/database/database.js';
import { CannotStart, withPosition, reasonOf } from './cannot-start.js';
import type { ProductOptions } from './options.js';

/**
 * Stores the rules of the config files and answers those in force. Throws `CannotStart` with all problems of the rules, the
 * templates' folder and the channels.
 */
export async function readRules(db: Database, options: ProductOptions): Promise<CompiledRules> {
  const { config, clock, logger } = options;
  const seeded = await db.write((tx) => seedRules(tx, config.configDir, clock.now()));
  const problems = [
    ...(seeded.ok ? [] : seeded.problems.map(withPosition)),
    ...(await folderProblems(config.templatesDir)),
    ...channelProblems(config, options),
  ];
  if (!seeded.ok || problems.length > 0) throw new CannotStart(problems);
  if (seeded.skipped.length > 0) logger.warn({ documents: seeded.skipped }, SKIPPED);
  return seeded.rules;
}

const SKIPPED =
  'rule files differ from the rules in force: these documents were edited in the console, which takes precedence';

async function folderProblems(folder: string): Promise<string[]> {
  return readdir(folder).then(
    () => [],
    (cause: unknown) => [`TEMPLATES_DIR: the folder ${folder} cannot be read (${reasonOf(cause)})`],
  );
}
