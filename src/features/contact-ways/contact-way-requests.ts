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
import { contactWayActions, openVipWays, seededWays } from './plan-contact-ways.js';

export interface WantedChannelWay {
  readonly key?: string | undefined;
  readonly name: string;
  readonly staff: readonly string[];
  readonly tags: readonly string[];
  readonly skipVerify: boolean;
}

/** A channel's code wished for by an admin. Answers its number. */
export async function openChannelWay(
  run: Run,
  { key: wanted, name, staff, tags, skipVerify }: WantedChannelWay,
): Promise<number> {
  const { tx, context, now } = run;
  const group = context.ways.tagGroup;
  for (const tag of tags) {
    const rule = context.ruleset.tags.find((known) => known.name === tag && known.group !== group);
    if (rule) throw new OperatorMistake('tag_of_a_rule', `the tag ${tag} is one of the group ${rule.group} already`);
  }
  const key = wanted ?? (await unusedKey(tx));
  if (await contactWayStore.isTaken(tx, key))
    throw new OperatorMistake('way_exists', `there is a contact way ${key} already`, undefined, { status: 409 });
  await contactWayStore.open(
    tx,
    [{ key, kind: 'channel', name, staff, member: null, tags: tags.map((tag) => ({ name: tag, group })), skipVerify }],
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

/** Short: it comes back with everybody who scans the code, and rules name it. */
async function unusedKey(tx: Sql): Promise<string> {
  const last = await contactWayStore.lastId(tx);
  // Somebody may have called one of theirs so.
  for (let number = last + 1; ; number++)
    if (!(await contactWayStore.isTaken(tx, `way-${number}`))) return `way-${number}`;
}

/** A member's own code, made if there is none and taken into use again if it was retired. */
export async function openWayOf(run: Run, member: MemberId): Promise<StoredWay | undefined> {
  const { tx, now } = run;
  const known = await contactWayStore.ofMember(tx, member);
  if (known?.retired) await contactWayStore.revive(tx, known.id, now);
  else if (known) await contactWayStore.hurry(tx, known.id, now);
  if (!known) {
    const stored = (await memberStore.load(tx, [member])).get(member);
    await openVipWays(run, stored ? [{ id: member, name: stored.state.name }] : []);
  }
  await planContactWays(run);
  return contactWayStore.ofMember(tx, member);
}

/** False when there is none to be retired. */
export async function retireWay({ tx, context, now }: Run, id: number): Promise<boolean> {
  const way = await contactWayStore.byId(tx, id);
  if (!way || !(await contactWayStore.retire(tx, id, now))) return false;
  if (way.configId !== null) await planRetirement(tx, { id, configId: way.configId }, context, now);
  return true;
}

async function planRetirement(
  tx: Sql,
  { id, configId }: { readonly id: number; readonly configId: string },
  context: Pick<Context, 'abilities'>,
  now: number,
): Promise<void> {
  if (!context.abilities.has('retire_contact_way')) return;
  await outboxStore.enqueue(
    tx,
    [
      {
        key: retireWayKey(id, configId),
        action: { kind: 'retire_contact_way', way: id, configId },
        notBefore: now,
        priority: priorities.retireCode,
      },
    ],
    now,
  );
}

/** WeCom has it now: whoever waits for the picture gets it, once it is known; one that was retired meanwhile is taken back. */
export async function contactWayEnsured(
  tx: Sql,
  { way, version, configId: told }: ActionOf<'ensure_contact_way'>,
  { configId, qr }: { readonly configId: string; readonly qr: string | null },
  context: Pick<Context, 'abilities'>,
  now: number,
): Promise<void> {
  const { askedBy, retired, name, former } = await contactWayStore.ensured(tx, way, { configId, qr, version });
  // Two wishes that were under way at once each made one: of the two only the later is shown to anybody.
  if (former !== null && former !== configId && former !== told)
    await planRetirement(tx, { id: way, configId: former }, context, now);
  if (retired) return planRetirement(tx, { id: way, configId }, context, now);
  if (qr === null || askedBy === null) return;
  const answer = { text: `${quoted(name)}的专属码`, picture: qr };
  await answerAsker(tx, { askedBy, key: wayMadeKey(way, configId, askedBy), ...answer }, context, now);
}

/** WeCom would not make it: whoever waits for the picture is not left waiting. */
export async function contactWayRefused(
  tx: Sql,
  { way, version }: ActionOf<'ensure_contact_way'>,
  code: string,
  context: Pick<Context, 'abilities'>,
  now: number,
): Promise<void> {
  const { askedBy, name } = await contactWayStore.failed(tx, way, code, version);
  if (askedBy === null) return;
  const text = `${quoted(name)}的专属码没做成，明天会自动再试。原因见管理后台的渠道码页。`;
  await answerAsker(tx, { askedBy, key: wayRefusedKey(way, version, askedBy), text }, context, now);
}

interface AnswerToAsker {
  readonly askedBy: string;
  readonly key: ActionKey;
  readonly text: string;
  readonly picture?: string;
}

/** Whoever asked for a code hears what became of it, once. */
async function answerAsker(
  tx: Sql,
  { askedBy, key, ...answer }: AnswerToAsker,
  context: Pick<Context, 'abilities'>,
  now: number,
): Promise<void> {
  if (!context.abilities.has('notify_staff')) return;
  const action = { kind: 'notify_staff' as const, staff: [askedBy], ...answer };
  await outboxStore.enqueue(tx, [{ key, action, notBefore: now, priority: priorities.operatorNotice }], now);
}

/**
 * A wish as it stands when it goes: null where it was changed or taken back since, and what WeCom calls it by now. Of two
 * that wait, the older would make a second code.
 */
export async function currentContactWay(
  sql: Sql,
  action: ActionOf<'ensure_contact_way'>,
): Promise<ActionOf<'ensure_contact_way'> | null> {
  const way = await contactWayStore.byId(sql, action.way);
  if (!way || way.retired || way.changedAt !== action.version) return null;
  return way.configId === null ? action : { ...action, configId: way.configId };
}

/** The codes of the file, at every start. */
export async function seedContactWays(run: Run): Promise<void> {
  const { tx, context, now } = run;
  await contactWayStore.seed(tx, seededWays(context.ways), now);
  await planContactWays(run);
}

async function planContactWays(run: Run): Promise<void> {
  const { tx, now } = run;
  await outboxStore.enqueue(tx, await contactWayActions(run), now);
}
