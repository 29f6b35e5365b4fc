import { z } from 'zod';
import { defineTrigger } from './trigger.js';

/** A person sends the template to its whole audience at once. It never fires by itself. */
export const broadcast = defineTrigger({
  on: 'broadcast',
  settings: {},
  hint: { zh: '例如 trigger: {on: broadcast}', en: 'for example trigger: {on: broadcast}' },
  words: () => ({ zh: '有人群发时', en: 'when a person broadcasts it' }),
  /** `broadcast`: the id of the run. */
  ground: { broadcast: z.number() },
  find: () => [],
  stillHolds: () => true,
  // It never lapses by itself: only another trigger in the template ends it.
  lapsed: {
    code: 'trigger_changed',
    words: { zh: '模板改了触发条件', en: 'the template has another trigger now' },
  },
  claim: ({ broadcast: id }) => String(id),
});
