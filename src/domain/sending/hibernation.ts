import type { Campaign } from '../messages/index.js';
import type { MetricValues } from '../metrics/index.js';
import { definitionOf } from '../triggers/read-triggers.js';

/** Templates of the calendar: they inform a member and ask nobody to come back. */
const routineKinds: ReadonlySet<Campaign['kind']> = new Set(['milestone', 'level']);

/** Whether a message is routine: it answers nothing that the member did, and does not try to win anybody back. */
const isRoutine = ({ kind, caps, trigger }: Pick<Campaign, 'kind' | 'caps' | 'trigger'>): boolean =>
  routineKinds.has(kind) && caps !== 'service' && definitionOf(trigger).reactsToActivity !== true;

/**
 * Whether a message is left out because the member hibernates: nobody has seen them for so long that they count as lost. Only
 * reactivation, care (festivals, birthdays) and what answers the member still goes to them.
 */
export const isLeftOutInHibernation = (
  campaign: Pick<Campaign, 'kind' | 'caps' | 'trigger'>,
  values: MetricValues,
): boolean => values['stage'] === 'lost' && isRoutine(campaign);
