declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** Our own number for one person, whatever ids the outside world has for them. */
export type MemberId = Branded<number, 'MemberId'>;
/** Our own number for one group, whether WeCom, the chat account or both know it. */
export type GroupId = Branded<number, 'GroupId'>;
export type MoveId = Branded<number, 'MoveId'>;

export const asMemberId = (id: number): MemberId => id as MemberId;
export const asGroupId = (id: number): GroupId => id as GroupId;
export const asMoveId = (id: number): MoveId => id as MoveId;
