import { SECOND } from '../../calendar.js';
import type { StaffMessage } from '../../corp/messages.js';
import { isInteractive, type StaffCard } from '../../corp/staff-card.js';
import { saidIn } from './app-content.js';
import { post, Refused, type Call, type Endpoint } from './endpoint.js';
import { cardIn } from './template-cards.js';

const LONGEST_CHECK_S = 4 * 3_600;
const ROOT_PARTY = '1';

/** What the app writes to staff, takes back and changes (contract §7.5). */
export function appMessageEndpoints(): readonly Endpoint[] {
  const sentLately = new Map<string, { readonly at: number; readonly msgid: string; readonly code?: string }>();
  return [
    post('message/send', {}, (call) => {
      const { corp, params, now } = call;
      const said = saidIn(call);
      requireAgent(call);
      const { valid, ...invalid } = receivers(call);
      if (valid.length === 0) throw new Refused(81013, 'user & party & tag all invalid', invalid);
      const interval = params.number('duplicate_check_interval') ?? 1_800;
      if (interval < 0 || interval > LONGEST_CHECK_S) throw new Refused(40058, 'invalid duplicate_check_interval');
      const same = JSON.stringify([valid, params.text('msgtype'), params.raw(params.text('msgtype'))]);
      const before = sentLately.get(same);
      const isRepeat =
        params.number('enable_duplicate_check') === 1 && before !== undefined && now - before.at < interval * SECOND;
      if (isRepeat) return { ...invalid, ...answerOf(before) };
      const { card } = said;
      if (card && card.taskId !== '' && !corp.appMessages.claimTask(card.taskId))
        throw new Refused(40058, 'task_id is used already');
      const msgid = corp.ids.letters('message', 64).slice(7);
      const code = card && isInteractive(card) ? { code: corp.appMessages.makeCode(msgid, now) } : {};
      sentLately.set(same, { at: now, msgid, ...code });
      for (const userid of valid) hand(call, { userid, at: now, msgid, ...said });
      return { ...invalid, ...answerOf({ msgid, ...code }) };
    }),

    post('message/recall', {}, ({ corp, params, now }) => {
      const msgid = params.text('msgid');
      if (msgid === '') throw new Refused(40063, 'msgid missing');
      const copies = corp.appMessages.recallable(msgid, now);
      // Neither an unknown msgid nor one of yesterday has a documented code (?).
      if (copies.length === 0) throw new Refused(40058, 'invalid msgid');
      for (const copy of copies) copy.recalledAt = now;
      return {};
    }),

    post('message/update_template_card', {}, (call) => {
      const { corp, params, now } = call;
      requireAgent(call);
      const asked = params.texts('userids').map((userid) => userid.toLowerCase());
      const toAll = params.number('atall') === 1;
      if (asked.length === 0 && !toAll) throw new Refused(40063, 'userids missing');
      const next = changeIn(call);
      // The code for a used, unknown or old one is not documented (?).
      const msgid = corp.appMessages.redeem(params.text('response_code'), now);
      if (msgid === undefined) throw new Refused(40058, 'invalid response_code');
      const copies = corp.appMessages.copies(msgid);
      for (const copy of copies)
        if (copy.card && (toAll || asked.includes(copy.userid.toLowerCase()))) copy.card = next(copy.card);
      return { invaliduser: asked.filter((userid) => !copies.some((copy) => copy.userid.toLowerCase() === userid)) };
    }),
  ];
}

/** Either the button's new words, after which it cannot be tapped, or another card in place of this one. */
function changeIn({ corp, params }: Call): (card: StaffCard) => StaffCard {
  if (params.has('template_card')) {
    const fresh = cardIn(params.object('template_card'), corp.outlets.hasCallback());
    return (card) => ({ ...fresh, taskId: card.taskId });
  }
  const replaced = params.object('button').text('replace_name');
  if (replaced === '') throw new Refused(40063, 'neither button nor template_card');
  return (card) => ({ ...card, replaced });
}

function hand({ corp, now }: Call, message: StaffMessage): void {
  const staff = corp.staff.get(message.userid);
  if (!staff || !corp.appMessages.mayReach(message.userid, now)) return;
  corp.inbox.push(message);
  corp.appMessages.keep(message);
  corp.reactions.toldStaff(staff, message);
}

const answerOf = ({ msgid, code }: { readonly msgid: string; readonly code?: string }): Record<string, string> => ({
  msgid,
  ...(code === undefined ? {} : { response_code: code }),
});

function requireAgent({ corp, params }: Call): void {
  const agentId = params.raw('agentid');
  if (typeof agentId !== 'number' && typeof agentId !== 'string') throw new Refused(40056, 'invalid agentid');
  if (String(agentId) !== corp.agentId) throw new Refused(301002, 'not allowed to operate another agent');
}

interface Receivers {
  readonly valid: readonly string[];
  readonly invaliduser: string;
  readonly invalidparty: string;
  readonly invalidtag: string;
}

/** There is one department, the whole corp, and no tag of staff. */
function receivers({ corp, params }: Call): Receivers {
  const [users, parties, tags] = ['touser', 'toparty', 'totag'].map((name) => listed(params.text(name))) as [
    string[],
    string[],
    string[],
  ];
  if (users.length > 1_000) throw new Refused(40032, 'invalid userid list size');
  if (parties.length > 100 || tags.length > 100) throw new Refused(40058, 'too many parties or tags');
  const everybody = [...corp.staff.values()]
    .filter((staff) => !staff.hasLeft && corp.sees(staff.userid))
    .map((staff) => staff.userid);
  if (users.includes('@all')) return { valid: everybody, invaliduser: '', invalidparty: '', invalidtag: '' };
  // The platform takes userids without regard to case, and answers them in lower case.
  const byLower = new Map(everybody.map((userid) => [userid.toLowerCase(), userid]));
  const named = users.flatMap((userid) => byLower.get(userid.toLowerCase()) ?? []);
  const invalid = users.filter((userid) => !byLower.has(userid.toLowerCase()));
  return {
    valid: [...new Set([...named, ...(parties.includes(ROOT_PARTY) ? everybody : [])])],
    invaliduser: invalid.join('|').toLowerCase(),
    invalidparty: parties.filter((party) => party !== ROOT_PARTY).join('|'),
    invalidtag: tags.join('|'),
  };
}

const listed = (text: string): string[] => [...new Set(text.split('|').filter((part) => part !== ''))];
