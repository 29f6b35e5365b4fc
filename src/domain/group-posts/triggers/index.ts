import { z } from 'zod';
import type { Day } from '../../day.js';
import type { LocalizedText } from '../../localized-text.js';
import type { GroupFigures } from '../group-figures.js';
import type { GroupOccasion, GroupTriggerDefinition } from '../group-trigger.js';
import { groupBirthday } from './group-birthday.trigger.js';
import { groupCheckedIn } from './group-checked-in.trigger.js';
import { groupSilent } from './group-silent.trigger.js';
import { groupSpokenShare } from './group-spoken-share.trigger.js';

/** All triggers of groups. To add one, add a line here and in the schema. */
export const groupTriggers = [groupSilent, groupSpokenShare, groupCheckedIn, groupBirthday] as const;

export const groupTriggerSchema = z.discriminatedUnion('on', [
  groupSilent.schema,
  groupSpokenShare.schema,
  groupCheckedIn.schema,
  groupBirthday.schema,
]);

export type GroupTrigger = z.output<typeof groupTriggerSchema>;

type AnyGroupTrigger = GroupTriggerDefinition<GroupTrigger['on'], z.ZodRawShape, GroupTrigger>;

// The cast is needed because the compiler cannot tell which definition a trigger's name selects.
const byName = new Map(groupTriggers.map((trigger) => [trigger.on, trigger as unknown as AnyGroupTrigger]));

const definitionOf = ({ on }: GroupTrigger): AnyGroupTrigger => byName.get(on)!;

export const groupTriggerWords = (trigger: GroupTrigger): LocalizedText => definitionOf(trigger).words(trigger);

export const findGroupOccasion = (trigger: GroupTrigger, group: GroupFigures, today: Day): GroupOccasion | null =>
  definitionOf(trigger).find(trigger, group, today);

export const lasts = (trigger: GroupTrigger): boolean => definitionOf(trigger).lasts;

export const watchesCheckIns = (trigger: GroupTrigger): boolean => definitionOf(trigger).watches === 'check_ins';

export const watchesTalk = (trigger: GroupTrigger): boolean => definitionOf(trigger).watches === 'talk';

export const lapsedCode = (trigger: GroupTrigger): string => definitionOf(trigger).lapsed.code;

/** Labels of the codes with which a text was not said because its occasion was over. */
export const groupLapsedLabels: ReadonlyMap<string, LocalizedText> = new Map(
  groupTriggers.map(({ lapsed: { code, words } }) => [code, words]),
);
