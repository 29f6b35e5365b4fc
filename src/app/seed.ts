import { seedContactWays } from '../features/contact-ways/contact-way-requests.js';
import { templateRulesOf, type CompiledRules } from '../features/ruleset/compile-rules.js';
import { type SeedResult, TemplatesService } from '../features/templates/templates.service.js';
import type { Engine } from '../engine/engine.js';
import type { Database } from '../platform/database/database.js';
import { inBoth, wordsOf, type Refusal } from '../platform/config/refusal.js';
import type { Logger } from '../platform/logger/logger.js';
import { CannotStart, withPosition } from './cannot-start.js';
import type { ProductOptions } from './options.js';

/** Stores the templates of the folder. Refuses to start if a contact way names a template that does not exist. */
export async function seedTemplates(
  db: Database,
  rules: CompiledRules,
  { config, clock, logger }: ProductOptions,
): Promise<TemplatesService> {
  const templates = new TemplatesService(db, templateRulesOf(rules), config.publicUrl !== undefined);
  logSeeded(await templates.seedFromFiles(config.templatesDir, clock.now()), logger);
  const known = new Set((await templates.list()).map(({ key }) => key));
  const unknown = [...rules.templateReferences, ...rules.seriesTemplates].filter(({ key }) => !known.has(key));
  if (unknown.length > 0)
    throw new CannotStart(unknown.map((named) => withPosition({ ...named, ...wordsOf(unknownTemplate(named)) })));
  return templates;
}

const unknownTemplate = ({ key }: { readonly key: string }): Refusal =>
  inBoth(
    `there is no template ${key}: correct the key, leave it out, or make the template first`,
    `没有模板 ${key}：改正 key、去掉它，或先建这个模板`,
  );

function logSeeded({ problems, gone, restored }: SeedResult, logger: Logger): void {
  for (const problem of problems)
    logger.error(
      { ...problem },
      problem.code === 'empty_folder' || problem.code === 'unreadable'
        ? problem.message.en
        : 'a template file has a mistake and was not stored',
    );
  if (gone.length > 0)
    logger.error({ templates: gone }, 'template files are gone: these templates are switched off until they are back');
  if (restored.length > 0)
    logger.info({ templates: restored }, 'template files are back: these templates have their former switch again');
}

/** Stores the contact ways of contact-ways.yaml. */
export async function seedWays(db: Database, engine: Engine, { clock, logger }: ProductOptions): Promise<void> {
  const context = await engine.context();
  const greetings = new Set(context.ruleset.campaigns.map(({ key }) => key));
  for (const { key: way, welcome } of context.ways.channels)
    if (welcome !== null && !greetings.has(welcome))
      logger.error(
        { file: 'contact-ways.yaml', way, welcome },
        'a contact way names a welcome template that is switched off or has a mistake; its newcomers get the general welcome',
      );
  await db.write((tx) => seedContactWays({ tx, context, now: clock.now() }));
}
