import { outboxStore } from '../../outbox/outbox.store.js';
import { READ_DISTRUST_MS } from '../../domain/read-lag.js';
import type { Sql } from '../../platform/database/sql.js';
import { tagStore } from './tag.store.js';

/** Whether we created tags while the library was read. Such a read does not prove that a tag was deleted. */
export async function createdTagsSince(sql: Sql, readAt: number): Promise<boolean> {
  return outboxStore.wasAttemptedSince(sql, 'ensure_tags', readAt - READ_DISTRUST_MS);
}

/** The stored tags that a read does not list, to be kept when the read does not prove that they were deleted. */
export async function unlistedTags(
  sql: Sql,
  listed: readonly { readonly id: string }[],
): Promise<{ id: string; name: string; order: number; group: string; groupId: string }[]> {
  const ids = new Set(listed.map((tag) => tag.id));
  return (await tagStore.library(sql))
    .filter((tag) => !ids.has(tag.tag_id))
    .map((tag) => ({
      id: tag.tag_id,
      name: tag.wecom_name ?? tag.name,
      order: tag.ord ?? 0,
      group: tag.grp,
      groupId: tag.group_id ?? '',
    }));
}
