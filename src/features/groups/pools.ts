import { type ActionKey, nextGroupKey, nextGroupKeyStart, rewordedNextGroupKey } from '../../domain/action-keys.js';
import { DAY_MS } from '../../domain/day.js';
import { daysUntilFull, FORESIGHT_DAYS } from '../../domain/moves/foresight.js';
import type { StoredPoolGroup } from '../../domain/moves/group.js';
import { needOf, nextGroupName, nextGroupOf, type PoolNeed } from '../../domain/moves/pool.js';
import type { TierRules } from '../../domain/ruleset.js';
import { quoted } from '../../domain/shown-name.js';
import { type NewTask, type PoolTask, taskStore } from '../tasks/task.store.js';
import { outboxStore } from '../../outbox/outbox.store.js';
import type { Sql } from '../../platform/database/sql.js';
import type { Run } from '../run.js';
import { groupPeopleStore } from './group-people.store.js';
import { closeFormerCards, sendsTasksAsText } from '../tasks/task-cards.js';

type Need = Exclude<PoolNeed, 'none'>;

const needText: Readonly<Record<Need, (tier: string, free: number) => string>> = {
  pool_low: (tier, free) => `「${tier}」的群快满了，只剩 ${free} 个空位`,
  pool_full: (tier) => `「${tier}」的群都满了`,
  no_pool: (tier) => `还没有「${tier}」的群`,
};

/**
 * Asks staff for what only a person can do: create the next group before a pool is full, and transfer groups whose owner
 * left the corp. Closes those tasks when they are done. `groups`: those of all pools.
 */
export async function maintainPools(run: Run, groups: readonly StoredPoolGroup[]): Promise<void> {
  const { tx, context, now } = run;
  const tasks = await taskStore.poolTasks(tx);
  for (const tier of context.ruleset.tiers) {
    const pool = groups.filter((group) => group.tier === tier.key);
    const need = needOf(pool, context.pools);
    // The first group of a tier is requested when the first member is to move there, not before.
    if (need === 'no_pool') continue;
    if (need !== 'none') await askForGroup(run, tier, need, { pools: groups, tasks });
    else {
      const { open } = nextGroupTasksOf(tasks, tier);
      if (open) await taskStore.close(tx, open.id, 'done', now);
    }
  }
  await askToTransfer(tx, { groups, tasks }, now);
}

/** The open next-group task of a tier, and how many such tasks there have been. */
function nextGroupTasksOf(
  tasks: readonly PoolTask[],
  tier: TierRules,
): { readonly open: PoolTask | null; readonly count: number } {
  const own = tasks.filter(({ key }) => key.startsWith(nextGroupKeyStart(tier.key)));
  return { open: own.find(({ isOpen }) => isOpen) ?? null, count: own.length };
}

/** Whether staff have been asked for one more group of the tier and have not created it yet. */
export const isNextGroupAsked = (tasks: readonly PoolTask[], tier: TierRules): boolean =>
  nextGroupTasksOf(tasks, tier).open !== null;

/**
 * Asks a group owner to create one more group for a tier, once for each need. An open task is reworded and sent again when
 * the pool has become full, or when its assignee owns no group of the pool any more.
 */
