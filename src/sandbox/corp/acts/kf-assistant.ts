import type { Corp } from '../corp.js';
import type { KfLine } from '../kf/customer-service.js';
import { stateOf, type KfSession } from '../kf/kf-session.js';
import type { Content } from '../messages.js';
import { deliver } from './deliver.js';
import { publishEvent } from './kf-news.js';

export interface AssistantMessage extends Content {
  readonly msgid: string;
  readonly via: Exclude<KfLine['via'], undefined>;
  readonly msgtype: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Why it will not arrive, when that is known at the send. */
  readonly failType: number | undefined;
}

/** The app's message on its way to the customer: it arrives, or msg_send_fail comes a little later. */
export function sayAsAssistant(corp: Corp, session: KfSession, message: AssistantMessage): void {
  const { account, person } = session;
  const { msgid, via, msgtype, body, text, attachments } = message;
  const failed = message.failType ?? failTypeFor(corp, session, text);
  const line = { at: corp.now(), msgid, openKfid: account.openKfid, customer: person.externalUserId } as const;
  corp.kf.talk.push({
    ...line,
    name: person.name,
    by: 'app',
    via,
    servicer: undefined,
    msgtype,
    text,
    body,
    ...(failed === undefined ? {} : { failed }),
  });
  if (via === 'welcome') session.welcomedAt = corp.now();
  if (via === 'send_msg' || corp.kf.manners.codesCount) session.left -= 1;
  if (via === 'send_msg' && stateOf(session, corp.now()) === 0) session.state = 1;
  if (failed === undefined) deliver(corp, person, { text, attachments, via: 'kf', from: account.openKfid, ref: msgid });
  else
    corp.timeline.after(corp.kf.manners.failAfterMs, () =>
      publishEvent(corp, session, 'msg_send_fail', { fail_msgid: msgid, fail_type: failed }),
    );
}

/** Contract §3.3: 10 the customer refuses, 13 security, 0 unknown. */
function failTypeFor(corp: Corp, session: KfSession, text: string): number | undefined {
  if (session.refuses) return 10;
  if (corp.kf.manners.forbiddenWords.some((word) => text.includes(word))) return 13;
  return corp.kf.failsAtRandom() ? 0 : undefined;
}
