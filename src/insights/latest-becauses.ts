import type { Because } from '../domain/because.js';
import type { Sql } from '../platform/database/sql.js';
import { becauseFrom } from './words/because-words.js';

/** Why a member is what they are: the latest decision about the tier, the stage and each tag. */
export interface LatestBecauses {
  readonly tier: Because | null;
  readonly stage: Because | null;
  /** By the name of the tag. */
  readonly tags: ReadonlyMap<string, Because>;
}

/** A tag that changed longer ago than so many other changes of tags is shown without its reason. */
const TAG_DECISIONS_READ = 500;

export async function latestBecauses(sql: Sql, member: number): Promise<LatestBecauses> {
  const latest = async (where: string): Promise<Because | null> => {
    const row = await sql.one<{ because: string | null }>(
      `SELECT because FROM decision WHERE member_id = $1 AND ${where} ORDER BY id DESC LIMIT 1`,
      [member],
    );
    return becauseFrom(row?.because ?? null);
  };
  const rows = await sql.all<{ because: string | null }>(
    `SELECT because FROM decision WHERE member_id = $1 AND kind = 'tag' ORDER BY id DESC LIMIT ${TAG_DECISIONS_READ}`,
    [member],
  );
  const tags = new Map<string, Because>();
  for (const { because } of rows) {
    const read = becauseFrom(because);
    const name = read?.rule.startsWith('tag:') ? read.rule.slice('tag:'.length) : undefined;
    if (read && name !== undefined && !tags.has(name)) tags.set(name, read);
  }
  return {
    // A warning is about leaving the tier, not about being in it.
    tier: await latest(`kind = 'tier' AND code IN ('first', 'up', 'down', 'locked')`),
    stage: await latest(`kind = 'stage'`),
    tags,
  };
}
