/** A tag with its group. */
export interface TagRef {
  readonly name: string;
  readonly group: string;
}

export interface MemberTag {
  readonly group: string;
  readonly origin: 'rule' | 'staff';
  readonly want: boolean;
  /** Epoch ms of the last change of the tag. Left out: long ago. */
  readonly since?: number;
}

export type StoredTag = MemberTag & { readonly confirmedAt: number | null };
