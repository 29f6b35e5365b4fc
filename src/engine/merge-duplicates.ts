import { problemOf, setAsideStore } from '../set-aside/set-aside.store.js';
import type { Context } from '../domain/context.js';
import type { MemberId } from '../domain/ids.js';
import { type Identity, identityStore } from '../features/members/identity.store.js';
import { memberStore } from '../features/members/member.store.js';
import type { Sql } from '../platform/database/sql.js';
import { RetryLater } from '../platform/errors.js';
import type { Logger } from '../platform/logger/logger.js';
import { mergeRecords } from './apply-facts.js';

/** What a recount works with. `write` runs one transaction. */
export interface RecountDeps {
  readonly write: <T>(work: (tx: Sql) => Promise<T>) => Promise<T>;
  readonly context: Context;
  readonly now: number;
  readonly logger: Logger;
}

/** Identities that belong to one person, and how to correct how they are stored. */
interface Duplicate {
  readonly identities: readonly Identity[];
  readonly correct: (tx: Sql, member: MemberId) => Promise<void>;
}

/**
 * Merges members who are one person: earlier versions stored one member for each spelling of a phone number, and took a
 * unionid for the id of a chat account. Each person has a transaction of their own. Those who cannot be merged are set
 * aside. Answers them, each by the oldest of their records.
 */
export async function mergeDuplicates(deps: RecountDeps): Promise<ReadonlySet<MemberId>> {
  const failed = new Set<MemberId>();
  for (const duplicate of await deps.write(findDuplicates)) {
    const notMerged = await mergeDuplicate(deps, duplicate);
    if (notMerged !== null) failed.add(notMerged);
  }
  return failed;
}

async function findDuplicates(sql: Sql): Promise<Duplicate[]> {
  const phones = await identityStore.unnormalizedPhones(sql);
  const unionids = await identityStore.unionidsStoredAsChatIds(sql);
  return [
    ...phones.map((values): Duplicate => ({
      identities: values.map((value) => ({ kind: 'phone', value })),
      correct: (tx, member) => identityStore.normalizePhones(tx, values, member),
    })),
    ...unionids.map((value): Duplicate => ({
      identities: [
        { kind: 'unionid', value },
        { kind: 'chat', value },
      ],
      correct: (tx) => identityStore.unlinkChats(tx, [value]),
    })),
  ];
}

/** Answers the oldest of the records when they could not be merged, otherwise null. */
async function mergeDuplicate(
  { write, context, now, logger }: RecountDeps,
  { identities, correct }: Duplicate,
): Promise<MemberId | null> {
  const findRecords = async (sql: Sql): Promise<MemberId[]> =>
    [...new Set((await identityStore.find(sql, identities)).values())].sort((a, b) => a - b);
  try {
    await write(async (tx) => {
      const [oldest, ...others] = await findRecords(tx);
      if (oldest === undefined) return;
      const members = await memberStore.load(tx, [oldest, ...others]);
      const keptBy = new Map(others.map((other) => [other, oldest]));
      const tierOrder = context.ruleset.tiers.map((tier) => tier.key);
      const merged = await mergeRecords(tx, keptBy, members, { now, tierOrder });
      await memberStore.saveWithLoadedFigures(
        tx,
        merged.flatMap((id) => members.get(id) ?? []),
        now,
      );
      await correct(tx, oldest);
    });
    return null;
  } catch (cause) {
    if (cause instanceof RetryLater) throw cause;
    return write(async (tx) => {
      const [oldest] = await findRecords(tx);
      if (oldest === undefined) return null;
      logger.error({ err: cause, memberId: oldest }, 'the records of one person could not be merged and stay separate');
      await setAsideStore.add(tx, [{ source: 'recount', row: oldest, problem: problemOf(cause) }], now);
      return oldest;
    });
  }
}
