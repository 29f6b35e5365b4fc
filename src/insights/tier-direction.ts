/**
 * Which decisions were a step up or down. The record says so in its title only (engine/decisions-of.ts), so this is
 * the one place that reads it there; a warning or a recovery is a tier decision, too, and no step.
 */
export const tierDirection = (direction: 'up' | 'down', table?: string): string => {
  const of = table === undefined ? '' : `${table}.`;
  return `${of}kind = 'tier' AND ${of}title LIKE '%"en":"Tier ${direction === 'up' ? 'up to' : 'down to'}%'`;
};

/** Decisions by which somebody entered a stage. */
export const entersStage = (stage: string): string => `kind = 'stage' AND because LIKE '{"rule":"stage:${stage}"%'`;
