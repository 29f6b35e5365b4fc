import { kfWelcomeKey, replyKey } from '../../domain/action-keys.js';
import type { ServiceMenu } from '../../domain/action.js';
import type { Evaluation } from '../../domain/evaluate.js';
import { ofKind, type MemberFact } from '../../domain/member-fact.js';
import { priorities } from '../../domain/priorities.js';
import { WELCOME_CODE_MS } from '../../domain/welcome-code.js';
import { commandRequestStore } from '../../inbox/command-request.store.js';
import { factStore } from '../../inbox/fact.store.js';
import { messageStore } from '../../outbox/message.store.js';
import { outboxStore } from '../../outbox/outbox.store.js';
import type { Run } from '../run.js';
import { serviceWindowStore, type WindowChange } from './service-window.store.js';

/** Applies what happened in customer service: who may be written to, what was recalled, what was not delivered. */
export async function applyServiceFacts(run: Run, evaluations: readonly Evaluation[]): Promise<void> {
  const facts = evaluations.flatMap((evaluation) => evaluation.facts);
  await serviceWindowStore.apply(run.tx, facts.flatMap(windowChange));
  await hideRecalled(run, facts);
  await recordFailures(run, facts);
  await welcome(run, facts);
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

/** The words of a recalled message are deleted, and it is not answered if it was not answered yet. */
async function hideRecalled({ tx, now }: Run, facts: readonly MemberFact[]): Promise<void> {
  for (const { fact } of ofKind(facts, 'service_message_recalled')) {
    const { message } = fact.data;
    await factStore.forgetServiceWords(tx, message);
    // The request has the key of the fact without the number of the fact.
    const request = message.replace(/:0$/, '');
    await commandRequestStore.withdraw(tx, request);
    await outboxStore.cancelPlanned(tx, replyKey(request), { reason: 'kf_recalled' }, now);
  }
}

/** WeCom took a message and did not deliver it: that is a failure of its delivery. */
async function recordFailures({ tx, now }: Run, facts: readonly MemberFact[]): Promise<void> {
  for (const { fact, member } of ofKind(facts, 'service_send_failed')) {
    const row = await messageStore.sentThroughService(tx, member, fact.data.ref);
    if (row) await outboxStore.settle(tx, [row], { state: 'failed', reason: fact.data.reason }, now);
  }
}

async function welcome({ tx, context, now }: Run, facts: readonly MemberFact[]): Promise<void> {
  if (!context.abilities.has('kf_welcome')) return;
  const planned = ofKind(facts, 'entered_service').flatMap(({ fact, member }) => {
    const { account, welcomeCode } = fact.data;
    const { externalUserId } = fact.member;
    const expiresAt = fact.at + WELCOME_CODE_MS;
    if (welcomeCode === undefined || externalUserId === undefined || now >= expiresAt) return [];
    const text = `你好，这里是${context.corpName === '' ? '社群' : context.corpName}的小助手。想了解什么，点一下或直接留言：`;
    return [
      {
        key: kfWelcomeKey(fact.key),
        action: {
          kind: 'kf_welcome' as const,
          ...{ account, externalUserId, code: welcomeCode },
          message: { text, attachments: [] },
          menu: welcomeMenu,
        },
        member,
        notBefore: now,
        expiresAt,
        priority: priorities.welcome,
      },
    ];
  });
  await outboxStore.enqueue(tx, planned, now);
}

/** The ids are those of the members' commands. */
const welcomeMenu: ServiceMenu = {
  items: [
    { id: 'my_tier', label: '我的等级' },
    { id: 'change_group', label: '换群' },
    { id: 'hand_over', label: '人工' },
  ],
  tail: '不想收到消息时回复「退订」。',
};
