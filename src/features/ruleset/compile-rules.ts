import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import type { PoolPolicy } from '../../domain/moves/pool.js';
import { defaultVocabulary, vocabularyOf, type Vocabulary } from '../../domain/rules/index.js';
import type { Ruleset } from '../../domain/ruleset.js';
import type { WayPolicy } from '../../domain/ways/contact-way.js';
import { readYamlFile, type FileProblem } from '../../platform/config/config-files.js';
import {
  checkContactWays,
  contactWaysFile,
  wayPolicyOf,
  welcomeTemplates,
  type TemplateReference,
} from './contact-ways.js';
import { operatorsFile } from './operators.js';
import { RuleFile } from './rule-file.js';
import { massSendPolicyOf, sendingFile, sendingPolicyOf } from './sending.js';
import { kolThresholdsOf, stagesFile, stageThresholdsOf } from './stages.js';
import { readTags, tagsFile } from './tags.js';
import { movePolicyOf, poolPolicyOf, readTiers, tiersFile } from './tiers.js';

/** The rules from the files, without the campaigns, which come from the templates. */
export interface FileRules {
  readonly rules: Omit<Ruleset, 'version'>;
  /** The metrics and the tier keys: a misspelt tier is refused wherever rules are written. */
  readonly vocabulary: Vocabulary;
  readonly pools: PoolPolicy;
  readonly ways: WayPolicy;
  readonly templateReferences: readonly TemplateReference[];
  readonly corpName: string;
  readonly operators: readonly string[];
  /** Hash of the texts of all the files; another hash means another version. */
  readonly hash: string;
  readonly text: string;
}

export type RulesRead =
  { readonly ok: true; readonly value: FileRules } | { readonly ok: false; readonly problems: readonly FileProblem[] };

/** The order in which their texts are hashed. */
const fileNames = [
  'tiers.yaml',
  'tags.yaml',
  'stages.yaml',
  'sending.yaml',
  'operators.yaml',
  'contact-ways.yaml',
] as const;

/** Reads and compiles all rule files. Reports every problem of every file at once, each with its line and column. */
export async function readRuleset(directory: string): Promise<RulesRead> {
  const problems: FileProblem[] = [];
  const files = await openFiles(directory, problems);
  const tierKeys = files.tiers?.value.tiers.map(({ key }) => key) ?? null;
  const vocabulary = files.tiers ? vocabularyOf(files.tiers.value.tiers) : defaultVocabulary;
  const tiers = files.tiers ? readTiers(files.tiers, vocabulary) : [];
  const tags = files.tags ? readTags(files.tags, vocabulary) : [];
  if (files.contactWays) checkContactWays(files.contactWays, { tags, tierKeys });
  if (problems.length > 0 || !areOpen(files)) return { ok: false, problems };
  const { stages, sending, contactWays } = files;
  const text = (await Promise.all(fileNames.map((name) => readFile(join(directory, name), 'utf8')))).join('\n');
  return {
    ok: true,
    value: {
      hash: createHash('sha256').update(text).digest('hex'),
      text,
      vocabulary,
      corpName: sending.value.corp_name,
      pools: poolPolicyOf(files.tiers.value),
      ways: wayPolicyOf(contactWays.value),
      templateReferences: welcomeTemplates(contactWays),
      operators: files.operators.value.operators,
      rules: {
        tiers,
        tags,
        stages: stageThresholdsOf(stages.value),
        kol: kolThresholdsOf(stages.value),
        sending: sendingPolicyOf(sending.value),
        massSends: massSendPolicyOf(sending.value),
        moves: movePolicyOf(files.tiers.value),
      },
    },
  };
}

/** Null for a file that cannot be read or does not fit its schema; the reason is added to `problems`. */
async function openFiles(directory: string, problems: FileProblem[]) {
  const open = async <T>(name: (typeof fileNames)[number], schema: z.ZodType<T>): Promise<RuleFile<T> | null> => {
    const path = join(directory, name);
    const read = await readYamlFile(path, schema);
    if (read.ok) return new RuleFile(path, read, problems);
    problems.push(...read.problems);
    return null;
  };
  return {
    tiers: await open('tiers.yaml', tiersFile),
    tags: await open('tags.yaml', tagsFile),
    stages: await open('stages.yaml', stagesFile),
    sending: await open('sending.yaml', sendingFile),
    operators: await open('operators.yaml', operatorsFile),
    contactWays: await open('contact-ways.yaml', contactWaysFile),
  };
}

type Files = Awaited<ReturnType<typeof openFiles>>;

const areOpen = (files: Files): files is { [Name in keyof Files]: NonNullable<Files[Name]> } =>
  Object.values(files).every((file) => file !== null);
