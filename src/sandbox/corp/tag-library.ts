import type { IdMint } from './ids.js';

export interface Tag {
  readonly id: string;
  name: string;
  readonly createdAt: number;
  order: number;
  deleted: boolean;
  readonly byApp: boolean;
  readonly group: TagGroup;
}

export interface TagGroup {
  readonly id: string;
  name: string;
  readonly createdAt: number;
  order: number;
  deleted: boolean;
  readonly byApp: boolean;
  readonly tags: Tag[];
}

export interface NewTag {
  readonly name: string;
  readonly order: number;
}

/** The corp's tags. Names are unique within a group; a group without tags does not exist. */
export class TagLibrary {
  private readonly groupsById = new Map<string, TagGroup>();
  private readonly tagsById = new Map<string, Tag>();

  constructor(private readonly ids: IdMint) {}

  groups(): TagGroup[] {
    return [...this.groupsById.values()].filter((group) => !group.deleted);
  }

  /** Deleted ones too: a query by id shows them, marked. */
  group(id: string): TagGroup | undefined {
    return this.groupsById.get(id);
  }

  groupNamed(name: string): TagGroup | undefined {
    return this.groups().find((group) => group.name === name);
  }

  tag(id: string): Tag | undefined {
    return this.tagsById.get(id);
  }

  tagNamed(group: TagGroup, name: string): Tag | undefined {
    return group.tags.find((tag) => !tag.deleted && tag.name === name);
  }

  get size(): number {
    return this.groups().reduce((sum, group) => sum + group.tags.filter((tag) => !tag.deleted).length, 0);
  }

  addGroup(name: string, order: number, at: number, byApp: boolean): TagGroup {
    const group: TagGroup = { id: this.ids.letters('et'), name, createdAt: at, order, deleted: false, byApp, tags: [] };
    this.groupsById.set(group.id, group);
    return group;
  }

  addTag(group: TagGroup, tag: NewTag, at: number, byApp: boolean): Tag {
    const added: Tag = { id: this.ids.letters('et'), ...tag, createdAt: at, deleted: false, byApp, group };
    group.tags.push(added);
    this.tagsById.set(added.id, added);
    return added;
  }

  remove(tag: Tag): void {
    tag.deleted = true;
    if (tag.group.tags.every((other) => other.deleted)) tag.group.deleted = true;
  }

  removeGroup(group: TagGroup): void {
    group.deleted = true;
    for (const tag of group.tags) tag.deleted = true;
  }
}
