import type { Corp } from '../corp/corp.js';
import type { Staff } from '../corp/person.js';
import { attachmentView } from './group-view.js';
import { relationView } from './person-view.js';
import type { RecentActivity } from './recent-activity.js';

const TASKS = 40;
const MESSAGES = 80;
const CUSTOMERS = 200;

/** A staff member's phone: mass-sends to confirm, messages of the app, customers. */
export function staffView(corp: Corp, recent: RecentActivity, staff: Staff) {
  const { userid, name, habits, hasLeft } = staff;
  const relations = corp.relations.ofStaff(userid);
  return {
    userid,
    name,
    isBot: corp.bot?.userid === userid,
    habits,
    hasLeft: hasLeft ?? false,
    groups: corp.groups
      .all()
      .flatMap((group) => (group.owner === userid ? [{ chatId: group.chatId, name: group.name }] : [])),
    customers: relations.length,
    relations: relations
      .slice(-CUSTOMERS)
      .reverse()
      .map((relation) => relationView(corp, relation)),
    tasks: tasksOf(corp, userid),
    chat: [
      ...corp.inbox.filter((message) => message.userid === userid).map((message) => ({ ...message, mine: false })),
      ...recent.saidToApp(userid).map(({ at, text }) => ({ at, text, mine: true })),
    ]
      .sort((a, b) => a.at - b.at)
      .slice(-MESSAGES),
  };
}

/** Waiting ones first, then newest first. */
function tasksOf(corp: Corp, userid: string) {
  const tasks = corp.massSends.all().flatMap((send) =>
    send.tasks
      .filter((task) => task.userid === userid)
      .map((task) => ({
        msgid: send.msgid,
        chatType: send.chatType,
        createdAt: send.createdAt,
        reminded: send.remindedAt.length,
        state:
          send.cancelledAt !== undefined && task.status === 0 ? 'cancelled' : task.status === 0 ? 'waiting' : 'sent',
        sentAt: task.sentAt,
        text: send.content.text,
        attachments: send.content.attachments.map((one) => attachmentView(corp, one)),
        targets: task.targets.length,
        reached: task.targets.filter((target) => target.status === 1).length,
        names: task.targets
          .slice(0, 3)
          .map((target) => (corp.people.get(target.id) ?? corp.groups.get(target.id))?.name ?? target.id),
      })),
  );
  const waits = (task: { readonly state: string }): number => (task.state === 'waiting' ? 1 : 0);
  return tasks.sort((a, b) => waits(b) - waits(a) || b.createdAt - a.createdAt).slice(0, TASKS);
}
