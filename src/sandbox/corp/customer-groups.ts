import { createHash } from 'node:crypto';
import type { GroupMember, CustomerGroup, GroupSnapshot, MemberChange } from './customer-group.js';
import { GroupDiary } from './group-diary.js';
import type { IdMint } from './ids.js';

export class CustomerGroups {
  private readonly byChatId = new Map<string, CustomerGroup>();
  private readonly byRoomId = new Map<string, CustomerGroup>();
  readonly diary = new GroupDiary();
  private versions = 0;

  constructor(private readonly ids: IdMint) {}

  all(): CustomerGroup[] {
    return [...this.byChatId.values()].filter((group) => !group.dismissed);
  }

  /** Dismissed ones too. */
  ever(): CustomerGroup[] {
    return [...this.byChatId.values()];
  }

  get(chatId: string): CustomerGroup | undefined {
    return this.byChatId.get(chatId);
  }

  room(roomId: string): CustomerGroup | undefined {
    return this.byRoomId.get(roomId);
  }

  named(name: string): CustomerGroup | undefined {
    return this.all().find((group) => group.name === name);
  }

  of(memberId: string): CustomerGroup[] {
    return this.all().filter((group) => group.members.has(memberId));
  }

  create(name: string, owner: string, capacity: number, at: number): CustomerGroup {
    const group: CustomerGroup = {
      chatId: this.ids.letters('wr'),
      roomId: this.ids.letters('R:', 21),
      status: 0,
      name,
      owner,
      createdAt: at,
      notice: '',
      capacity,
      dismissed: false,
      transferredAt: [],
      openGid: this.ids.letters('tG', 29),
      members: new Map(),
      version: '',
      changedAt: at,
      before: undefined,
    };
    group.members.set(owner, { id: owner, type: 1, joinedAt: at, scene: 1, invitor: owner });
    group.version = this.nextVersion(group);
    this.byChatId.set(group.chatId, group);
    this.diary.joined(group.chatId, at);
    this.byRoomId.set(group.roomId, group);
    return group;
  }

  hasRoom(group: CustomerGroup): boolean {
    return !group.dismissed && group.members.size < group.capacity;
  }

  add(group: CustomerGroup, member: GroupMember): MemberChange {
    return this.addAll(group, [member], member.joinedAt);
  }

  /** Several at once are one change. */
  addAll(group: CustomerGroup, members: readonly GroupMember[], at: number): MemberChange {
    return this.changeMembers(group, at, () => {
      for (const member of members) {
        if (!group.members.has(member.id)) this.diary.joined(group.chatId, member.joinedAt);
        group.members.set(member.id, member);
      }
    });
  }

  remove(group: CustomerGroup, memberId: string, at: number): MemberChange {
    return this.changeMembers(group, at, () => {
      if (group.members.delete(memberId)) this.diary.left(group.chatId, at);
    });
  }

  /** A new name, owner or notice: the members' version stays. */
  change(group: CustomerGroup, at: number, work: () => void): void {
    group.before = snapshotOf(group);
    work();
    group.changedAt = at;
  }

  private changeMembers(group: CustomerGroup, at: number, work: () => void): MemberChange {
    const last = group.version;
    this.change(group, at, () => {
      work();
      group.version = this.nextVersion(group);
    });
    return { last, current: group.version };
  }

  private nextVersion(group: CustomerGroup): string {
    this.versions += 1;
    return createHash('md5').update(`${group.chatId}${this.versions}`).digest('hex');
  }
}

/** What a read shows that lags `lateMs` behind. */
export const snapshotAt = (group: CustomerGroup, now: number, lateMs: number): GroupSnapshot =>
  group.before && now - group.changedAt < lateMs ? group.before : snapshotOf(group);

const snapshotOf = ({ name, owner, notice, members, version }: CustomerGroup): GroupSnapshot => ({
  name,
  owner,
  notice,
  members: [...members.values()],
  version,
});
