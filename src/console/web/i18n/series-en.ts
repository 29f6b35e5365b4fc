import type { seriesZh } from './series-zh.js';

/** The texts of the page of series in English. */
export const seriesEn: Readonly<Record<keyof typeof seriesZh, string>> = {
  'nav.series': 'Series',
  'series.lead':
    'A member goes from step to step. How many came to each step, how many are there now, and how they left.',
  'series.none': 'There is no series',
  'series.noneHint': 'Write one under Rules, Series.',
  'series.edit': 'Edit series',
  'series.on': 'switched on',
  'series.off': 'switched off: nobody enters',
  'series.enter': 'Enters:',
  'series.exit': 'Leaves:',
  'series.entered': 'Entered',
  'series.inside': 'Still inside',
  'series.onlyIf': 'only for:',
  'series.reached': '{n} {n|member|members} reached it, {percent}%',
  'series.here': '{n} {n|member|members} here',
  'series.nobodyHere': 'nobody now',
  'series.elsewhere': 'At steps of earlier versions:',
  'series.members': 'Members at this step',
  'series.since': 'since',
  'series.due': 'looked at next:',
  'series.next': 'Next:',
  'series.enteredAt': 'entered',
};
