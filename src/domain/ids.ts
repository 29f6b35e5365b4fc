declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** Our id of one person, independent of external ids. */
export type MemberId = Branded<number, 'MemberId'>;
/** Our id of one group, whether known to WeCom, the chat account or both. */
export type GroupId = Branded<number, 'GroupId'>;
export type MoveId = Branded<number, 'MoveId'>;

export const asMemberId = (id: number): MemberId => id as MemberId;
export const asGroupId = (id: number): GroupId => id as GroupId;
export const asMoveId = (id: number): MoveId => id as MoveId;
