import { DAY, seconds } from '../../calendar.js';
import type { Corp } from '../../corp/corp.js';
import type { MassSend, SendTask } from '../../corp/mass-sends.js';
import { isContact, type Relation } from '../../corp/relations.js';
import { contentOf } from './content.js';
import { post, Refused, type Call, type Endpoint } from './endpoint.js';
import { page } from './paging.js';
import { staffNamed } from './people-of.js';
import type { Params } from './params.js';

export const massSendEndpoints: readonly Endpoint[] = [
  post('externalcontact/add_msg_template', { fail_list: [], msgid: '' }, (call) => {
    const chatType = call.params.has('chat_type') ? call.params.text('chat_type') : 'single';
    if (chatType !== 'single' && chatType !== 'group') throw new Refused(40058, 'invalid chat_type');
    const content = contentOf(call.corp, call.params);
    const { targets, failed } = chatType === 'single' ? customers(call) : groups(call);
    const send = call.corp.massSends.create(chatType, content, targets, call.now);
    for (const task of send.tasks) call.corp.reactions.asked(send, task.userid);
    return { fail_list: failed, msgid: send.msgid };
  }),

  post('externalcontact/get_groupmsg_list_v2', { next_cursor: '', group_msg_list: [] }, (call) => {
    const { corp, params } = call;
    const chatType = params.text('chat_type');
    const from = params.number('start_time') ?? 0;
    const until = params.number('end_time') ?? 0;
    const kind = params.number('filter_type') ?? 2;
    const creator = params.text('creator');
    if (chatType === '' || from === 0 || until === 0) throw new Refused(40063, 'some parameters are empty');
    if (chatType !== 'single' && chatType !== 'group') throw new Refused(40058, 'invalid chat_type');
    if (![0, 1, 2].includes(kind)) throw new Refused(40058, 'invalid filter_type');
    if (until < from || until - from > 31 * 86_400) throw new Refused(600018, 'invalid start or end time');
    // What an app made is the corp's and has no creator (contract §7.4): a filter for personal ones or by creator finds none.
    const shown = kind === 1 || creator !== '' ? [] : corp.massSends.all();
    const sends = shown
      .filter(
        (send) => send.chatType === chatType && seconds(send.createdAt) >= from && seconds(send.createdAt) <= until,
      )
      .reverse();
    const list = `list ${chatType} ${from} ${until} ${kind} ${creator}`;
    const { items, nextCursor } = page(call, sends, list, { usual: 50, most: 100 });
    return { next_cursor: nextCursor, group_msg_list: items.map(summary) };
  }),

  post('externalcontact/get_groupmsg_task', { next_cursor: '', task_list: [] }, (call) => {
    const send = settledSend(call);
    const { items, nextCursor } = page(call, send.tasks, `task ${send.msgid}`, { usual: 500, most: 1_000 });
    return {
      task_list: items.map((task) => ({ userid: task.userid, status: task.status, ...sentAt(task) })),
      next_cursor: nextCursor,
    };
  }),

  post('externalcontact/get_groupmsg_send_result', { next_cursor: '', send_list: [] }, (call) => {
    const send = settledSend(call);
    const { userid } = staffNamed(call.corp, call.params.text('userid'));
    const task = send.tasks.find((one) => one.userid === userid);
    const isListed = task !== undefined && !(call.manners.unlistedBeforeTap && task.status === 0);
    const { items, nextCursor } = page(call, isListed ? task.targets : [], `result ${send.msgid} ${userid}`, {
      usual: 500,
      most: 1_000,
    });
    const idName = send.chatType === 'single' ? 'external_userid' : 'chat_id';
    return {
      send_list: items.map((target) => ({ [idName]: target.id, userid, status: target.status, ...sentAt(target) })),
      next_cursor: nextCursor,
    };
  }),

  post('externalcontact/remind_groupmsg_send', {}, (call) => {
    const send = settledSend(call);
    if (send.cancelledAt !== undefined) throw new Refused(41093, 'group message has been cancelled');
    if (send.remindedAt.filter((at) => at > call.now - DAY).length >= 3)
      throw new Refused(41094, 'remind over frequency');
    send.remindedAt.push(call.now);
    for (const task of send.tasks) if (task.status === 0) call.corp.reactions.reminded(send, task.userid);
    return {};
  }),

  post('externalcontact/cancel_groupmsg_send', {}, (call) => {
    const send = settledSend(call);
    if (send.cancelledAt !== undefined) throw new Refused(41093, 'group message has been cancelled');
    send.cancelledAt = call.now;
    return {};
  }),
];

