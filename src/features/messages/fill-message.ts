import type { Attachment, Rendered } from '../../domain/action.js';
import type { Context } from '../../domain/context.js';
import { dayOf, type Day } from '../../domain/day.js';
import type { Evaluation } from '../../domain/evaluate.js';
import type { MoveId } from '../../domain/ids.js';
import {
  bodyFor,
  renderBody,
  trueOn,
  type Campaign,
  type CampaignChannel,
  type Variant,
} from '../../domain/messages/index.js';
import { dayLookedBackOn } from '../../domain/triggers/read-triggers.js';
import type { Sql } from '../../platform/database/sql.js';
import type { ContactRoutes } from './contact-routes.js';
import { askFigures, valuesOf, type AskedFigures } from './template-values.js';

interface Blank {
  readonly campaign: Campaign;
  readonly variant: Variant;
  readonly channel: CampaignChannel;
  readonly evaluation: Evaluation;
  readonly reach: ContactRoutes;
  /** The mark that was reached, for milestones. */
  readonly reached: number | undefined;
  /** The group of an invitation. */
  readonly group: { readonly name: string; readonly owner: string } | null;
  /** The move it is about, once there is one. */
  readonly move: MoveId | undefined;
  readonly attachments: readonly Attachment[];
}

export type Filled =
  | {
      readonly ok: true;
      readonly message: Rendered;
      /** What is filled into the SMS provider's own text. */
      readonly params: readonly string[];
      /** The only day on which the words are true. */
      readonly day: Day | 'any';
      /** Today's date is in them. */
      readonly namesToday: boolean;
    }
  | { readonly ok: false; readonly code: string };

/** The words of one message to one member as they would be today, or why there are none. */
export async function fillMessage(sql: Sql, blank: Blank, context: Context, now: number): Promise<Filled> {
  return fillWith(await askFigures(sql, blank.evaluation, blank), blank, context, now);
}

/** As `fillMessage`, with the figures asked for before. */
export function fillWith(figures: AskedFigures, blank: Blank, context: Context, now: number): Filled {
  const { campaign, variant, channel, evaluation, reach, reached, group, move, attachments } = blank;
  const values = valuesOf({ evaluation, reach, about: { campaign, reached, group, move }, figures }, context, now);
  const body = bodyFor(variant, channel);
  const rendered = renderBody(body, values);
  if (!rendered.ok) return { ok: false, code: `text:${rendered.code}` };
  const bodies = channel === 'sms' ? (campaign.sms?.params ?? []) : [];
  const params: string[] = [];
  for (const param of bodies) {
    const filled = renderBody(param, values);
    if (!filled.ok) return { ok: false, code: `text:${filled.code}` };
    params.push(filled.text);
  }
  const about = dayLookedBackOn(campaign.trigger, evaluation, dayOf(now, context.timeZone));
  const day = about === null ? 'any' : trueOn([rendered.text, ...params].join('\n'), about);
  if (day === 'never') return { ok: false, code: 'no_such_day' };
  return {
    ok: true,
    message: { text: rendered.text, attachments },
    params,
    day,
    namesToday: [body, ...bodies].some(({ variables }) => variables.includes('today')),
  };
}
