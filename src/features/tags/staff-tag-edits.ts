import type { MemberId } from '../../domain/ids.js';
import type { MemberFact } from '../../domain/member-fact.js';
import type { StoredTag } from '../../domain/tags.js';
import type { Sql } from '../../platform/database/sql.js';
import { type TagWrite, tagStore } from './tag.store.js';
import { type ManagedTags, localNames } from './tag-names.js';

/** A read that was under way while we tagged shows the tags of before; only older tags can be missed in it. */
export const TAG_READ_MARGIN_MS = 2_000;

/**
 * What staff did to tags by hand, seen by reading the contact: a tag of theirs is kept from the rules; a tag of ours
 * that they took off stays off.
 */
export async function staffTagEdits(
  tx: Sql,
  facts: readonly MemberFact[],
  tags: ReadonlyMap<MemberId, ReadonlyMap<string, StoredTag>>,
  ruled: ManagedTags,
): Promise<TagWrite[]> {
  const reads = facts.filter(({ fact }) => fact.kind === 'contact_read');
  if (reads.length === 0) return [];
  const listed = await tagStore.library(tx);
  const names = localNames(listed, ruled);
  const library = new Map(
    listed.map((tag) => [tag.tag_id, { name: names.get(tag.tag_id)!, plain: tag.name, grp: tag.grp }]),
  );
  const existing = new Set([...library.values()].map((tag) => `${tag.grp}/${tag.name}`));
  return reads.flatMap(({ fact, member }) => {
    if (fact.kind !== 'contact_read') return [];
    const held = tags.get(member) ?? new Map<string, StoredTag>();
    const seen = new Map(
      fact.data.follows.flatMap((follow) =>
        follow.tagIds.flatMap((id) => {
          const tag = library.get(id);
          if (!tag) return [];
          // Of a tag that the rules have in another group by now, the one of the old group is still the one held.
          const own = held.get(tag.plain);
          const isOwn = own?.origin === 'rule' && own.group === tag.grp;
          return [[isOwn ? tag.plain : tag.name, tag.grp] as const];
        }),
      ),
    );
    const put = [...seen]
      .filter(([name]) => !held.has(name))
      .map(([name, group]): TagWrite => ({ member, name, group, origin: 'staff', want: true, confirmed: true }));
    const taken =
      // Of a read of some pairs only, it is not known what the others show.
      fact.data.follows.length === 0 || fact.data.of !== undefined
        ? []
        : [...held]
            .filter(
              ([name, tag]) =>
                tag.want &&
                existing.has(`${tag.group}/${name}`) &&
                tag.confirmedAt !== null &&
                tag.confirmedAt < fact.data.readAt - TAG_READ_MARGIN_MS &&
                !seen.has(name),
            )
            .map(([name, tag]): TagWrite => ({
              member,
              name,
              group: tag.group,
              origin: 'staff',
              want: false,
              confirmed: true,
            }));
    const back = [...held]
      .filter(
        ([name, tag]) =>
          !tag.want &&
          tag.confirmedAt !== null &&
          tag.confirmedAt < fact.data.readAt - TAG_READ_MARGIN_MS &&
          seen.has(name),
      )
      .map(([name, tag]): TagWrite => ({
        member,
        name,
        group: tag.group,
        origin: 'staff',
        want: true,
        confirmed: true,
      }));
    return [...put, ...taken, ...back];
  });
}
