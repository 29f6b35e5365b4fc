import type { FactData } from '../../domain/fact.js';
import type { MemberId } from '../../domain/ids.js';
import { ofKind, type MemberFact } from '../../domain/member-fact.js';
import type { StoredTag } from '../../domain/tags.js';
import type { Sql } from '../../platform/database/sql.js';
import { type TagWrite, tagStore } from './tag.store.js';
import { type ManagedTags, localNames } from './tag-names.js';

/**
 * A read that ran while tags were being sent may show the state before: tags confirmed since then are not compared. What a
 * read itself confirms counts from before the read, so that any later read is compared with it, however soon it comes and
 * however late both are applied.
 */
const TAG_READ_MARGIN_MS = 2_000;

type ContactRead = FactData<'contact_read'>;
type TagsByName = ReadonlyMap<string, StoredTag>;

interface TagLibrary {
  /** By tag id: the name under which members have it, the name without its group, and the group. */
  readonly byId: ReadonlyMap<string, { readonly name: string; readonly plain: string; readonly group: string }>;
  /** As `group/name`. */
  readonly existing: ReadonlySet<string>;
}

/**
 * The tags that staff added or removed by hand, as reads of contacts show them. Both are stored with origin `staff`: rules do
 * not change what staff added, and a rule's tag that staff removed is not added again.
 */
export async function staffTagEdits(
  tx: Sql,
  facts: readonly MemberFact[],
  tags: ReadonlyMap<MemberId, TagsByName>,
  managed: ManagedTags,
): Promise<TagWrite[]> {
  const reads = ofKind(facts, 'contact_read');
  if (reads.length === 0) return [];
  const library = await loadLibrary(tx, managed);
  const known = new Map<MemberId, Map<string, StoredTag>>();
  const writes = new Map<string, TagWrite>();
  for (const { fact, member } of reads.toSorted((a, b) => a.fact.data.readAt - b.fact.data.readAt)) {
    // After a stop several reads of a contact are applied at once: each is compared with what the one before it showed.
    const stored = known.get(member) ?? new Map(tags.get(member));
    known.set(member, stored);
    for (const { name, group, want } of editsIn(fact.data, stored, library)) {
      const confirmedAt = fact.data.readAt - TAG_READ_MARGIN_MS;
      const edit = { name, group, origin: 'staff', want } as const;
      stored.set(name, { ...edit, since: fact.data.readAt, confirmedAt });
      writes.set(`${member} ${name}`, { ...edit, member, confirmed: true, confirmedAt });
    }
  }
  return [...writes.values()];
}

function editsIn(read: ContactRead, stored: TagsByName, library: TagLibrary): Edit[] {
  const shown = shownTags(read, stored, library);
  return [
    ...addedTags(shown, stored),
    ...removedTags(read, shown, stored, library),
    ...restoredTags(read, shown, stored),
  ];
}

async function loadLibrary(tx: Sql, managed: ManagedTags): Promise<TagLibrary> {
  const listed = await tagStore.library(tx);
  const names = localNames(listed, managed);
  const byId = new Map(
    listed.map((tag) => [tag.tag_id, { name: names.get(tag.tag_id)!, plain: tag.name, group: tag.grp }]),
  );
  return { byId, existing: new Set([...byId.values()].map((tag) => `${tag.group}/${tag.name}`)) };
}

/** The group of each tag that the read shows on the contact, by name. */
function shownTags(read: ContactRead, stored: TagsByName, library: TagLibrary): ReadonlyMap<string, string> {
  const shown = read.follows.flatMap(({ tagIds }) => tagIds).flatMap((id) => library.byId.get(id) ?? []);
  return new Map(
    shown.map(({ name, plain, group }) => {
      // When the rules moved a tag to another group, the tag of the old group is still the one that is stored.
      const own = stored.get(plain);
      const isOwn = own?.origin === 'rule' && own.group === group;
      return [isOwn ? plain : name, group] as const;
    }),
  );
}

type Edit = Pick<TagWrite, 'name' | 'group' | 'want'>;

const addedTags = (shown: ReadonlyMap<string, string>, stored: TagsByName): Edit[] =>
  [...shown].filter(([name]) => !stored.has(name)).map(([name, group]) => ({ name, group, want: true }));

function removedTags(
  read: ContactRead,
  shown: ReadonlyMap<string, string>,
  stored: TagsByName,
  { existing }: TagLibrary,
): Edit[] {
  // A read of some of the contact's pairs does not show the tags on the others.
  if (read.follows.length === 0 || read.of !== undefined) return [];
  return [...stored]
    .filter(([name, tag]) => tag.want && existing.has(`${tag.group}/${name}`) && isOlderThan(read, tag))
    .filter(([name]) => !shown.has(name))
    .map(([name, { group }]) => ({ name, group, want: false }));
}

const restoredTags = (read: ContactRead, shown: ReadonlyMap<string, string>, stored: TagsByName): Edit[] =>
  [...stored]
    .filter(([name, tag]) => !tag.want && isOlderThan(read, tag) && shown.has(name))
    .map(([name, { group }]) => ({ name, group, want: true }));

const isOlderThan = (read: ContactRead, { confirmedAt }: StoredTag): boolean =>
  confirmedAt !== null && confirmedAt < read.readAt - TAG_READ_MARGIN_MS;
