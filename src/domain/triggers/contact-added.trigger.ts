import { z } from 'zod';
import { HOUR_MS } from '../day.js';
import { defineTrigger } from './trigger.js';

/** The member became a contact. */
export const contactAdded = defineTrigger({
  on: 'contact_added',
  settings: {},
  hint: { zh: '例如 trigger: {on: contact_added}', en: 'for example trigger: {on: contact_added}' },
  words: () => ({ zh: '加为好友时', en: 'becomes a contact' }),
  ground: { at: z.number() },
  find: (_trigger, { added }, now, windowHours) =>
    added
      .filter((fact) => now - fact.at <= windowHours * HOUR_MS)
      .map((fact) => ({
        id: String(fact.at),
        once: '',
        ground: { at: fact.at },
        values: [],
        ...(fact.data.welcomeCode ? { welcome: { code: fact.data.welcomeCode, factAt: fact.at } } : {}),
      })),
  stillHolds: (_trigger, _ground, { subject }) => subject.member.isContact,
  lapsed: { code: 'contact_lost', words: { zh: '已不是好友', en: 'no longer a contact' } },
  goesOneByOne: true,
});
