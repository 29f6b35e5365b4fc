import type { ActionOf } from '../../../domain/action.js';
import { GiveUp } from '../../../platform/errors.js';
import type { ActionResult } from '../../channel.js';
import { addGroupWelcome, editGroupWelcome } from '../client/group-welcomes.js';
import type { WecomApi } from '../client/wecom-api.js';

/** Rewrites the welcome, or makes it when there is none, or none any more. `result: {templateId}`. */
export async function ensureGroupWelcome(
  api: WecomApi,
  { content, notify, templateId }: ActionOf<'ensure_group_welcome'>,
): Promise<ActionResult> {
  if (templateId !== undefined && (await editGroupWelcome(api, templateId, content)))
    return { ref: templateId, result: { templateId } };
  const made = await addGroupWelcome(api, content, notify);
  // WeCom cannot list them, so one without an id is lost to us.
  if (made === undefined) throw new GiveUp('group_welcome_without_id');
  return { ref: made, result: { templateId: made } };
}
