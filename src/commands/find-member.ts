import type { MemberId } from '../domain/ids.js';
import { stores } from '../engine/stores.js';
import type { Sql } from '../platform/database/sql.js';

const MOST_NAMED = 6;

/** The one member an operator means; else words that help them say it better. */
export async function findMember(
  sql: Sql,
  text: string,
): Promise<{ readonly member: MemberId } | { readonly words: string }> {
  const found = await stores.identities.search(sql, text, MOST_NAMED);
  const exact = found.filter((candidate) => candidate.name === text);
  const [only] = exact.length === 1 ? exact : found;
  if (!only) return { words: `没有找到「${text}」。可以试试昵称的一部分，或完整的客户 ID。` };
  if (found.length > 1 && exact.length !== 1)
    return {
      words: `有几位都符合，请说得再具体些：${found.map((candidate) => candidate.name || `#${candidate.id}`).join('、')}`,
    };
  return { member: only.id };
}
