import type { Action } from '../../domain/action.js';
import type { Context } from '../../domain/context.js';
import type { GroupFigures } from '../../domain/group-posts/group-figures.js';
import { noGroupPosts, type GroupPostPolicy } from '../../domain/group-posts/group-text.js';

export const postPolicyOf = ({ ruleset }: Pick<Context, 'ruleset'>): GroupPostPolicy =>
  ruleset.groupPosts ?? noGroupPosts;

/** What posts in a group: its owner by a mass-send, or the chat account; null when neither can. */
export function postChannel(
  group: GroupFigures,
  context: Pick<Context, 'abilities' | 'ruleset'>,
): 'owner' | 'chat' | null {
  const { abilities } = context;
  const canOwner = group.chatId !== null && group.owner !== '' && abilities.has('mass_send');
  const canChat = group.roomId !== null && abilities.has('group_say');
  if (postPolicyOf(context).sendBy === 'chat' && canChat) return 'chat';
  return canOwner ? 'owner' : null;
}

/** The post as the channel performs it. */
export function postAction(group: GroupFigures, channel: 'owner' | 'chat', text: string): Action {
  if (channel === 'chat') return { kind: 'group_say', chatId: group.roomId!, text };
  return {
    ...{ kind: 'mass_send', sender: group.owner, externalUserIds: [], chatIds: [group.chatId!] },
    message: { text, attachments: [] },
  };
}

/** A row that only records that a post was not said, and why. */
export const noPost: Action = {
  kind: 'mass_send',
  sender: '',
  externalUserIds: [],
  chatIds: [],
  message: { text: '', attachments: [] },
};
