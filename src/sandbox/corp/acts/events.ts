import { seconds } from '../../calendar.js';
import type { XmlValue } from '../../doors/callback/xml.js';
import type { Corp } from '../corp.js';

type Fields = Readonly<Record<string, XmlValue>>;

/** An event of the corp itself; without a name whatever the fields make of it. */
export function tellEvent(corp: Corp, event: string | undefined, fields: Fields): void {
  corp.outlets.tell({ ...head(corp, 'sys'), MsgType: 'event', Event: event, ...fields });
}

/** What a staff member wrote to the app. */
export function tellAppText(corp: Corp, userid: string, content: string): void {
  const fields = { MsgType: 'text', Content: content };
  const ids = { MsgId: corp.ids.messageId(), AgentID: corp.agentId };
  corp.outlets.tell({ ...head(corp, userid), ...fields, ...ids });
}

const head = (corp: Corp, from: string): Fields => ({
  ToUserName: corp.corpId,
  FromUserName: from,
  CreateTime: seconds(corp.now()),
});
