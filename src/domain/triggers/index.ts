import type { z } from 'zod';
import { becomes, segment, tag } from './becomes.trigger.js';
import { broadcast } from './broadcast.trigger.js';
import { anniversary, birthday, festival, specialDay } from './calendar.trigger.js';
import { contactAdded } from './contact-added.trigger.js';
import { daysSince } from './days-since.trigger.js';
import { did } from './did.trigger.js';
import { dropped } from './dropped.trigger.js';
import { enteredService } from './entered-service.trigger.js';
import { moveInvited, moveReminder } from './move.trigger.js';
import { oneStep } from './one-step.trigger.js';
import { phase } from './phase.trigger.js';
import { rank } from './rank.trigger.js';
import { reached } from './reached.trigger.js';
import { series } from './series.trigger.js';
import { share } from './share.trigger.js';
import { silent } from './silent.trigger.js';
import { stage } from './stage.trigger.js';
import { tierGrace } from './tier-grace.trigger.js';
import { tierUp } from './tier-up.trigger.js';

/** All triggers. To add one, add a line. */
export const triggers = [
  contactAdded,
  enteredService,
  daysSince,
  reached,
  dropped,
  becomes,
  segment,
  tag,
  did,
  rank,
  share,
  birthday,
  anniversary,
  festival,
  specialDay,
  phase,
  tierUp,
  oneStep,
  stage,
  silent,
  series,
  moveInvited,
  moveReminder,
  tierGrace,
  broadcast,
] as const;

/** A trigger with its settings, as in the front matter. */
export type Trigger = z.output<(typeof triggers)[number]['schema']>;
/** The reason for which a message was planned. */
export type Ground = z.output<(typeof triggers)[number]['groundSchema']>;
