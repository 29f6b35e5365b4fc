import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { z } from 'zod';
import type { PoolPolicy } from '../../domain/moves/pool.js';
import {
  defaultVocabulary,
  vocabularyOf,
  withLayers,
  withOwnMetrics,
  type Vocabulary,
} from '../../domain/rules/index.js';
import type { Ruleset } from '../../domain/ruleset.js';
import { noSeries } from '../../domain/series/series.js';
import type { WayPolicy } from '../../domain/ways/contact-way.js';
import { NO_WORD_LIST, type WordList } from '../../domain/words/word-list.js';
import { readYaml, type FileProblem } from '../../platform/config/config-files.js';
import { calendarFile, readCalendar } from './calendar.js';
import {
  checkContactWays,
  contactWaysFile,
  wayPolicyOf,
  welcomeTemplates,
  type TemplateReference,
} from './contact-ways.js';
import { ruleDocuments, type RuleDocument } from '../../domain/rule-document.js';
import { groupTextsFile, readGroupPosts } from './group-texts.js';
import { fileOf, optionalTexts, type RuleTexts } from './documents.js';
import { metricsFile, readOwnMetrics } from './metrics.js';
import { operatorsFile } from './operators.js';
import { productTargetsOf, readLayers } from './layers.js';
import { RuleFile } from './rule-file.js';
import { readRuleTexts } from './rule-texts.js';
import { readSegments, segmentsFile, type PartitionClaim, type Segment } from './segments.js';
import { readSeries, seriesFile, type SeriesTemplate } from './series.js';
import { massSendPolicyOf, sendingFile, sendingPolicyOf } from './sending.js';
import { kolThresholdsOf, stagesFile, stageThresholdsOf } from './stages.js';
import { readTags, tagsFile } from './tags.js';
import { readWords, wordsFile } from './words.js';
import {
  brakePolicyOf,
  checkFloors,
  flappingPolicyOf,
  movePolicyOf,
  poolPolicyOf,
  readTiers,
  silentMembersPolicyOf,
  tiersFile,
} from './tiers.js';

/** The rules of all documents, without the campaigns, which come from the templates. */
export interface CompiledRules {
  readonly rules: Omit<Ruleset, 'version'>;
  /** The metrics, the segments and the tier keys: a misspelt one is refused wherever rules are written. */
  readonly vocabulary: Vocabulary;
  readonly segments: readonly Segment[];
  /** Which segments claim to partition. It is proved when they are published. */
  readonly partitions: readonly PartitionClaim[];
  readonly pools: PoolPolicy;
  readonly ways: WayPolicy;
  readonly templateReferences: readonly TemplateReference[];
  /** Words that no text should have. */
  readonly words: WordList;
  readonly seriesTemplates: readonly SeriesTemplate[];
  readonly corpName: string;
  readonly operators: readonly string[];
  /** Hash of all the texts; another hash means another version. */
  readonly hash: string;
  readonly texts: RuleTexts;
}

/** What templates are checked against. */
export const templateRulesOf = ({ vocabulary, words, rules }: CompiledRules) => ({
  ...{ vocabulary, words, sending: rules.sending },
});

export type RulesRead =
  | { readonly ok: true; readonly value: CompiledRules }
  | { readonly ok: false; readonly problems: readonly FileProblem[] };

/** Reads and compiles all rule files. Reports every problem of every file at once, each with its line and column. */
export async function readRuleset(directory: string): Promise<RulesRead> {
  const { texts, problems } = await readRuleTexts(directory);
  return compileRules(texts, (document) => join(directory, fileOf(document)), problems);
}

/**
 * Compiles the texts of all documents together, because they name one another. Reports every problem of every document.
 * `nameOf`: how a document is named in a problem; default: its file. `unread`: the problems of documents that have no text.
 */
