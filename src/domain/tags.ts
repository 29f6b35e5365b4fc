/** A label that comes with a way in. */
export interface WayTag {
  readonly name: string;
  readonly group: string;
}

export interface HeldTag {
  readonly group: string;
  readonly origin: 'rule' | 'staff';
  readonly want: boolean;
}

export type StoredTag = HeldTag & { readonly confirmedAt: number | null };
