import type { TagRef } from '../../domain/tags.js';
import type { WayPolicy } from '../../domain/ways/contact-way.js';
import type { LibraryTag } from './library-tag.js';

/** The group of each managed tag, by its name. */
export type ManagedTags = ReadonlyMap<string, string>;

/** Every managed tag, in order: of the rules, of contact-ways.yaml, of contact ways made in the console. */
export function tagsInUse(
  rules: readonly TagRef[],
  { channels, vip }: WayPolicy,
  ofConsoleWays: readonly TagRef[],
): readonly TagRef[] {
  const all = [...rules, ...channels.flatMap((way) => way.tags), ...vip.tags, ...ofConsoleWays];
  return all.filter((tag, index) => all.findIndex(({ name }) => name === tag.name) === index);
}

export const managedTags = (tags: readonly TagRef[]): ManagedTags =>
  new Map(tags.map(({ name, group }) => [name, group]));

export const isManaged = (managed: ManagedTags, tag: Pick<LibraryTag, 'name' | 'grp'>): boolean =>
  managed.get(tag.name) === tag.grp;

/**
 * The name under which each library tag is stored on members, by tag id. WeCom's names are unique only within a group. The
 * plain name belongs to the managed tag of that name, even before it is created; otherwise always to the same one tag. Other
 * tags of the same name are called `group/name`, so that what staff do with one is never taken for another.
 */
export function localNames(library: readonly LibraryTag[], managed: ManagedTags): Map<string, string> {
  const owners = new Map<string, LibraryTag>();
  // If staff renamed our tag and made another with its old name, the renamed one is ours.
  for (const tag of [...library].sort((a, b) => Number(b.wecom_name !== null) - Number(a.wecom_name !== null))) {
    if (managed.has(tag.name) && !isManaged(managed, tag)) continue;
    if (!owners.has(tag.name)) owners.set(tag.name, tag);
  }
  return new Map(
    library.map((tag) => [
      tag.tag_id,
      owners.get(tag.name)?.tag_id === tag.tag_id ? tag.name : `${tag.grp}/${tag.wecom_name ?? tag.name}`,
    ]),
  );
}
