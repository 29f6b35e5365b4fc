import type { Action, ActionKind, ActionOf } from '../../domain/action.js';
import { assertNever } from '../../domain/assert-never.js';
import { cutToCodePoints } from '../../domain/cut-text.js';
import { DAY_MS } from '../../domain/day.js';
import { GiveUp } from '../../platform/errors.js';
import type { Logger } from '../../platform/logger/logger.js';
import type { ActionResult, AttemptOutcome, Channel, ChannelHealth } from '../channel.js';
import type { Check } from '../connection.js';
import type { WecomApp } from '../wecom-app.js';
import { accessCheck } from './access-check.js';
import {
  countCustomers,
  countsOfDay,
  createLink,
  deleteLink,
  getLink,
  linkIds,
  quotaOf,
  updateLink,
  type KnownLink,
  type LinkSettings,
} from './acquisition-calls.js';

/** Contract part 2 §5. */
const NAME_CHARACTERS = 30;
const CHANNEL_BYTES = 64;
/** WeCom's clock and ours may differ by this much. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

type OwnAction = ActionOf<'ensure_acquisition_link' | 'retire_acquisition_link' | 'read_acquisition_stats'>;
const own: Readonly<Record<OwnAction['kind'], true>> = {
  ensure_acquisition_link: true,
  retire_acquisition_link: true,
  read_acquisition_stats: true,
};
const isOwn = (action: Action): action is OwnAction => Object.hasOwn(own, action.kind);

/** Acquisition links (获客助手): they add a customer without a friend request being confirmed. */
export class AcquisitionChannel implements Channel {
  readonly id = 'acquisition';
  readonly abilities: ReadonlySet<ActionKind> = new Set(Object.keys(own) as OwnAction['kind'][]);

  /** Names of links as they were read, by link_id, so that each is read once. Ours are made with their name. */
  private readonly names = new Map<string, { readonly name: string; readonly createdAt: number | null }>();

