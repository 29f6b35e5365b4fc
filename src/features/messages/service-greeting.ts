import { kfWelcomeKey } from '../../domain/action-keys.js';
import type { Evaluation } from '../../domain/evaluate.js';
import type { FactOf } from '../../domain/fact.js';
import { factsOf } from '../../domain/member-fact.js';
import type { Campaign } from '../../domain/messages/index.js';
import { priorities } from '../../domain/priorities.js';
import { greetingMenu } from '../../domain/service/greeting-menu.js';
import { WELCOME_CODE_MS } from '../../domain/welcome-code.js';
import type { NewOutboxRow } from '../../outbox/outbox-row.js';
import { outboxStore } from '../../outbox/outbox.store.js';
import { storeLinks } from '../links/store-links.js';
import type { Run } from '../run.js';
import { variantOf } from './choose-channel.js';
import { type ContactRoutes, loadContactRoutes } from './contact-routes.js';
import { fillMessage } from './fill-message.js';

/**
 * Greets who opens the chat with customer service, with the text of the first template for it whose audience they are in, and
 * the menu. Nobody is greeted when there is no such template or it is off.
 */
export async function greetInService(run: Run, evaluations: readonly Evaluation[]): Promise<void> {
  const { tx, context, now } = run;
  if (!context.abilities.has('kf_welcome')) return;
  const templates = context.ruleset.campaigns
    .filter(({ trigger }) => trigger.on === 'entered_service')
    .toSorted((one, other) => other.priority - one.priority);
  const entered = evaluations.flatMap((evaluation) =>
    factsOf(evaluation.facts, 'entered_service').map((fact) => ({ evaluation, fact })),
  );
  if (templates.length === 0 || entered.length === 0) return;
  const routes = await loadContactRoutes(
    tx,
    entered.map(({ evaluation }) => evaluation),
  );
  const rows: NewOutboxRow[] = [];
  for (const { evaluation, fact } of entered) {
    const { values, tagNames } = evaluation.decision;
    const template = templates.find(({ audience }) => audience?.holds(values, tagNames) ?? true);
    const to = { evaluation, fact, routes: routes.get(evaluation.id)! };
    rows.push(...(template ? await greetingOf(run, template, to) : []));
  }
  await outboxStore.enqueue(tx, rows, now);
}

async function greetingOf(
  run: Run,
  campaign: Campaign,
  {
    evaluation,
    fact,
    routes,
  }: { readonly evaluation: Evaluation; readonly fact: FactOf<'entered_service'>; readonly routes: ContactRoutes },
): Promise<NewOutboxRow[]> {
  const { account, welcomeCode } = fact.data;
  const { externalUserId } = fact.member;
  const expiresAt = fact.at + WELCOME_CODE_MS;
  if (welcomeCode === undefined || externalUserId === undefined || run.now >= expiresAt) return [];
  const key = kfWelcomeKey(fact.key);
  const variant = variantOf(campaign, evaluation.id);
  const about = { campaign, variant, evaluation, routes, key, channel: 'kf' as const };
  const filled = await fillMessage(run, {
    ...about,
    reached: undefined,
    group: null,
    move: undefined,
    attachments: [],
  });
  const message = filled.ok ? filled.message : { text: '', attachments: [] };
  if (filled.ok) await storeLinks(run, filled.links);
  return [
    {
      key,
      action: { kind: 'kf_welcome', account, externalUserId, code: welcomeCode, message, menu: greetingMenu },
      member: evaluation.id,
      campaign: campaign.key,
      templateVersion: campaign.version,
      variant: variant.name,
      ground: { on: 'entered_service', at: fact.at },
      because: { rule: `campaign:${campaign.key}`, version: campaign.version, values: [] },
      notBefore: run.now,
      expiresAt,
      priority: priorities.welcome,
      ...(filled.ok ? {} : { suppressed: filled.code }),
    },
  ];
}
