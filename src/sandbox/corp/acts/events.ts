import { seconds } from '../../calendar.js';
import type { XmlValue } from '../../doors/callback/xml.js';
import type { Corp } from '../corp.js';

type Fields = Readonly<Record<string, XmlValue>>;

/** Sends a callback of the corp. Without an event name, the fields alone say what it is. */
export function emitEvent(corp: Corp, event: string | undefined, fields: Fields): void {
  corp.outlets.emit({ ...head(corp, 'sys'), MsgType: 'event', Event: event, ...fields });
}

/** Sends the callback for a text that a staff member wrote to the app. */
export function emitAppText(corp: Corp, userid: string, content: string): void {
  const fields = { MsgType: 'text', Content: content };
  const ids = { MsgId: corp.ids.messageId(), AgentID: corp.agentId };
  corp.outlets.emit({ ...head(corp, userid), ...fields, ...ids });
}

const head = (corp: Corp, from: string): Fields => ({
  ToUserName: corp.corpId,
  FromUserName: from,
  CreateTime: seconds(corp.now()),
});
