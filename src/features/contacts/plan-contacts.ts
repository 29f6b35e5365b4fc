import { readForFactKey, remarkKey } from '../../domain/action-keys.js';
import type { Context } from '../../domain/context.js';
import { dayOf, isoDay } from '../../domain/day.js';
import type { NewOutboxRow } from '../../outbox/outbox-row.js';
import { outboxStore } from '../../outbox/outbox.store.js';
import type { Sql } from '../../platform/database/sql.js';
import { cutToCodePoints } from '../../domain/cut-text.js';
import type { Evaluation } from '../../domain/evaluate.js';
import { factsOf } from '../../domain/member-fact.js';
import { priorities } from '../../domain/priorities.js';
import { READ_AFTER_MS } from '../../domain/read-lag.js';
import { contactWayStore } from '../contact-ways/contact-way.store.js';
import { contactPairStore } from '../members/contact-pair.store.js';
import type { Run } from '../run.js';
import { planTagSync, withOpenPairs, readsOfUnknownTags } from '../tags/plan-tag-sync.js';

/** WeCom cuts a remark at 20 characters (contract §4.5). */
const REMARK_LENGTH = 20;

/** Plans what every contact gets automatically: a read of their profile, a remark, and tags. */
export async function planContacts(run: Run, evaluations: readonly Evaluation[]): Promise<void> {
  const { tx, context, now } = run;
  const planned: NewOutboxRow[] = [];
  const readable = context.abilities.has('read_contact');
  const remarkSources = context.abilities.has('set_remark') ? await loadRemarkSources(tx, evaluations) : null;
  for (const evaluation of evaluations) {
    if (readable) planned.push(...readsOfContact(evaluation, now));
    if (remarkSources) planned.push(...remarksOf(evaluation, remarkSources, context, now));
  }
  planned.push(...(await readsOfUnknownTags(run, evaluations)));
  if (context.abilities.has('mark_tags')) {
    const syncs = await withOpenPairs(
      tx,
      evaluations.flatMap((evaluation) => planTagSync(evaluation, context, now)),
    );
    const again = syncs.flatMap(({ planned: { member }, isRepeat }) => (isRepeat ? [member] : []));
    const underWay = await outboxStore.membersWithOpen(tx, 'mark_tags', again);
    planned.push(...syncs.flatMap(({ planned: row, isRepeat }) => (isRepeat && underWay.has(row.member) ? [] : [row])));
  }
  await outboxStore.enqueue(tx, planned, now);
}

/**
 * A newcomer is read at once. After a change the read waits: events carry whole seconds and no id, so that two changes of a
 * contact within one second are one event to us, and a read before the second one would be the last.
 */
function readsOfContact({ facts, id }: Evaluation, now: number): NewOutboxRow[] {
  const changes = [...factsOf(facts, 'contact_added'), ...factsOf(facts, 'contact_changed')];
  return changes.flatMap(({ key, kind, member: { externalUserId } }): NewOutboxRow[] =>
    externalUserId === undefined
      ? []
      : [
          {
            key: readForFactKey(key),
            action: { kind: 'read_contact', externalUserId },
            member: id,
            notBefore: kind === 'contact_added' ? now : now + READ_AFTER_MS,
            priority: priorities.readContact,
          },
        ],
  );
}

interface RemarkSources {
  /** Both added each other. WeCom refuses a remark on a one-sided pair with 84061 until the staff add back (contract §4.9). */
  readonly isMutual: (externalUserId: string, staff: string) => boolean;
  /** The name of the contact way with this state; the state itself when no way has it. */
  readonly nameOfWay: (state: string) => string;
}

async function loadRemarkSources(tx: Sql, evaluations: readonly Evaluation[]): Promise<RemarkSources> {
  const reads = evaluations.flatMap((evaluation) => factsOf(evaluation.facts, 'contact_read'));
  const open = await contactPairStore.open(
    tx,
    reads.flatMap((fact) => fact.member.externalUserId ?? []),
  );
  const ways = await contactWayStore.byStates(
    tx,
    reads.flatMap((fact) => fact.data.follows.flatMap((follow) => follow.state ?? [])),
  );
  return {
    isMutual: (externalUserId, staff) => open.get(externalUserId)?.some((pair) => pair.staff === staff) ?? false,
    nameOfWay: (state) => ways.get(state)?.name ?? state,
  };
}

function remarksOf(
  evaluation: Evaluation,
  { isMutual, nameOfWay }: RemarkSources,
  context: Context,
  now: number,
): NewOutboxRow[] {
  return factsOf(evaluation.facts, 'contact_read').flatMap((fact) =>
    fact.data.follows.flatMap((follow): NewOutboxRow[] => {
      // Until staff write a remark, WeCom shows the nickname as the remark.
      const isWrittenByStaff = follow.remark !== undefined && follow.remark !== '' && follow.remark !== fact.data.name;
      if (isWrittenByStaff || !fact.member.externalUserId || !fact.data.name) return [];
      if (!isMutual(fact.member.externalUserId, follow.staff)) return [];
      const cameBy = follow.state ?? evaluation.stored.state.source;
      const remark = [
        fact.data.name,
        cameBy ? nameOfWay(cameBy) : null,
        follow.createdAt === undefined
          ? null
          : isoDay(dayOf(follow.createdAt, context.timeZone)).slice(2).replaceAll('-', ''),
      ]
        .filter(Boolean)
        .join('-');
      return [
        {
          key: remarkKey(fact.member.externalUserId, follow.staff, follow.createdAt),
          member: evaluation.id,
          notBefore: now,
          priority: priorities.remark,
          action: {
            kind: 'set_remark',
            staff: follow.staff,
            externalUserId: fact.member.externalUserId,
            remark: cutToCodePoints(remark, REMARK_LENGTH),
          },
        },
      ];
    }),
  );
}
