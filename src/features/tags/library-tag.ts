/** A tag of the corp's library, as we call it; `wecom_name` where staff have renamed it since. */
export interface LibraryTag {
  readonly tag_id: string;
  readonly name: string;
  readonly grp: string;
  readonly group_id: string | null;
  readonly wecom_name: string | null;
  /** The larger comes first in its group (contract §4.6). */
  readonly ord: number | null;
}

/** A tag as a full read of the library lists it, in WeCom's own names. */
export interface ListedTag {
  readonly id: string;
  readonly name: string;
  readonly order: number;
  readonly group: string;
  readonly groupId: string;
}

/** A tag that was made or found in the name of a rule. */
export interface CreatedTag {
  readonly id: string;
  readonly name: string;
  readonly group: string;
  readonly groupId?: string | undefined;
}
