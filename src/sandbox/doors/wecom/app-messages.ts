import { SECOND } from '../../calendar.js';
import type { StaffMessage } from '../../corp/messages.js';
import { isChangeable, isInteractiveKind, type StaffCard } from '../../corp/staff-card.js';
import { saidIn } from './app-content.js';
import { post, Refused, type Call, type Endpoint } from './endpoint.js';
import type { Params } from './params.js';
import { cardIn } from './template-cards.js';

const LONGEST_CHECK_S = 4 * 3_600;
const ROOT_PARTY = '1';

/** Sending, recalling and changing the app's messages to staff (contract §7.5). */
export function appMessageEndpoints(): readonly Endpoint[] {
  const sentLately = new Map<string, number>();
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
        params.number('enable_duplicate_check') === 1 && before !== undefined && now - before < interval * SECOND;
      // Not documented (?): a caller must not rely on getting the first msgid and its code again.
      if (isRepeat) return { ...invalid, msgid: corp.ids.letters('message', 64).slice(7) };
      const { card } = said;
      if (card && card.taskId !== '' && !corp.appMessages.claimTask(card.taskId))
        throw new Refused(42014, 'task_id is used already'); // the nearest documented code (?)
      const msgid = corp.ids.letters('message', 64).slice(7);
      const code = card && isChangeable(card) ? { code: corp.appMessages.makeCode(msgid, now) } : {};
      sentLately.set(same, now);
      for (const userid of valid) deliverToStaff(call, { userid, at: now, msgid, ...said });
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
      const [parties, tags] = [numbersIn(params, 'partyids'), numbersIn(params, 'tagids')];
      const toAll = params.number('atall') === 1;
      if (asked.length + parties.length + tags.length === 0 && !toAll) throw new Refused(40063, 'userids missing');
      if (asked.length > 1_000) throw new Refused(40032, 'invalid userid list size');
      if (parties.length > 100 || tags.length > 100) throw new Refused(40058, 'too many parties or tags');
      const { next, byButton } = changeIn(call);
      const msgid = corp.appMessages.messageOf(params.text('response_code'), now);
      if (msgid === undefined) throw new Refused(60140, 'invalid response_code, maybe expired');
      const copies = corp.appMessages.copies(msgid);
      if (byButton && !copies.some(({ card }) => card && isInteractiveKind(card.cardType)))
        throw new Refused(40058, 'the card has no buttons to replace');
      corp.appMessages.use(params.text('response_code'));
      const reachesAll = toAll || parties.includes(Number(ROOT_PARTY));
      for (const copy of copies)
        if (copy.card && (reachesAll || asked.includes(copy.userid.toLowerCase()))) copy.card = next(copy.card);
      return { invaliduser: asked.filter((userid) => !copies.some((copy) => copy.userid.toLowerCase() === userid)) };
    }),
  ];
}

/** Either the new text of the button, which then cannot be tapped, or another card in place of this one. */
function changeIn({ corp, params }: Call): {
  readonly next: (card: StaffCard) => StaffCard;
  readonly byButton: boolean;
} {
  if (params.has('template_card')) {
    const fresh = params.object('template_card');
    const card = cardIn(fresh, { hasCallback: corp.outlets.hasCallback(), replacesAnother: true });
    const words = fresh.text('replace_text');
    const replaced = words === '' ? {} : { replaced: words };
    return { next: ({ taskId }) => ({ ...card, taskId, ...replaced }), byButton: false };
  }
  const words = params.object('button').text('replace_name');
  if (words === '') throw new Refused(40063, 'neither button nor template_card');
  return { next: (card) => ({ ...card, replaced: words }), byButton: true };
}

function numbersIn(params: Params, name: string): readonly number[] {
  const listed = params.raw(name);
  return Array.isArray(listed) ? listed.filter((one) => typeof one === 'number') : [];
}

function deliverToStaff({ corp, now }: Call, message: StaffMessage): void {
  const staff = corp.staff.get(message.userid);
  if (!staff || !corp.appMessages.mayReach(message.userid, now)) return;
  corp.inbox.push(message);
  corp.appMessages.keep(message);
  corp.reactions.staffMessaged(staff, message);
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

/** There is one department, the whole corp; staff have no tags. */
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
  // The platform ignores the case of userids, and answers them in lower case.
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
