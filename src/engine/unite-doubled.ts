import { problemOf, setAsideStore } from '../set-aside/set-aside.store.js';
import type { Context } from '../domain/context.js';
import type { MemberId } from '../domain/ids.js';
import { type Identity, identityStore } from '../features/members/identity.store.js';
import { memberStore } from '../features/members/member.store.js';
import type { Sql } from '../platform/database/sql.js';
import { RetryLater } from '../platform/errors.js';
import type { Logger } from '../platform/logger/logger.js';
import { unite } from './apply-facts.js';

export interface Recounting {
  readonly write: <T>(work: (tx: Sql) => Promise<T>) => Promise<T>;
  readonly context: Context;
  readonly now: number;
  readonly logger: Logger;
}

/** Names that mean one person, and how they are stored once they do. */
interface Doubled {
  readonly names: readonly Identity[];
  readonly mend: (tx: Sql, member: MemberId) => Promise<void>;
}

/**
 * One person was several members: as often as their phone number was spelled differently, or under a unionid that was
 * taken for an id of a chat account. Each person is united in a transaction of their own; who cannot be is set aside.
 * Answers those, by the oldest of their members.
 */
export async function uniteDoubled(recounting: Recounting): Promise<ReadonlySet<MemberId>> {
  const failed = new Set<MemberId>();
  for (const doubled of await recounting.write(doubledIn)) {
    const kept = await uniteOne(recounting, doubled);
    if (kept !== null) failed.add(kept);
  }
  return failed;
}

async function doubledIn(sql: Sql): Promise<Doubled[]> {
  const phones = await identityStore.misspelledPhones(sql);
  const unionids = await identityStore.unionidsTakenForChats(sql);
  return [
    ...phones.map((values): Doubled => ({
      names: values.map((value) => ({ kind: 'phone', value })),
      mend: (tx, member) => identityStore.respellPhones(tx, values, member),
    })),
    ...unionids.map((value): Doubled => ({
      names: [
        { kind: 'unionid', value },
        { kind: 'chat', value },
      ],
      mend: (tx) => identityStore.unlinkChats(tx, [value]),
    })),
  ];
}

/** Answers the member whose records could not be united, or null. */
async function uniteOne(
  { write, context, now, logger }: Recounting,
  { names, mend }: Doubled,
): Promise<MemberId | null> {
  const membersOf = async (sql: Sql): Promise<MemberId[]> =>
    [...new Set((await identityStore.find(sql, names)).values())].sort((a, b) => a - b);
  try {
    await write(async (tx) => {
      const [oldest, ...others] = await membersOf(tx);
      if (oldest === undefined) return;
      const members = await memberStore.load(tx, [oldest, ...others]);
      const merged = new Map(others.map((other) => [other, oldest]));
      const tierOrder = context.ruleset.tiers.map((tier) => tier.key);
      const united = await unite(tx, merged, members, now, tierOrder);
      await memberStore.keep(
        tx,
        united.flatMap((id) => members.get(id) ?? []),
        now,
      );
      await mend(tx, oldest);
    });
    return null;
  } catch (cause) {
    if (cause instanceof RetryLater) throw cause;
    return write(async (tx) => {
      const [oldest] = await membersOf(tx);
      if (oldest === undefined) return null;
      logger.error({ err: cause, memberId: oldest }, 'records of one person could not be united and were left apart');
      await setAsideStore.add(tx, [{ source: 'recount', row: oldest, problem: problemOf(cause) }], now);
      return oldest;
    });
  }
}
