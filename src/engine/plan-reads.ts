import { READ_AFTER_MS } from '../domain/read-lag.js';
import { readForFactKey, readOneForFactKey, readTagsKey } from '../domain/action-keys.js';
import { priorities } from '../domain/priorities.js';
import { factsOf } from '../domain/member-fact.js';
import { isOfficialChatId } from '../domain/moves/group.js';
import { groupStore } from '../features/groups/group.store.js';
import { contactPairStore } from '../features/members/contact-pair.store.js';
import { identityStore } from '../features/members/identity.store.js';
import type { Run } from '../features/run.js';
import type { NewOutboxRow } from '../outbox/outbox-row.js';
import type { Sql } from '../platform/database/sql.js';
import { type AppliedFacts } from './apply-facts.js';

const TAG_BURST_MS = 5_000;
/** `JoinScene` of a join by QR code (contract §3.2). */
const JOINED_BY_QR = 3;

/** Plans a read of each group, contact or tag library that changed in a way that its events do not fully tell. */
export async function planReads(run: Run, applied: AppliedFacts): Promise<NewOutboxRow[]> {
  const { tx, context, now } = run;
  const planned: NewOutboxRow[] = context.abilities.has('read_group')
    ? await readsOfChangedGroups(tx, applied, now)
    : [];
  for (const fact of applied.corpFacts) {
    if (fact.kind === 'tag_library_changed' && context.abilities.has('read_tags')) {
      // A new tag group with its tags comes as many events within one second (contract §3.3). One read follows the last.
      const burst = Math.floor(now / TAG_BURST_MS);
      planned.push({
        key: readTagsKey('burst', burst),
        action: { kind: 'read_tags' },
        notBefore: (burst + 1) * TAG_BURST_MS,
        priority: priorities.readCorp,
      });
    }
    if (fact.kind === 'staff_changed' && fact.data.change === 'left')
      planned.push(...(await readsAfterStaffLeft(run, fact.data.staff, fact.key)));
  }
  return planned;
}

/** One read of each group whose events do not tell the whole change. Where they do, only its version is stored. */
async function readsOfChangedGroups(tx: Sql, applied: AppliedFacts, now: number): Promise<NewOutboxRow[]> {
  const changes = applied.corpFacts.flatMap((fact) =>
    fact.kind === 'group_changed' && isOfficialChatId(fact.data.chatId) ? [fact] : [],
  );
  if (changes.length === 0) return [];
  const chats = changes.map(({ data }) => data.chatId);
  const groups = await groupStore.resolve(tx, chats, now);
  const joins = factsOf(applied.facts, 'joined_group');
  // An event contains neither the names of newcomers nor the code by which they came (contract §3.2, §5.1).
  const withUnknownJoins = new Set(
    joins.flatMap(({ id, data }) =>
      isNameless(applied, id) || (data.scene === JOINED_BY_QR && data.state === undefined) ? [data.chatId] : [],
    ),
  );
  const versions = new Map<string, string | null>();
  const reads = new Map<string, NewOutboxRow>();
  for (const { key, data } of changes) {
    const group = groups.get(data.chatId)!;
    const knownVersion = versions.get(data.chatId) ?? group.version;
    // The event continues the version that we know: its joins and leaves are all that changed, and have their own facts.
    const isWholeChange =
      data.version !== undefined &&
      data.lastVersion !== undefined &&
      data.lastVersion === knownVersion &&
      data.complete &&
      (data.detail === 'add_member' || data.detail === 'del_member');
    if (isWholeChange && !withUnknownJoins.has(data.chatId)) versions.set(data.chatId, data.version!);
    else
      reads.set(data.chatId, {
        key: readForFactKey(key),
        action: { kind: 'read_group', chatId: data.chatId },
        group: group.id,
        notBefore: now + READ_AFTER_MS,
        priority: priorities.readCorp,
      });
  }
  for (const [chatId, version] of versions) await groupStore.updateVersion(tx, groups.get(chatId)!.id, version);
  return [...reads.values()];
}

/** Reads of the customers and groups of staff who left: WeCom hands them on to a colleague, or to nobody. */
async function readsAfterStaffLeft({ tx, context, now }: Run, staff: string, factKey: string): Promise<NewOutboxRow[]> {
  const customers = context.abilities.has('read_contact') ? await contactPairStore.customersOf(tx, staff) : [];
  const members = await identityStore.find(
    tx,
    customers.map((value) => ({ kind: 'external_userid' as const, value })),
  );
  const groups = context.abilities.has('read_group')
    ? (await groupStore.all(tx)).filter((group) => group.owner === staff && group.status === 'active')
    : [];
  return [
    ...customers.map((externalUserId) => ({
      key: readOneForFactKey(factKey, externalUserId),
      action: { kind: 'read_contact' as const, externalUserId },
      member: members.get(`external_userid:${externalUserId}`),
      notBefore: now + READ_AFTER_MS,
      priority: priorities.readCorp,
    })),
    ...groups.flatMap((group) =>
      group.chatId === null
        ? []
        : [
            {
              key: readOneForFactKey(factKey, group.chatId),
              action: { kind: 'read_group' as const, chatId: group.chatId },
              group: group.id,
              notBefore: now + READ_AFTER_MS,
              priority: priorities.readCorp,
            },
          ],
    ),
  ];
}

function isNameless(applied: AppliedFacts, factId: number): boolean {
  const member = applied.facts.find(({ fact }) => fact.id === factId)?.member;
  return member !== undefined && applied.members.get(member)?.state.name === '';
}
