/**
 * SQL condition for decisions that promoted or demoted a member. Only the stored title tells them from warnings and
 * recoveries (`domain/decision-record.ts`), so only this function reads it there.
 */
export const tierDirection = (direction: 'up' | 'down', table?: string): string => {
  const of = table === undefined ? '' : `${table}.`;
  return `${of}kind = 'tier' AND ${of}title LIKE '%"en":"Tier ${direction === 'up' ? 'up to' : 'down to'}%'`;
};

/** SQL condition for decisions with which a member entered a stage. */
export const entersStage = (stage: string): string => `kind = 'stage' AND because LIKE '{"rule":"stage:${stage}"%'`;
