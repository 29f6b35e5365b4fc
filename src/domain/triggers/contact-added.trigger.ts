import { HOUR_MS } from '../day.js';
import type { TriggerRules } from './trigger-rules.js';

export const contactAdded: TriggerRules<'contact_added'> = {
  on: 'contact_added',
  find: (_trigger, { added, windowHours }, now) =>
    added
      .filter((fact) => now - fact.at <= windowHours * HOUR_MS)
      .map((fact) => ({
        id: String(fact.at),
        once: '',
        ground: { on: 'contact_added', at: fact.at },
        values: [],
        ...(fact.data.welcomeCode ? { welcome: { code: fact.data.welcomeCode, factAt: fact.at } } : {}),
      })),
  stillHolds: (_trigger, _ground, { subject }) => subject.member.isContact,
  gone: 'contact_lost',
};
