import {
  type ActionKey,
  createTagsOfWayKey,
  retireWayKey,
  wayMadeKey,
  wayRefusedKey,
} from '../../domain/action-keys.js';
import { priorities } from '../../domain/priorities.js';
import type { ActionOf } from '../../domain/action.js';
import type { Context } from '../../domain/context.js';
import type { MemberId } from '../../domain/ids.js';
import { quoted } from '../../domain/shown-name.js';
import { type StoredWay, contactWayStore } from './contact-way.store.js';
import { outboxStore } from '../../outbox/outbox.store.js';
import { memberStore } from '../members/member.store.js';
import type { Sql } from '../../platform/database/sql.js';
import { OperatorMistake } from '../../platform/errors.js';
import type { Run } from '../run.js';
import { contactWayActions, openVipWays, configuredWays } from './plan-contact-ways.js';

/** A `Run` of which only the channels' abilities are needed, so that delivery hooks need no evaluated context. */
interface WayRun extends Pick<Run, 'tx' | 'now'> {
  readonly context: Pick<Context, 'abilities'>;
}

type EnsureAction = ActionOf<'ensure_contact_way' | 'ensure_acquisition_link'>;

export interface ChannelWayRequest {
  /** A code to scan, or an acquisition link. */
  readonly kind?: 'channel' | 'link' | undefined;
  /** Of a link: the staff who come first. */
  readonly priority?: readonly string[] | undefined;
  readonly key?: string | undefined;
  readonly name: string;
  readonly staff: readonly string[];
  readonly tags: readonly string[];
  readonly skipVerify: boolean;
}

/** Makes the code or the acquisition link of a channel on an admin's request. Answers its id. */
export async function openChannelWay(
  run: Run,
  { kind = 'channel', key: requestedKey, name, staff, priority = [], tags, skipVerify }: ChannelWayRequest,
): Promise<number> {
  const { tx, context, now } = run;
  const group = context.ways.tagGroup;
  if (kind === 'link' && !context.abilities.has('ensure_acquisition_link'))
    throw new OperatorMistake('no_acquisition_links', 'acquisition links need WeCom; no corp is connected');
  for (const tag of tags) {
    const rule = context.ruleset.tags.find((known) => known.name === tag && known.group !== group);
    if (rule) throw new OperatorMistake('tag_of_a_rule', `the tag ${tag} is one of the group ${rule.group} already`);
  }
  const key = requestedKey ?? (await unusedKey(tx));
  if (await contactWayStore.isTaken(tx, key))
    throw new OperatorMistake('way_exists', `there is a contact way ${key} already`, undefined, { status: 409 });
  await contactWayStore.open(
    tx,
    [{ key, kind, name, staff, priority, member: null, tags: tags.map((tag) => ({ name: tag, group })), skipVerify }],
    now,
  );
  if (tags.length > 0 && context.abilities.has('ensure_tags'))
    await outboxStore.enqueue(
      tx,
      [
        {
          key: createTagsOfWayKey(key),
          action: { kind: 'ensure_tags', group, names: tags },
          notBefore: now,
          priority: priorities.createTags,
        },
      ],
      now,
    );
  await planContactWays(run);
  return (await contactWayStore.byStates(tx, [key])).get(key)!.id;
}

/** Short, because WeCom sends the key back with every new contact, and rules name it. */
async function unusedKey(tx: Sql): Promise<string> {
  const last = await contactWayStore.lastId(tx);
  // An admin may have chosen such a key before.
  for (let number = last + 1; ; number++)
    if (!(await contactWayStore.isTaken(tx, `way-${number}`))) return `way-${number}`;
}

/** Makes a member's contact way if there is none, and reopens a retired one. */
export async function openMemberWay(run: Run, member: MemberId): Promise<StoredWay | undefined> {
  const { tx, now } = run;
  const existing = await contactWayStore.ofMember(tx, member);
  if (existing?.retired) await contactWayStore.reopen(tx, existing.id, now);
  else if (existing) await contactWayStore.retryNow(tx, existing.id, now);
  if (!existing) {
    const stored = (await memberStore.load(tx, [member])).get(member);
    await openVipWays(run, stored ? [{ id: member, name: stored.state.name }] : []);
  }
  await planContactWays(run);
  return contactWayStore.ofMember(tx, member);
}

