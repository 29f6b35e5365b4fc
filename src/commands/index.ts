import { broadcastCommand } from './broadcast.command.js';
import { changeGroupCommand } from './change-group.command.js';
import { checkInCommand } from './check-in.command.js';
import type { Command, MemberCommand } from './command.js';
import { handOverCommand } from './hand-over.command.js';
import { helpCommand } from './help.command.js';
import { lookUpCommand } from './look-up.command.js';
import { memberCodeCommand } from './member-code.command.js';
import { myTierCommand } from './my-tier.command.js';
import { optInCommand, optOutCommand, optOutForCommand } from './opt-out.command.js';
import { pauseCommand, resumeCommand } from './pause.command.js';
import { lessCommand, moreCommand } from './preference.commands.js';
import { reportCommand } from './report.command.js';
import { approveCommand, doneCommand, refuseCommand, snoozeCommand, tasksCommand } from './tasks.command.js';
import { undoMoveCommand } from './undo-move.command.js';
import { waitingCommand } from './waiting.command.js';
import { whyCommand } from './why.command.js';
import { whyMeCommand } from './why-me.command.js';

/** The commands of members, in the order in which menus show them. */
export const memberCommands: readonly MemberCommand[] = [
  myTierCommand,
  whyMeCommand,
  changeGroupCommand,
  checkInCommand,
  lessCommand,
  moreCommand,
  optOutCommand,
  optInCommand,
  handOverCommand,
];

/** All commands of the bot. A new command is one more line. */
export const commands: readonly Command[] = [
  helpCommand(() => commands),
  lookUpCommand,
  whyCommand,
  reportCommand,
  memberCodeCommand,
  tasksCommand,
  doneCommand,
  snoozeCommand,
  approveCommand,
  refuseCommand,
  pauseCommand,
  resumeCommand,
  broadcastCommand,
  waitingCommand,
  optOutForCommand,
  undoMoveCommand,
  ...memberCommands,
];
