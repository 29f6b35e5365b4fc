export interface GroupMember {
  readonly id: string;
  /** 1 of the corp, 2 from outside. */
  readonly type: 1 | 2;
  readonly joinedAt: number;
  /** 1 invited, 2 by invitation link, 3 by QR. */
  readonly scene: 1 | 2 | 3;
  readonly state?: string;
  readonly invitor?: string;
}

export interface CustomerGroup {
  readonly chatId: string;
  /** 0 its owner is there, 1 has left the company, 2 is being inherited, 3 was inherited. */
  status: 0 | 1 | 2 | 3;
  /** The same group as the chat account sees it. */
  readonly roomId: string;
  name: string;
  owner: string;
  readonly createdAt: number;
  notice: string;
  readonly capacity: number;
  dismissed: boolean;
  dismissedAt?: number;
  /** When the API gave it to another owner. */
  readonly transferredAt: number[];
  /** The opengid that a mini-program opened in the group receives. */
  readonly openGid: string;
  readonly members: Map<string, GroupMember>;
  version: string;
  changedAt: number;
  /** The state before the latest change; late reads show it. */
  before: GroupSnapshot | undefined;
}

export interface GroupSnapshot {
  readonly name: string;
  readonly owner: string;
  readonly notice: string;
  readonly members: readonly GroupMember[];
  readonly version: string;
}

/** Every change of members makes a new version; `last` and `current` let a reader see whether it missed one. */
export interface MemberChange {
  readonly last: string;
  readonly current: string;
}
