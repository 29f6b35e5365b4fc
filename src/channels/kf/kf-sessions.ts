import { z } from 'zod';
import type { ActionOf } from '../../domain/action.js';
import type { FactOf } from '../../domain/fact.js';
import type { Clock } from '../../platform/clock.js';
import { GiveUp, RetryLater } from '../../platform/errors.js';
import type { ActionResult } from '../channel.js';
import type { WecomApp } from '../wecom-app.js';
import type { KfSender } from './kf-sender.js';

interface Chat {
  readonly account: string;
  readonly externalUserId: string;
}

/** States of a session (kf contract §6). */
const QUEUE = 2;
const PERSON = 3;
/** The transition is not allowed from the present state. */
const NOT_FROM_HERE = 95016;

const number = z.union([z.number(), z.string().transform(Number)]).catch(-1);
/** WeCom names the servicer in state 3 only (kf contract §6): otherwise the field is absent or empty. */
const servicerId = z.string().min(1).max(64).optional().catch(undefined);
const state = z.object({ service_state: number, servicer_userid: servicerId });
const servicers = z.object({ servicer_list: z.array(z.unknown()).catch([]) });

export interface KfSessionsDeps {
  readonly app: WecomApp;
  readonly sender: KfSender;
  readonly clock: Clock;
}

/** Who serves a customer: reads it, and hands the customer over to people. */
export class KfSessions {
  constructor(private readonly deps: KfSessionsDeps) {}

  /** Who serves now, as a fact; null while it is the bot, or when the session has ended. */
  async servedByPeople(chat: Chat): Promise<FactOf<'service_session_changed'> | null> {
    const { service_state, servicer_userid } = await this.deps.app.call({
      endpoint: 'kf/service_state/get',
      body: bodyOf(chat),
      answer: state,
    });
    if (service_state !== QUEUE && service_state !== PERSON) return null;
    return this.changed(chat, service_state, servicer_userid);
  }

  async handOver(action: ActionOf<'kf_hand_over'>, key: string): Promise<ActionResult> {
    const { app } = this.deps;
    const { servicer_list } = await app.call({
      endpoint: 'kf/servicer/list',
      query: { open_kfid: action.account },
      answer: servicers,
    });
    if (servicer_list.length === 0) throw new GiveUp('kf_no_servicer');
    const outcome = await app.tryCall(
      {
        endpoint: 'kf/service_state/trans',
        body: { ...bodyOf(action), service_state: QUEUE },
        answer: z.object({ msg_code: z.string().optional().catch(undefined) }),
      },
      [NOT_FROM_HERE],
    );
    if (!outcome.ok) {
      // People serve already: an earlier attempt got through, or a person was quicker.
      const served = await this.servedByPeople(action);
      if (served === null) throw new GiveUp('kf_change_not_allowed');
      return { facts: [served] };
    }
    const { msg_code: code } = outcome.data;
    if (code && action.text) await this.sayLastLine({ code, text: action.text }, key);
    return { facts: [this.changed(action, QUEUE)] };
  }

  /** The chat is handed over already, so a line that WeCom refuses or does not answer to is no failure. */
  private async sayLastLine(line: { readonly code: string; readonly text: string }, key: string): Promise<void> {
    try {
      await this.deps.sender.sayByCode(line.code, line.text, key);
    } catch (cause) {
      if (!(cause instanceof GiveUp) && !(cause instanceof RetryLater)) throw cause;
    }
  }

  /** Calls of ours cause no event (kf contract §0.1), so the fact is made here. */
  private changed({ account, externalUserId }: Chat, to: number, servicer?: string): FactOf<'service_session_changed'> {
    const at = this.deps.clock.now();
    return {
      key: `kf:session:${account}:${externalUserId}:${at}:${to}`,
      kind: 'service_session_changed',
      at,
      member: { externalUserId },
      data: { account, to: to === QUEUE ? 'queue' : 'person', ...(servicer === undefined ? {} : { servicer }) },
    };
  }
}

const bodyOf = ({ account, externalUserId }: Chat) => ({ open_kfid: account, external_userid: externalUserId });