export async function askForGroup(
  run: Run,
  tier: TierRules,
  need: Need,
  known: { readonly pools: readonly StoredPoolGroup[]; readonly tasks: readonly PoolTask[] },
): Promise<void> {
  const { tx, now } = run;
  const pool = known.pools.filter((group) => group.tier === tier.key);
  const { open, count } = nextGroupTasksOf(known.tasks, tier);
  const owners = pool.filter((group) => group.active && group.ownerState !== 1 && group.owner !== '');
  const staff =
    open && owners.some(({ owner }) => owner === open.staff)
      ? open.staff
      : (owners.at(-1)?.owner ?? pool.at(-1)?.owner ?? '');
  if (!open) {
    const fullIn = await fullInDays(run, tier, pool);
    const task = { kind: need, staff, text: taskText(tier, { need, pool, fullIn }) };
    const key = nextGroupKey(tier.key, count + 1);
    await taskStore.create(tx, [{ ...task, key, member: null, group: null, move: null, dueAt: null }], now);
    return notifyStaff(run, key, task);
  }
  const isMoreUrgent = open.kind === 'pool_low' && need !== 'pool_low';
  if (!isMoreUrgent && open.staff === staff) return;
  const kind = isMoreUrgent ? need : (open.kind as Need);
  const fullIn = await fullInDays(run, tier, pool);
  const reworded = { kind, staff, text: taskText(tier, { need: kind, pool, fullIn }) };
  const former = await taskStore.byId(tx, open.id);
  if (former) await closeFormerCards(run, [former], staff);
  await taskStore.replaceRequest(tx, open.id, reworded);
  await notifyStaff(run, rewordedNextGroupKey(tier.key, count, reworded), reworded);
}

const freeIn = (pool: readonly StoredPoolGroup[]): number =>
  pool.reduce(
    (sum, group) => sum + (group.active ? Math.max(0, group.capacity - group.members - group.promised) : 0),
    0,
  );

/** In how many days the pool is full at the pace of the last weeks; null when it does not fill. */
async function fullInDays({ tx, now }: Run, tier: TierRules, pool: readonly StoredPoolGroup[]): Promise<number | null> {
  const joins = (await groupPeopleStore.netJoins(tx, now - FORESIGHT_DAYS * DAY_MS)).get(tier.key);
  return joins ? daysUntilFull(freeIn(pool), joins.net, Math.floor((now - joins.groupsSince) / DAY_MS)) : null;
}

interface Request {
  readonly need: Need;
  readonly pool: readonly StoredPoolGroup[];
  readonly fullIn: number | null;
}

function taskText(tier: TierRules, { need, pool, fullIn }: Request): string {
  const free = freeIn(pool);
  const next = nextGroupOf(
    tier,
    pool.map(({ name }) => name),
  );
  const named = next ? `群名${quoted(nextGroupName(next))}` : `群名符合「${tier.groups.join('」或「')}」`;
  const pace = need === 'pool_low' && fullIn !== null && fullIn > 0 ? `，照最近的速度约 ${fullIn} 天后满` : '';
  return `${needText[need](tier.label.zh, free)}${pace}。请建一个新群，${named}，系统会自动接管。`;
}

/** An owner who left the corp can add or remove nobody: an admin has to transfer the group (contract §5.1, status 1). */
async function askToTransfer(
  tx: Sql,
  { groups, tasks }: { readonly groups: readonly StoredPoolGroup[]; readonly tasks: readonly PoolTask[] },
  now: number,
): Promise<void> {
  const ownerless = groups.filter((group) => group.active && group.ownerState === 1);
  await taskStore.create(
    tx,
    ownerless.map((group) => ({
      key: `owner_left:${group.id}:${group.owner}`,
      kind: 'owner_left',
      staff: '',
      member: null,
      group: group.id,
      move: null,
      dueAt: null,
      text: `${quoted(group.name)}的群主 ${group.owner} 已离职。请在管理后台把群转给在职同事，否则没有人能移出成员。`,
    })),
    now,
  );
  if (tasks.some(({ kind, isOpen }) => kind === 'owner_left' && isOpen))
    await taskStore.closeForOtherGroups(
      tx,
      'owner_left',
      ownerless.map((group) => group.id),
      now,
    );
}

async function notifyStaff(
  { tx, context, now }: Run,
  key: ActionKey,
  { staff, text }: Pick<NewTask, 'staff' | 'text'>,
): Promise<void> {
  if (staff === '' || !sendsTasksAsText(context)) return;
  await outboxStore.enqueue(tx, [{ key, action: { kind: 'notify_staff', staff: [staff], text }, notBefore: now }], now);
}
