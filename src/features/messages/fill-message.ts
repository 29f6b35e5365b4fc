import type { Attachment, Rendered } from '../../domain/action.js';
import { dayOf, type Day } from '../../domain/day.js';
import type { Evaluation } from '../../domain/evaluate.js';
import type { ActionKey } from '../../domain/action-keys.js';
import type { MoveId } from '../../domain/ids.js';
import type { LinkAddresses, PlacedLink, PrintLink } from '../../domain/links/link.js';
import {
  bodyFor,
  channelBytes,
  isSharedText,
  renderBody,
  trueOn,
  type Campaign,
  type CampaignChannel,
  type Variant,
} from '../../domain/messages/index.js';
import { dayLookedBackOn } from '../../domain/triggers/read-triggers.js';
import type { Moment, Run } from '../run.js';
import type { ContactRoutes } from './contact-routes.js';
import { buildTemplateValues, loadFigures, type LoadedFigures } from './template-values.js';

/** What the text of one message depends on. */
interface MessageParts {
  readonly campaign: Campaign;
  readonly variant: Variant;
  readonly channel: CampaignChannel;
  readonly evaluation: Evaluation;
  readonly routes: ContactRoutes;
  /** The mark that a milestone has reached. */
  readonly reached: number | undefined;
  /** The group of an invitation. */
  readonly group: { readonly name: string; readonly owner: string } | null;
  /** The move of an invitation. */
  readonly move: MoveId | undefined;
  readonly attachments: readonly Attachment[];
  /** The message's key in the outbox. Left out where it is filled only to be counted. */
  readonly key: ActionKey | undefined;
}

export type FilledMessage =
  | {
      readonly ok: true;
      readonly message: Rendered;
      /** The parameters of the SMS provider's approved template, in order. */
      readonly params: readonly string[];
      /** The links that the text prints. They must be stored before it is sent. */
      readonly links: readonly PlacedLink[];
      /** The only day on which the text is true. */
      readonly day: Day | 'any';
      /** The text contains today's date. */
      readonly namesToday: boolean;
    }
  | { readonly ok: false; readonly code: string };

/** The text of one message to one member as of now, or why it cannot be filled. */
export async function fillMessage(run: Run, parts: MessageParts): Promise<FilledMessage> {
  return fillWithFigures(parts, await loadFigures(run.tx, parts.evaluation, parts), run);
}

/** As `fillMessage`, with figures that the caller has loaded. */
export function fillWithFigures(parts: MessageParts, figures: LoadedFigures, moment: Moment): FilledMessage {
  const { campaign, variant, channel, evaluation, routes, reached, group, move, attachments } = parts;
  const values = buildTemplateValues(
    { evaluation, routes, about: { campaign, reached, group, move }, figures },
    moment,
  );
  const body = bodyFor(variant, channel);
  const links = new LinksOfText(parts, moment.context.links);
  const rendered = renderBody(body, values, links.print, channelBytes[channel]);
  if (!rendered.ok) return { ok: false, code: `text:${rendered.code}` };
  const paramBodies = channel === 'sms' ? (campaign.sms?.params ?? []) : [];
  const params: string[] = [];
  for (const param of paramBodies) {
    const filled = renderBody(param, values, links.print);
    if (!filled.ok) return { ok: false, code: `text:${filled.code}` };
    params.push(filled.text);
  }
  const lookedBackOn = dayLookedBackOn(campaign.trigger, evaluation, dayOf(moment.now, moment.context.timeZone));
  const day = lookedBackOn === null ? 'any' : trueOn([rendered.text, ...params].join('\n'), lookedBackOn);
  if (day === 'never') return { ok: false, code: 'no_such_day' };
  return {
    ok: true,
    message: { text: rendered.text, attachments },
    params,
    links: links.printed,
    day,
    namesToday: [body, ...paramBodies].some(({ variables }) => variables.includes('today')),
  };
}

/** Prints the links of one text with their short addresses, and collects them. */
class LinksOfText {
  readonly printed: PlacedLink[] = [];
  readonly print: PrintLink | null;

  constructor({ campaign, channel, key }: Pick<MessageParts, 'campaign' | 'channel' | 'key'>, links?: LinkAddresses) {
    const { key: template, version, identify } = campaign;
    const delivery = isSharedText(channel) ? null : (key ?? null);
    this.print = links
      ? (named) => {
          const link = { ...named, template, version, delivery, identify };
          this.printed.push(link);
          return links.addressOf(links.codeOf(link));
        }
      : null;
  }
}
