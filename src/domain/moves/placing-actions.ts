/** What a person may have done for members who are not in the group of their tier. */
export const placingActions = ['invite', 'remind_owner', 'remind_staff', 'ask_group', 'approve'] as const;
export type PlacingAction = (typeof placingActions)[number];
