/** SQL condition for decisions that promoted or demoted a member; not for warnings and recoveries. */
export const tierDirection = (direction: 'up' | 'down', table?: string): string => {
  const of = table === undefined ? '' : `${table}.`;
  return `${of}kind = 'tier' AND ${of}code = '${direction}'`;
};

/** SQL condition for decisions with which a member entered a stage. */
export const entersStage = (stage: string): string => `kind = 'stage' AND because LIKE '{"rule":"stage:${stage}"%'`;
