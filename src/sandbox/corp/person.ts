/** A customer of the corp, with all their ids. */
export interface Person {
  /** A nickname; no two people share one. */
  readonly name: string;
  readonly externalUserId: string;
  readonly unionid: string;
  readonly chatContactId: string;
  readonly phone: string;
  /** 0 unknown, 1 man, 2 woman. */
  readonly gender: number;
  readonly persona: string;
}

/** A staff member of the corp. */
export interface Staff {
  readonly userid: string;
  name: string;
  readonly chatContactId: string;
  /** May have customers: is listed by get_follow_user_list. */
  followsCustomers: boolean;
  habits: StaffHabits;
  /** Has left the company. */
  hasLeft?: boolean;
}

export interface StaffHabits {
  /** How likely a task (a mass-send to confirm, a member to remove) gets done at all. */
  readonly diligence: number;
  /** Longest wait, in simulated hours, before a task gets done. */
  readonly slownessHours: number;
  /** Share of weeks spent away, when nothing gets done until the week is over. */
  readonly awayShare: number;
  /** Writes 日报 to the app on this share of workdays. */
  readonly reportShare: number;
}
