import { z } from 'zod';
import {
  createTagByHand,
  deleteTagByHand,
  dismissGroup,
  renameGroup,
  renameTagByHand,
} from '../corp/acts/administration.js';
import { acceptContact } from '../corp/acts/accept-contact.js';
import { scanContactWay } from '../corp/acts/contact-ways.js';
import { addContact, customerDeletesStaff, editByHand, staffDeletesCustomer } from '../corp/acts/contacts.js';
import { confirmMassSend } from '../corp/acts/deliver.js';
import { invite, inviteTogether, leaveGroup, removeFromGroup, scanJoinCode } from '../corp/acts/groups.js';
import { refuseTransfer } from '../corp/acts/transfers.js';
import { buy } from '../corp/acts/shopping.js';
import { sayInGroup, sayToBot, writeToApp } from '../corp/acts/speech.js';
import type { Corp } from '../corp/corp.js';
import type { Person } from '../corp/person.js';
import { acquisitionActs, performInAcquisition } from './acquisition-acts.js';
import { appActs, performInApp } from './app-acts.js';
import { kfActs, performWithAssistant } from './kf-acts.js';
import { group, ImpossibleAct, name, pair, person, staff, tagGroupNamed, tagNamed } from './named.js';
import type { PhoneBrowser } from '../phone/phone-browser.js';
import { officeActs, performInOffice } from './office-acts.js';
import { performInService, servicerActs } from './servicer-acts.js';
import { performOnPhone, phoneActs } from './phone-acts.js';
import { unreadableAct } from './unreadable-act.js';

/** One person, or several in one change. */
const people = z.union([name, z.array(name).min(1)]);

/**
 * The acts that a script or a tester can make people perform. People and staff are named by nickname, external_userid, userid or chat
 * contact id; groups by name or chat_id.
 */
const actShape = z.discriminatedUnion('do', [
  ...officeActs,
  ...appActs,
  ...acquisitionActs,
  ...kfActs,
  ...servicerActs,
  ...phoneActs,
  z.object({ do: z.literal('newcomer'), name, phone: z.string().optional() }),
  z.object({
    do: z.literal('add_contact'),
    who: name,
    staff: name,
    state: z.string().optional(),
    welcome: z.boolean().default(true),
    half: z.boolean().default(false),
  }),
  z.object({ do: z.literal('delete_staff'), who: name, staff: name }),
  z.object({ do: z.literal('delete_customer'), who: name, staff: name }),
  z.object({
    do: z.literal('tag'),
    who: name,
    staff: name,
    add: z.array(name).default([]),
    remove: z.array(name).default([]),
  }),
  z.object({ do: z.literal('new_tag'), group: name, name }),
  z.object({ do: z.literal('rename_tag'), tag: name, name }),
  z.object({ do: z.literal('delete_tag'), tag: name }),
  z.object({ do: z.literal('rename_group'), group: name, name }),
  z.object({ do: z.literal('dismiss_group'), group: name }),
  z.object({ do: z.literal('scan'), who: people, configId: name }),
  // The code of a staff member, by its config_id or by the state it carries.
  z.object({
    do: z.literal('scan_contact_way'),
    who: name,
    configId: name.optional(),
    state: name.optional(),
  }),
  // A staff member accepts a customer who scanned a code with verification.
  z.object({ do: z.literal('accept_contact'), who: name, staff: name }),
  z.object({ do: z.literal('invite'), who: people, group: name, staff: name }),
  // Opens a mini-program in the group. The mini-program receives the group's opengid.
  z.object({ do: z.literal('open_mini_program'), who: name, group: name }),
  // An administrator's greeting for new members, which no app may change.
  z.object({ do: z.literal('new_group_welcome'), text: name }),
  // A customer refuses to be transferred and stays with the staff member `staff`.
  z.object({ do: z.literal('refuse_transfer'), who: name, staff: name }),
  // A bot in an internal group of the staff. Anybody who has its key can post.
  z.object({ do: z.literal('add_group_bot'), name }),
  z.object({ do: z.literal('remove_group_bot'), name }),
  z.object({ do: z.literal('leave'), who: name, group: name }),
  z.object({ do: z.literal('remove'), who: name, group: name, staff: name }),
  z.object({
    do: z.literal('speak'),
    who: name,
    group: name.optional(),
    text: name,
    mentions: z.array(name).default([]),
  }),
  z.object({ do: z.literal('write_to_app'), staff: name, text: name }),
  z.object({
    do: z.literal('buy'),
    who: name,
    amountCents: z.number().int().positive(),
    category: name.default('水果'),
  }),
  z.object({ do: z.literal('confirm'), msgid: name, staff: name.optional() }),
]);

