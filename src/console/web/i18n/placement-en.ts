import type { placementZh } from './placement-zh.js';

/** The texts for placing members in groups, and for taking a move back, in English. */
export const placementEn: Readonly<Record<keyof typeof placementZh, string>> = {
  'undo.action': 'Take this move back',
  'undo.title': 'Take back the move of {name}?',
  'undo.stop': 'The invitation is called off, and they stay in their group.',
  'undo.stopBoth': 'They were in both groups before: the owner is not asked to remove them any more.',
  'undo.leaveNew': 'They are in both groups: the owner of “{to}” is asked to remove them, and they stay in “{from}”.',
  'undo.inviteBack':
    'They have left “{from}”: they are invited back, and once they are there, the owner is asked to remove them from “{to}”.',
  'undo.rest': 'For a while they are not moved to a group of this tier again.',
  'undo.reason': 'Why it is taken back',
  'undo.reasonHint': 'For example: the wrong person; they want to stay',
  'undo.done.stop': 'Taken back. The move has ended.',
  'undo.done.leave_new': 'Taken back. The owner is asked to remove them from the new group.',
  'undo.done.invite_back': 'Taken back. They are invited to their old group.',
  'undo.already': 'This move was taken back before.',
  'undo.was': '{by} took this move back: {reason}',
  'undo.takesBack': 'Takes the last move back',
  'audit.subject.moves': 'Moves',
  'fault.no_such_move': 'There is no such move.',
  'fault.nothing_to_undo': 'The move did not happen, so there is nothing to take back.',
  'fault.newer_move': 'This member has moved again since. Take back the latest move.',
  'fault.not_in_new_group': 'The member is not in the new group any more, so there is nothing to take back.',
  'fault.came_from_no_group': 'The member came from no tier group, so there is none to go back to.',
  'fault.no_way_back': 'The groups of the old tier are full, or there is no way to invite this member.',
  'fault.member_opted_out': 'The member opted out and cannot be invited.',
};
