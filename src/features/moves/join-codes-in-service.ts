import { joinCodeInServiceKey, upgradeKey } from '../../domain/action-keys.js';
import type { Evaluation } from '../../domain/evaluate.js';
import type { GroupId } from '../../domain/ids.js';
import { ofKind } from '../../domain/member-fact.js';
import type { StoredGroup } from '../../domain/moves/group.js';
import type { Move } from '../../domain/moves/move.js';
import { closesAt, JOIN_CODE_MESSAGES, windowRefusal } from '../../domain/service/service-window.js';
import { quoted } from '../../domain/shown-name.js';
import { serviceWindowStore, type CountedWindow } from '../service/service-window.store.js';
import type { NewOutboxRow } from '../../outbox/outbox-row.js';
import { outboxStore } from '../../outbox/outbox.store.js';
import type { Run } from '../run.js';
import { taskStore } from '../tasks/task.store.js';
import { moveStore } from './move.store.js';

/** One message is left for the answer to what the member has written. */
const ANSWER_MESSAGES = 1;
/** A card that the person did not send for so long would surprise the member. */
const UPGRADE_EXPIRES_MS = 60 * 60_000;

/**
 * A member whose invitation has not arrived yet (it may wait for the tap of staff) and who writes to customer service gets the
 * join code there, once for each move; it is the move's invitation then. Who has been invited gets the code again only by
 * asking for it. While a person serves, that person gets the group's card to send.
 */
export async function sendJoinCodesInService(
  run: Run,
  evaluations: readonly Evaluation[],
  groups: ReadonlyMap<GroupId, StoredGroup>,
): Promise<void> {
  const { tx, now } = run;
  const wrote = [
    ...new Set(evaluations.flatMap(({ facts }) => ofKind(facts, 'wrote_to_service')).map(({ member }) => member)),
  ];
  if (wrote.length === 0) return;
  const moves = await moveStore.open(tx, wrote);
  const windows = await serviceWindowStore.ofMembers(tx, [...moves.keys()]);
  const awaiting = await taskStore.waitingForApproval(
    tx,
    [...moves.values()].map(({ id }) => id),
  );
  const goesHereAnyway = await outboxStore.movesInServiceOutbox(
    tx,
    [...moves.values()].map(({ id }) => id),
  );
  const rows = [...moves.values()].flatMap((move) => {
    if (awaiting.has(move.id) || goesHereAnyway.has(move.id)) return [];
    const window = windows.get(move.member)?.[0];
    const group = groups.get(move.toGroup);
    if (!window || !group || (move.state !== 'planned' && move.state !== 'invited') || move.path === 'chat') return [];
    return rowFor(run, { move, group, window });
  });
  await outboxStore.enqueue(tx, rows, now);
}

function rowFor(
  { context, now }: Run,
  { move, group, window }: { readonly move: Move; readonly group: StoredGroup; readonly window: CountedWindow },
): NewOutboxRow[] {
  const { account, externalUserId } = window;
  if (window.servedBy === 'person') {
    if (group.chatId === null || !context.abilities.has('kf_upgrade')) return [];
    const wording = `欢迎加入${quoted(group.name)}`;
    return [
      {
        key: upgradeKey(move.id),
        action: { kind: 'kf_upgrade', account, externalUserId, chatId: group.chatId, wording },
        member: move.member,
        notBefore: now,
        expiresAt: now + UPGRADE_EXPIRES_MS,
      },
    ];
  }
  if (move.state !== 'planned') return [];
  const refusal = windowRefusal(window, window.sends, JOIN_CODE_MESSAGES + ANSWER_MESSAGES, now);
  if (!group.joinQr || refusal !== null || !context.abilities.has('kf_say')) return [];
  return [
    {
      key: joinCodeInServiceKey(move.id),
      action: {
        kind: 'kf_say',
        account,
        externalUserId,
        message: {
          text: `你的等级群${quoted(group.name)}已经为你留好位置，长按识别下面的二维码就能进群。`,
          attachments: [{ kind: 'image', url: group.joinQr, title: group.name }],
        },
      },
      member: move.member,
      group: group.id,
      move: move.id,
      proactive: true,
      notBefore: now,
      expiresAt: closesAt(window),
    },
  ];
}
