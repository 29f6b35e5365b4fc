import type { Action, ActionKind, ActionOf } from '../../domain/action.js';
import { assertNever } from '../../domain/assert-never.js';
import { cutToCodePoints } from '../../domain/cut-text.js';
import { DAY_MS } from '../../domain/day.js';
import { GiveUp } from '../../platform/errors.js';
import type { ActionResult, AttemptOutcome, Channel, ChannelHealth } from '../channel.js';
import type { WecomApp } from '../wecom-app.js';
import {
  countsOfDay,
  createLink,
  customersOf,
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

  constructor(private readonly app: WecomApp) {}

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

  /** A link with this name that was made since the attempt is the one that the attempt made. */
  async findOutcome(action: Action, attemptedAt: number): Promise<AttemptOutcome> {
    if (action.kind !== 'ensure_acquisition_link' || action.configId !== undefined) return { outcome: 'not_done' };
    const { name } = settingsOf(action);
    for (const linkId of (await linkIds(this.app)).toReversed()) {
      const known = await getLink(this.app, linkId);
      const isSince = known !== undefined && known.create_time * 1_000 >= attemptedAt - CLOCK_TOLERANCE_MS;
      if (isSince && known.link_name === name) return { outcome: 'done', done: made(known, action) };
    }
    return { outcome: 'not_done' };
  }

  health(): ChannelHealth {
    return { ok: true, detail: '' };
  }

  private async ensure(action: ActionOf<'ensure_acquisition_link'>): Promise<ActionResult> {
    if (Buffer.byteLength(action.state) > CHANNEL_BYTES)
      throw new GiveUp('acquisition_channel_too_long', { message: `at most ${CHANNEL_BYTES} bytes: ${action.state}` });
    const settings = settingsOf(action);
    const known = action.configId === undefined ? undefined : await getLink(this.app, action.configId);
    if (known === undefined) return made(await createLink(this.app, settings), action);
    if (differs(known, settings)) await updateLink(this.app, known.link_id, settings);
    return made(known, action);
  }

  private async readStats({ configId, fromMs, toMs }: ActionOf<'read_acquisition_stats'>): Promise<ActionResult> {
    const days: { at: number; clicked: number; added: number }[] = [];
    for (let at = fromMs; at <= toMs; at += DAY_MS) days.push({ at, ...(await countsOfDay(this.app, configId, at)) });
    const customers = await customersOf(this.app, configId);
    const spoke = customers.filter(({ hasSpoken }) => hasSpoken === true).length;
    const spokeUnknown = customers.filter(({ hasSpoken }) => hasSpoken === null).length;
    const { total, balance } = await quotaOf(this.app);
    return { result: { days, spoke, spokeUnknown, total, balance } };
  }
}

const settingsOf = ({ name, staff, skipVerify, priority }: ActionOf<'ensure_acquisition_link'>): LinkSettings => ({
  ...{ staff, skipVerify, priority },
  name: cutToCodePoints(name, NAME_CHARACTERS),
});

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
