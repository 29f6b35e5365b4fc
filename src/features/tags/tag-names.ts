import type { TagRef } from '../../domain/tags.js';
import type { WayPolicy } from '../../domain/ways/contact-way.js';
import type { LibraryTag } from './library-tag.js';

/** Which group each tag of ours is in, by its name. */
export type ManagedTags = ReadonlyMap<string, string>;

/**
 * Every tag that the product manages, in order: those of the rules, then those that come with a way in, of the
 * file or made in the console.
 */
export function tagsInUse(
  rules: readonly TagRef[],
  { channels, vip }: WayPolicy,
  made: readonly TagRef[],
): readonly TagRef[] {
  const ours = [...rules, ...channels.flatMap((way) => way.tags), ...vip.tags, ...made];
  return ours.filter((tag, index) => ours.findIndex(({ name }) => name === tag.name) === index);
}

export const managedTags = (tags: readonly TagRef[]): ManagedTags =>
  new Map(tags.map(({ name, group }) => [name, group]));

export const isManaged = (ruled: ManagedTags, tag: Pick<LibraryTag, 'name' | 'grp'>): boolean =>
  ruled.get(tag.name) === tag.grp;

/**
 * Under which name members hold each tag, by its id. WeCom's names are unique in their group only. A plain name belongs to
 * the rule that names it, also while its tag is not made yet; else to one tag, always the same. The others of that name
 * are known by group and name, so that what staff do with one is never taken for the other.
 */
export function localNames(library: readonly LibraryTag[], ruled: ManagedTags): Map<string, string> {
  const owners = new Map<string, LibraryTag>();
  // A tag that was renamed in WeCom is ours for longer than the one that staff then made in its old name.
  for (const tag of [...library].sort((a, b) => Number(b.wecom_name !== null) - Number(a.wecom_name !== null))) {
    if (ruled.has(tag.name) && !isManaged(ruled, tag)) continue;
    if (!owners.has(tag.name)) owners.set(tag.name, tag);
  }
  return new Map(
    library.map((tag) => [
      tag.tag_id,
      owners.get(tag.name)?.tag_id === tag.tag_id ? tag.name : `${tag.grp}/${tag.wecom_name ?? tag.name}`,
    ]),
  );
}