export function compileRules(
  given: Partial<RuleTexts>,
  nameOf: (document: RuleDocument) => string = fileOf,
  unread: readonly FileProblem[] = [],
): RulesRead {
  const problems = [...unread];
  const texts = { ...optionalTexts, ...given };
  const files = openDocuments(texts, nameOf, problems);
  const tierKeys = files.tiers?.value.tiers.map(({ key }) => key) ?? null;
  const ofTiers = files.tiers ? vocabularyOf(files.tiers.value.tiers) : defaultVocabulary;
  const ofMetrics = withOwnMetrics(ofTiers, files.metrics ? readOwnMetrics(files.metrics) : []);
  const layers = files.stages ? readLayers(files.stages, ofMetrics) : null;
  const ofLayers = layers ? withLayers(ofMetrics, layers) : ofMetrics;
  const { segments, partitions, vocabulary } = files.segments
    ? readSegments(files.segments, ofLayers)
    : { segments: [], partitions: [], vocabulary: ofLayers };
  const tiers = files.tiers ? readTiers(files.tiers, vocabulary) : [];
  const tags = files.tags ? readTags(files.tags, vocabulary) : [];
  if (files.tiers) checkFloors(files.tiers, tags);
  const calendar = readCalendar(files.calendar);
  const groupPosts = readGroupPosts(files.groupTexts, { tierKeys, calendar });
  const words = files.words ? readWords(files.words) : NO_WORD_LIST;
  const specialDays = new Map(calendar.special.map(({ key, label }) => [key, label]));
  const series = readSeries(files.series, { vocabulary: { ...vocabulary, specialDays }, ruleTags: tags });
  if (files.contactWays) checkContactWays(files.contactWays, { tags, tierKeys });
  if (problems.length > 0 || !layers || !areOpen(files) || !areComplete(texts)) return { ok: false, problems };
  const { stages, sending, contactWays } = files;
  return {
    ok: true,
    value: {
      hash: hashOf(texts),
      texts,
      vocabulary: { ...vocabulary, specialDays },
      segments,
      partitions,
      words,
      corpName: sending.value.corp_name,
      pools: poolPolicyOf(files.tiers.value),
      ways: wayPolicyOf(contactWays.value),
      templateReferences: welcomeTemplates(contactWays),
      seriesTemplates: series.templates,
      operators: files.operators.value.operators,
      rules: {
        tiers,
        tags,
        stages: stageThresholdsOf(stages.value),
        kol: kolThresholdsOf(stages.value),
        layers,
        product: productTargetsOf(stages.value),
        sending: sendingPolicyOf(sending.value),
        calendar,
        series: { ...noSeries, current: series.series, isInUse: series.series.some(({ enabled }) => enabled) },
        groupPosts,
        massSends: massSendPolicyOf(sending.value),
        ...policiesOfTiers(files.tiers.value),
      },
    },
  };
}

const policiesOfTiers = (tiers: z.output<typeof tiersFile>) => ({
  moves: movePolicyOf(tiers),
  brakes: brakePolicyOf(tiers),
  flapping: flappingPolicyOf(tiers),
  silentMembers: silentMembersPolicyOf(tiers),
});

/** The texts of all documents as one, in the order of the documents. */
export const joinedTexts = (texts: RuleTexts): string =>
  ruleDocuments
    // Without a calendar, texts in groups, metrics and segments of their own, installations keep the version that they have.
    .filter((document) => texts[document] !== optionalTexts[document])
    .map((document) => texts[document])
    .join('\n');

const hashOf = (texts: RuleTexts): string => createHash('sha256').update(joinedTexts(texts)).digest('hex');

/** Null for a document without a text, and for one that does not fit its schema; the reason is added to `problems`. */
function openDocuments(texts: Partial<RuleTexts>, nameOf: (document: RuleDocument) => string, problems: FileProblem[]) {
  const open = <T>(document: RuleDocument, schema: z.ZodType<T>): RuleFile<T> | null => {
    const name = nameOf(document);
    const text = texts[document];
    if (text === undefined) return null;
    const read = readYaml(name, text, schema);
    if (read.ok) return new RuleFile(name, read, problems);
    problems.push(...read.problems);
    return null;
  };
  return {
    tiers: open('tiers', tiersFile),
    tags: open('tags', tagsFile),
    stages: open('stages', stagesFile),
    metrics: open('metrics', metricsFile),
    segments: open('segments', segmentsFile),
    sending: open('sending', sendingFile),
    calendar: open('calendar', calendarFile),
    series: open('series', seriesFile),
    groupTexts: open('group-texts', groupTextsFile),
    words: open('words', wordsFile),
    operators: open('operators', operatorsFile),
    contactWays: open('contact-ways', contactWaysFile),
  };
}

type Files = ReturnType<typeof openDocuments>;

const areOpen = (files: Files): files is { [Name in keyof Files]: NonNullable<Files[Name]> } =>
  Object.values(files).every((file) => file !== null);

const areComplete = (texts: Partial<RuleTexts>): texts is RuleTexts =>
  ruleDocuments.every((document) => texts[document] !== undefined);
