import { replyKey } from '../../domain/action-keys.js';
import type { Evaluation } from '../../domain/evaluate.js';
import { ofKind, type MemberFact } from '../../domain/member-fact.js';
import { commandRequestStore } from '../../inbox/command-request.store.js';
import { factStore } from '../../inbox/fact.store.js';
import { outboxStore } from '../../outbox/outbox.store.js';
import { hideReply } from '../tasks/member-replies.js';
import type { Run } from '../run.js';
import { serviceWindowStore, type WindowChange } from './service-window.store.js';

/** Applies what happened in customer service: who may be written to, and what was recalled. */
export async function applyServiceFacts(run: Run, evaluations: readonly Evaluation[]): Promise<void> {
  const facts = evaluations.flatMap((evaluation) => evaluation.facts);
  await serviceWindowStore.apply(run.tx, facts.flatMap(windowChange));
  await hideRecalled(run, facts);
}

function windowChange({ fact, member }: MemberFact): WindowChange[] {
  const { externalUserId } = fact.member;
  if (externalUserId === undefined) return [];
  const { at } = fact;
  switch (fact.kind) {
    case 'wrote_to_service':
      return [{ kind: 'wrote', at, account: fact.data.account, externalUserId, member }];
    case 'service_refused':
      return [{ kind: 'refused', at, account: fact.data.account, externalUserId, member }];
    case 'service_session_changed': {
      const { account, to, servicer = null } = fact.data;
      return [{ kind: 'served', at, by: to, servicer, account, externalUserId, member }];
    }
    default:
      return [];
  }
}

/** The words of a recalled message are deleted everywhere, and it is not answered if it was not answered yet. */
async function hideRecalled({ tx, now }: Run, facts: readonly MemberFact[]): Promise<void> {
  for (const { fact } of ofKind(facts, 'service_message_recalled')) {
    const { message } = fact.data;
    await factStore.forgetServiceWords(tx, message);
    // The request has the key of the fact without the number of the fact.
    const request = message.replace(/:0$/, '');
    await commandRequestStore.withdraw(tx, request);
    await hideReply(tx, request);
    await outboxStore.cancelPlanned(tx, replyKey(request), { reason: 'kf_recalled' }, now);
  }
}
