import type { Corp } from '../corp/corp.js';
import type { Person } from '../corp/person.js';
import type { Relation } from '../corp/relations.js';
import type { Opened } from '../phone/phone-browser.js';
import { assistantView } from './assistant-view.js';
import { attachmentView } from './group-view.js';
import type { RecentActivity } from './recent-activity.js';

const MESSAGES = 80;
const MAX_PEOPLE = 80;
const OPENED = 12;

/** The people whose name or id contains the words, newest first. */
export function peopleFound(corp: Corp, words: string) {
  const wanted = words.trim().toLowerCase();
  const holds = (person: Person): boolean =>
    [person.name, person.externalUserId, person.unionid, person.phone, person.persona].some((one) =>
      one.toLowerCase().includes(wanted),
    );
  const all = [...corp.people.values()].filter(holds).reverse();
  return {
    total: all.length,
    people: all.slice(0, MAX_PEOPLE).map((person) => {
      const { orders, spendCents, optedOut } = corp.tallyOf(person);
      return {
        id: person.externalUserId,
        name: person.name,
        persona: person.persona,
        groups: corp.groups.of(person.externalUserId).length,
        isContact: corp.relations.ofPerson(person.externalUserId).length > 0,
        orders,
        spendCents,
        optedOut,
      };
    }),
  };
}

export function personView(corp: Corp, recent: RecentActivity, person: Person) {
  const { name, externalUserId, unionid, chatContactId, phone, persona } = person;
  return {
    id: externalUserId,
    name,
    unionid,
    chatContactId,
    phone,
    persona,
    ...corp.tallyOf(person),
    groups: corp.groups.of(externalUserId).map((group) => {
      const member = group.members.get(externalUserId);
      const { joinedAt, scene, state } = member ?? { joinedAt: 0, scene: 0 };
      return { chatId: group.chatId, name: group.name, joinedAt, scene, state: state ?? '' };
    }),
    relations: corp.relations
      .all()
      .filter((relation) => relation.person.externalUserId === externalUserId)
      .map((relation) => relationView(corp, relation)),
    orderLines: recent
      .soldTo(person)
      .slice(-30)
      .reverse()
      .map(({ at, kind, data }) => ({ at, kind, data })),
    messages: messagesOf(corp, recent, person),
    assistant: assistantView(corp, person),
  };
}

/** The pages that they opened on their phone, the latest first. */
export const openedBy = (opened: readonly Opened[], who: string) =>
  opened
    .filter((one) => one.who === who)
    .slice(-OPENED)
    .reverse()
    .map(({ at, url, status, title, problem, hops }) => ({ at, url, status, title, problem, steps: hops.length }));

export const relationView = (corp: Corp, relation: Relation) => ({
  userid: relation.userid,
  staff: corp.staff.get(relation.userid)?.name ?? relation.userid,
  customer: relation.person.name,
  customerId: relation.person.externalUserId,
  bond: relation.bond,
  since: relation.createdAt,
  addWay: relation.addWay,
  state: relation.state ?? '',
  remark: relation.remark,
  description: relation.description,
  tags: [...relation.tags].flatMap((id) => {
    const tag = corp.tags.tag(id);
    return tag && !tag.deleted ? [{ name: tag.name, group: tag.group.name }] : [];
  }),
});

/** Messages of the product to the customer, and of the customer to the chat account, as their phone shows them. */
function messagesOf(corp: Corp, recent: RecentActivity, person: Person) {
  const got = corp.received
    // The chat with the assistant is shown by itself.
    .filter(({ to, via }) => to === person.externalUserId && via !== 'kf' && via !== 'servicer')
    .slice(-MESSAGES)
    .map((message) => ({
      at: message.at,
      via: message.via as string,
      from: corp.who(message.from)?.name ?? message.from,
      mine: false,
      text: message.text,
      attachments: message.attachments.map((one) => attachmentView(corp, one)),
      way: message.joinWay ?? message.contactWay ?? '',
    }));
  const wrote = recent
    .saidToBot(person.chatContactId)
    .flatMap((event) =>
      event.kind === 'message'
        ? [{ at: event.at, via: 'dm', from: person.name, mine: true, text: event.text, attachments: [], way: '' }]
        : [],
    );
  return [...got, ...wrote].sort((a, b) => a.at - b.at).slice(-MESSAGES);
}
