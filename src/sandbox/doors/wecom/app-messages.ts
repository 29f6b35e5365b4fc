import { SECOND } from '../../calendar.js';
import { post, Refused, type Call, type Endpoint } from './endpoint.js';
import { colleagues } from './people-of.js';

const TYPES = new Set([
  'text',
  'markdown',
  'textcard',
  'news',
  'template_card',
  'image',
  'file',
  'voice',
  'video',
  'miniprogram_notice',
]);
const TEXT_BYTES = 2_048;

/** `message/send`: the app writes to staff. */
export function appMessageEndpoints(): readonly Endpoint[] {
  const sentLately = new Map<string, { readonly at: number; readonly msgid: string }>();
  return [
    post('message/send', {}, (call) => {
      const { corp, params, now } = call;
      const msgtype = params.text('msgtype');
      if (!TYPES.has(msgtype)) throw new Refused(40008, 'invalid message type');
      const agentId = params.raw('agentid');
      if (typeof agentId !== 'number' && typeof agentId !== 'string') throw new Refused(40056, 'invalid agentid');
      if (String(agentId) !== corp.agentId) throw new Refused(301002, 'not allowed to operate another agent');
      const text = textOf(call, msgtype);
      const { valid, invalid } = receivers(call);
      if (valid.length === 0)
        throw new Refused(81013, 'user & party & tag all invalid', { invaliduser: lower(invalid) });
      const same = JSON.stringify([valid, msgtype, text]);
      const before = sentLately.get(same);
      const interval = (params.number('duplicate_check_interval') ?? 1_800) * SECOND;
      const isRepeat =
        params.number('enable_duplicate_check') === 1 && before !== undefined && now - before.at < interval;
      const msgid = isRepeat ? before.msgid : corp.ids.letters('message', 64).slice(7);
      if (!isRepeat) {
        sentLately.set(same, { at: now, msgid });
        for (const staff of valid.flatMap((userid) => corp.staff.get(userid) ?? [])) {
          const message = { userid: staff.userid, at: now, msgid, msgtype, text };
          corp.inbox.push(message);
          corp.reactions.toldStaff(staff, message);
        }
      }
      return { invaliduser: lower(invalid), invalidparty: '', invalidtag: '', msgid };
    }),
  ];
}

const lower = (userids: readonly string[]): string => userids.join('|').toLowerCase();

function receivers({ corp, params }: Call): { valid: string[]; invalid: string[] } {
  const touser = params.text('touser');
  const reachable = colleagues(corp).map((staff) => staff.userid);
  if (touser === '@all') return { valid: reachable, invalid: [] };
  const asked = [...new Set(touser.split('|').filter((userid) => userid !== ''))];
  if (asked.length > 1_000) throw new Refused(40032, 'invalid userid list size');
  // The platform takes userids without regard to case, and answers them in lower case.
  const byLower = new Map(reachable.map((userid) => [userid.toLowerCase(), userid]));
  const valid = asked.flatMap((userid) => byLower.get(userid.toLowerCase()) ?? []);
  return { valid, invalid: asked.filter((userid) => !byLower.has(userid.toLowerCase())) };
}

function textOf({ params }: Call, msgtype: string): string {
  const body = params.object(msgtype);
  if (msgtype === 'text' || msgtype === 'markdown') {
    const content = body.text('content');
    if (content === '') throw new Refused(44004, 'empty content');
    // Longer text is cut, not refused.
    return cutTo(content, TEXT_BYTES);
  }
  if (msgtype === 'textcard') {
    const [title, description, url] = [body.text('title'), body.text('description'), body.text('url')];
    if (title === '' || description === '' || url === '') throw new Refused(40063, 'some parameters are empty');
    return `${title}\n${description}`;
  }
  return JSON.stringify(params.raw(msgtype) ?? {});
}

function cutTo(text: string, bytes: number): string {
  let cut = text;
  while (Buffer.byteLength(cut) > bytes) cut = cut.slice(0, -1);
  return cut;
}