/** False when there is no such contact way in use. */
export async function retireWay(run: WayRun, id: number): Promise<boolean> {
  const { tx, now } = run;
  const way = await contactWayStore.byId(tx, id);
  if (!way || !(await contactWayStore.retire(tx, id, now))) return false;
  if (way.configId !== null) await planRetirement(run, { id, configId: way.configId, isLink: way.kind === 'link' });
  return true;
}

async function planRetirement(
  { tx, context, now }: WayRun,
  { id, configId, isLink }: { readonly id: number; readonly configId: string; readonly isLink: boolean },
): Promise<void> {
  const kind = isLink ? 'retire_acquisition_link' : 'retire_contact_way';
  if (!context.abilities.has(kind)) return;
  await outboxStore.enqueue(
    tx,
    [
      {
        key: retireWayKey(id, configId),
        action: { kind, way: id, configId },
        notBefore: now,
        priority: priorities.retireCode,
      },
    ],
    now,
  );
}

/**
 * WeCom has made or changed the contact way. Sends the picture to the member of staff who asked for it, once it is known.
 * A contact way that was retired meanwhile is deleted at WeCom again.
 */
export async function contactWayEnsured(
  run: WayRun,
  { kind, way, version, configId: requestedConfigId }: EnsureAction,
  { configId, qr }: { readonly configId: string; readonly qr: string | null },
): Promise<void> {
  const isLink = kind === 'ensure_acquisition_link';
  const recorded = await contactWayStore.recordMade(run.tx, way, { configId, qr, version });
  const { askedBy, retired, name, formerConfigId } = recorded;
  // Two requests at once each made a contact way: only the later one is used, so the former is deleted at WeCom.
  if (formerConfigId !== null && formerConfigId !== configId && formerConfigId !== requestedConfigId)
    await planRetirement(run, { id: way, configId: formerConfigId, isLink });
  if (retired) return planRetirement(run, { id: way, configId, isLink });
  if (qr === null || askedBy === null) return;
  const answer = { text: `${quoted(name)}的专属码`, picture: qr };
  await answerAsker(run, { askedBy, key: wayMadeKey(way, configId, askedBy), ...answer });
}

/** WeCom refused to make the contact way. Notifies the member of staff who waits for the picture. */
export async function contactWayRefused(run: WayRun, { way, version }: EnsureAction, code: string): Promise<void> {
  const { askedBy, name } = await contactWayStore.recordProblem(run.tx, way, code, version);
  if (askedBy === null) return;
  const text = `${quoted(name)}的专属码没做成，明天会自动再试。原因见管理后台的渠道页。`;
  await answerAsker(run, { askedBy, key: wayRefusedKey(way, version, askedBy), text });
}

interface AnswerToAsker {
  readonly askedBy: string;
  readonly key: ActionKey;
  readonly text: string;
  readonly picture?: string;
}

async function answerAsker({ tx, context, now }: WayRun, { askedBy, key, ...answer }: AnswerToAsker): Promise<void> {
  if (!context.abilities.has('notify_staff')) return;
  const action = { kind: 'notify_staff' as const, staff: [askedBy], ...answer };
  await outboxStore.enqueue(tx, [{ key, action, notBefore: now, priority: priorities.operatorNotice }], now);
}

/**
 * The request as it must be sent now, with WeCom's current config id. Null when the contact way was changed or retired
 * since: two requests that wait would otherwise make two codes.
 */
export async function currentContactWay(sql: Sql, action: EnsureAction): Promise<EnsureAction | null> {
  const way = await contactWayStore.byId(sql, action.way);
  if (!way || way.retired || way.changedAt !== action.version) return null;
  return way.configId === null ? action : { ...action, configId: way.configId };
}

/** Stores the contact ways of contact-ways.yaml, at every start. */
export async function seedContactWays(run: Run): Promise<void> {
  const { tx, context, now } = run;
  await contactWayStore.seed(tx, configuredWays(context.ways), now);
  await planContactWays(run);
}

async function planContactWays(run: Run): Promise<void> {
  const { tx, now } = run;
  await outboxStore.enqueue(tx, await contactWayActions(run), now);
}