export type Act = z.input<typeof actShape>;

const acts = actShape.options.map(({ shape }) => shape.do.value).sort();

export function perform(
  corp: Corp,
  asked: Act,
  phones: PhoneBrowser,
): Record<string, unknown> | Promise<Record<string, unknown>> {
  const read = actShape.safeParse(asked);
  if (!read.success) throw unreadableAct(asked, read.error, acts);
  const act = read.data;
  switch (act.do) {
    case 'newcomer':
      return { ...newcomer(corp, act.name, act.phone) };
    case 'add_contact': {
      const meeting = {
        addWay: 1,
        welcome: act.welcome,
        half: act.half,
        ...(act.state === undefined ? {} : { state: act.state }),
      };
      return { welcomeCode: addContact(corp, person(corp, act.who), staff(corp, act.staff).userid, meeting) };
    }
    case 'delete_staff':
      customerDeletesStaff(corp, pair(corp, act));
      return {};
    case 'delete_customer':
      staffDeletesCustomer(corp, pair(corp, act));
      return {};
    case 'tag':
      editByHand(corp, pair(corp, act), (relation) => {
        for (const tag of act.add) relation.tags.add(tagNamed(corp, tag).id);
        for (const tag of act.remove) relation.tags.delete(tagNamed(corp, tag).id);
      });
      return {};
    case 'new_tag': {
      const tagGroup = tagGroupNamed(corp, act.group);
      return { id: createTagByHand(corp, tagGroup, act.name).id };
    }
    case 'rename_tag':
      renameTagByHand(corp, tagNamed(corp, act.tag), act.name);
      return {};
    case 'delete_tag':
      deleteTagByHand(corp, tagNamed(corp, act.tag));
      return {};
    case 'rename_group':
      renameGroup(corp, group(corp, act.group), act.name);
      return {};
    case 'dismiss_group':
      dismissGroup(corp, group(corp, act.group));
      return {};
    case 'scan': {
      const way = corp.joinWays.get(act.configId);
      if (!way) throw new ImpossibleAct(`no join way ${act.configId}`);
      const scanned = listed(act.who).map((who) => scanJoinCode(corp, person(corp, who), way));
      const answers = scanned.map((one) => ('joined' in one ? { joined: one.joined.name } : one));
      return typeof act.who === 'string' ? { ...answers[0] } : { scanned: answers };
    }
    case 'scan_contact_way': {
      const { contactWays } = corp;
      const way = act.configId === undefined ? contactWays.withState(act.state ?? '') : contactWays.get(act.configId);
      if (!way) throw new ImpossibleAct(`no contact way ${act.configId ?? act.state ?? ''}`);
      return { ...scanContactWay(corp, person(corp, act.who), way) };
    }
    case 'accept_contact': {
      const { userid } = staff(corp, act.staff);
      return { welcomeCode: acceptContact(corp, person(corp, act.who), userid) };
    }
    case 'invite': {
      const into = group(corp, act.group);
      const by = staff(corp, act.staff).userid;
      if (typeof act.who === 'string') return { joined: invite(corp, into, person(corp, act.who), by) };
      const guests = act.who.map((who) => person(corp, who));
      return { joined: inviteTogether(corp, into, guests, by).map((one) => one.name) };
    }
    case 'open_mini_program': {
      const where = group(corp, act.group);
      if (!where.members.has(person(corp, act.who).externalUserId))
        throw new ImpossibleAct(`${act.who} is not in ${act.group}`);
      return { opengid: where.openGid };
    }
    case 'new_group_welcome':
      return { templateId: corp.groupWelcomes.create({ text: { content: act.text } }, false).templateId };
    case 'refuse_transfer':
      if (!refuseTransfer(corp, person(corp, act.who), staff(corp, act.staff).userid))
        throw new ImpossibleAct(`nobody asks ${act.who}`);
      return {};
    case 'add_group_bot':
      return { key: corp.groupBots.add(act.name).key };
    case 'remove_group_bot':
      if (!corp.groupBots.remove(act.name)) throw new ImpossibleAct(`no group bot ${act.name}`);
      return {};
    case 'leave':
      leaveGroup(corp, group(corp, act.group), person(corp, act.who).externalUserId);
      return {};
    case 'remove':
      removeFromGroup(
        corp,
        group(corp, act.group),
        person(corp, act.who).externalUserId,
        staff(corp, act.staff).userid,
      );
      return {};
    case 'speak': {
      const who = corp.who(act.who) ?? person(corp, act.who);
      const mentions = act.mentions.map((mention) => (corp.who(mention) ?? person(corp, mention)).chatContactId);
      if (act.group !== undefined) sayInGroup(corp, who, group(corp, act.group), { text: act.text, mentions });
      else sayToBot(corp, person(corp, act.who), act.text);
      return {};
    }
    case 'write_to_app':
      writeToApp(corp, staff(corp, act.staff), act.text);
      return {};
    case 'buy':
      return { orderId: buy(corp, person(corp, act.who), act) };
    case 'confirm': {
      const send = corp.massSends.get(act.msgid);
      if (!send) throw new ImpossibleAct(`no mass-send ${act.msgid}`);
      for (const task of send.tasks)
        if (act.staff === undefined || task.userid === act.staff) confirmMassSend(corp, send, task);
      return {};
    }
    case 'tap_card':
    case 'click':
    case 'enter_agent':
    case 'subscribe':
    case 'unsubscribe':
      return performInApp(corp, act);
    case 'scan_acquisition_link':
    case 'write_to_staff':
    case 'publish_acquisition_link':
    case 'buy_acquisition_quota':
    case 'new_acquisition_link':
    case 'delete_acquisition_link':
    case 'block_acquisition_link':
      return performInAcquisition(corp, act);
    case 'open_assistant':
    case 'write_to_assistant':
    case 'send_to_assistant':
    case 'share_with_assistant':
    case 'tap_menu':
    case 'recall_message':
    case 'refuse_assistant':
      return performWithAssistant(corp, act);
    case 'take_session':
    case 'transfer_session':
    case 'end_session':
    case 'write_as_servicer':
    case 'recall_as_servicer':
    case 'reject_customer':
    case 'press_upgrade':
    case 'servicer_status':
    case 'set_servicers':
    case 'activation':
    case 'grant_account':
    case 'upgrade_range':
    case 'kf_callback':
      return performInService(corp, act);
    case 'open_link':
    case 'submit_form':
      return performOnPhone(corp, phones, act);
    default:
      return performInOffice(corp, act);
  }
}

const listed = (who: string | readonly string[]): readonly string[] => (typeof who === 'string' ? [who] : who);

function newcomer(corp: Corp, nickname: string, phone: string | undefined): Person {
  const made: Person = {
    name: nickname,
    externalUserId: corp.ids.letters('wm'),
    unionid: corp.ids.letters('o', 28),
    chatContactId: corp.ids.letters('7882', 24),
    phone: phone ?? `139${corp.ids.messageId().slice(-8)}`,
    gender: 0,
    persona: 'scripted',
  };
  corp.meet(made);
  return made;
}