  constructor(
    private readonly app: WecomApp,
    private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  start(): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  async send(action: Action): Promise<ActionResult> {
    if (!isOwn(action)) throw new GiveUp('no_channel', { message: `acquisition links cannot ${action.kind}` });
    switch (action.kind) {
      case 'ensure_acquisition_link':
        return this.ensure(action);
      case 'retire_acquisition_link':
        await deleteLink(this.app, action.configId);
        this.names.delete(action.configId);
        return {};
      case 'read_acquisition_stats':
        return this.readStats(action);
      default:
        return assertNever(action);
    }
  }

  /** A link that is created twice would use the corp's limit of links, and nobody would know the first one. */
  isRepeatable(kind: ActionKind): boolean {
    return kind !== 'ensure_acquisition_link';
  }

  /** A link with our name that was made since the attempt is the one that the attempt made. */
  async findOutcome(action: Action, attemptedAt: number): Promise<AttemptOutcome> {
    if (action.kind !== 'ensure_acquisition_link' || action.configId !== undefined) return { outcome: 'not_done' };
    const known = await this.findMade(action, attemptedAt);
    return known ? { outcome: 'done', done: made(known, action) } : { outcome: 'not_done' };
  }

  health(): ChannelHealth {
    return { ok: true, detail: '' };
  }

  checkUp(): Promise<readonly Check[]> {
    return Promise.all([accessCheck(this.app)]);
  }

  private async ensure(action: ActionOf<'ensure_acquisition_link'>): Promise<ActionResult> {
    if (Buffer.byteLength(action.state) > CHANNEL_BYTES)
      throw new GiveUp('acquisition_channel_too_long', { message: `at most ${CHANNEL_BYTES} bytes: ${action.state}` });
    const settings = settingsOf(action);
    const recorded = action.configId === undefined ? undefined : await getLink(this.app, action.configId);
    // Also in place of a link that was deleted in WeCom, an earlier attempt may have made one.
    const known = recorded ?? (await this.findMade(action, action.openedAt ?? action.version));
    if (known === undefined) return made(await createLink(this.app, settings), action);
    if (differs(known, settings)) {
      await updateLink(this.app, known.link_id, settings);
      this.names.delete(known.link_id);
    }
    return made(known, action);
  }

  /**
   * The link that an attempt made whose answer was lost. The API has no key of ours, and the answer of `create_link` is the
   * only one that names the new link. So the name must do, which contains the number of the contact way and therefore
   * belongs to no other link of this product. Two cases remain: a link that an administrator has renamed is not found, nor
   * one that WeCom lists only later [?]; then a second link is made, and the first stays unused. A link of another
   * installation that uses the same app is taken for ours if it has the same name and number and was made after `sinceMs`.
   */
  private async findMade(action: ActionOf<'ensure_acquisition_link'>, sinceMs: number): Promise<KnownLink | undefined> {
    const { name } = settingsOf(action);
    const earliest = sinceMs - CLOCK_TOLERANCE_MS;
    const found: KnownLink[] = [];
    for (const linkId of await linkIds(this.app)) {
      const before = this.names.get(linkId);
      if (before && (before.name !== name || isOlder(before.createdAt, earliest))) continue;
      const known = await getLink(this.app, linkId);
      if (known === undefined) continue;
      const createdAt = known.create_time === null ? null : known.create_time * 1_000;
      this.names.set(linkId, { name: known.link_name, createdAt });
      if (known.link_name === name && !isOlder(createdAt, earliest)) found.push(known);
    }
    if (found.length > 1)
      this.logger.warn(
        { name, links: found.map(({ link_id: id }) => id) },
        'WeCom has several acquisition links of one contact way; the first is used',
      );
    return found[0];
  }

  private async readStats({ configId, fromMs, toMs }: ActionOf<'read_acquisition_stats'>): Promise<ActionResult> {
    const days: { at: number; clicked: number; added: number }[] = [];
    for (let at = fromMs; at <= toMs; at += DAY_MS) {
      const { clicked, added } = await countsOfDay(this.app, configId, at);
      // A day without figures is read again, unless a later day has figures.
      if (clicked !== null && added !== null) days.push({ at, clicked, added });
    }
    const { isComplete, customers, spoke, spokeUnknown } = await countCustomers(this.app, configId);
    if (!isComplete)
      this.logger.warn(
        { link: configId, customers },
        'the customers of an acquisition link could not be read to the end; how many spoke is not shown',
      );
    const quota = await quotaOf(this.app);
    return { result: { days, ...(isComplete ? { spoke, spokeUnknown } : { spoke: null, spokeUnknown: null }), quota } };
  }
}

/** Where WeCom does not say when a link was made, its name decides alone. */
const isOlder = (createdAt: number | null, earliest: number): boolean => createdAt !== null && createdAt < earliest;

/** The number of the contact way makes the name unique. Customers never see it. */
function settingsOf({ way, name, staff, skipVerify, priority }: ActionOf<'ensure_acquisition_link'>): LinkSettings {
  const number = ` #${way}`;
  return { staff, skipVerify, priority, name: `${cutToCodePoints(name, NAME_CHARACTERS - number.length)}${number}` };
}

/** The address carries the channel, which WeCom reports as the `state` of whoever comes by it. */
function made(
  { link_id: configId, url }: Pick<KnownLink, 'link_id' | 'url'>,
  { state }: ActionOf<'ensure_acquisition_link'>,
): ActionResult {
  if (!URL.canParse(url)) return { ref: configId, result: { configId } };
  const address = new URL(url);
  address.searchParams.set('customer_channel', state);
  return { ref: configId, result: { configId, qrCode: address.href } };
}

const differs = (known: KnownLink, wanted: LinkSettings): boolean =>
  [...known.staff].sort().join() !== [...wanted.staff].sort().join() ||
  known.link_name !== wanted.name ||
  known.skip_verify !== wanted.skipVerify ||
  // A priority that is no longer wanted cannot be taken back: no way to do so is documented [?].
  (wanted.priority.length > 0 && [...known.priority].sort().join() !== [...wanted.priority].sort().join());
