/** A stored tag of the corp's library under our name; `wecom_name` is set when staff renamed it in WeCom. */
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

/** A managed tag that was created in WeCom, or found there under its name. */
export interface CreatedTag {
  readonly id: string;
  readonly name: string;
  readonly group: string;
  readonly groupId?: string | undefined;
}