interface Aim {
  /** userid → the targets they send to. */
  readonly targets: ReadonlyMap<string, readonly string[]>;
  readonly failed: readonly string[];
}

function customers({ corp, params, now }: Call): Aim {
  const ids = params.texts('external_userid');
  if (ids.length > 10_000) throw new Refused(40058, 'too many external_userid');
  const sender = params.text('sender') === '' ? undefined : staffNamed(corp, params.text('sender')).userid;
  const filtered = params.object('tag_filter').objects('group_list');
  if (ids.length === 0 && sender === undefined && filtered.length === 0)
    throw new Refused(40063, 'some parameters are empty');
  const candidates = ids.length > 0 ? [...new Set(ids)] : allCustomers(corp, sender, filtered);
  const targets = new Map<string, string[]>();
  const failed: string[] = [];
  let overQuota = 0;
  for (const id of candidates) {
    const relation = sender === undefined ? latestTalker(corp, id) : corp.relations.of(sender, id);
    if (!relation || !isContact(relation) || !corp.serves(relation.userid)) {
      failed.push(id);
      continue;
    }
    if (!corp.massSends.mayReach(id, now)) overQuota += 1;
    targets.set(relation.userid, [...(targets.get(relation.userid) ?? []), id]);
  }
  if (targets.size === 0 && candidates.length > 0)
    throw new Refused(84061, 'not external contact', { fail_list: failed });
  if (candidates.length - failed.length === overQuota)
    throw new Refused(41048, 'no customer to send', { fail_list: failed });
  return { targets, failed };
}

function allCustomers(corp: Corp, sender: string | undefined, groupList: readonly Params[]): string[] {
  const relations = corp.relations
    .all()
    .filter((one) => isContact(one) && corp.serves(one.userid) && (sender === undefined || one.userid === sender));
  const wanted = groupList.map((group) => group.texts('tag_list'));
  if (wanted.some((tags) => tags.length === 0)) throw new Refused(40063, 'tag_list missing');
  if (wanted.some((tags) => tags.length > 100)) throw new Refused(40058, 'too many tags in tag_list');
  for (const id of wanted.flat()) {
    const tag = corp.tags.tag(id);
    if (!tag || tag.deleted) throw new Refused(40068, 'invalid tagid');
  }
  const fits = (relation: Relation): boolean => wanted.every((tags) => tags.some((tag) => relation.tags.has(tag)));
  return [...new Set(relations.filter(fits).map((relation) => relation.person.externalUserId))];
}

/** Without a sender, the staff member who last spoke with the customer sends. */
const latestTalker = (corp: Corp, externalUserId: string): Relation | undefined =>
  corp.relations
    .ofPerson(externalUserId)
    .filter((one) => corp.serves(one.userid))
    .reduce<Relation | undefined>((best, one) => (!best || one.lastTalkAt > best.lastTalkAt ? one : best), undefined);

function groups({ corp, params, now }: Call): Aim {
  if (params.text('sender') === '') throw new Refused(40063, 'sender missing');
  const { userid } = staffNamed(corp, params.text('sender'));
  const own = corp.groups
    .all()
    .filter((group) => group.owner === userid)
    .map((group) => group.chatId);
  const asked = params.texts('chat_id_list');
  if (asked.length > 2_000) throw new Refused(40058, 'too many chat_id');
  const ids = asked.length > 0 ? [...new Set(asked)] : own;
  const fit = ids.filter((id) => own.includes(id));
  const failed = ids.filter((id) => !own.includes(id));
  if (!fit.some((id) => corp.massSends.mayReach(id, now)))
    throw new Refused(41048, 'no group to send', { fail_list: failed });
  return { targets: new Map([[userid, fit]]), failed };
}

function settledSend({ corp, params, now }: Call): MassSend {
  const msgid = params.text('msgid');
  if (msgid === '') throw new Refused(41046, 'msgid missing');
  const send = corp.massSends.get(msgid);
  if (!send) throw new Refused(41047, 'invalid msgid');
  if (corp.massSends.isDispatching(send, now)) throw new Refused(41063, 'group message is being dispatched');
  return send;
}

const sentAt = (item: Pick<SendTask, 'sentAt'>): Record<string, number> =>
  item.sentAt === undefined ? {} : { send_time: seconds(item.sentAt) };

/** `create_time` is text and there is no creator, as in the official sample of an app's mass-send. */
const summary = (send: MassSend): Record<string, unknown> => ({
  msgid: send.msgid,
  create_time: String(seconds(send.createdAt)),
  create_type: 0,
  ...(send.content.text === '' ? {} : { text: { content: send.content.text } }),
  attachments: send.content.attachments,
});
