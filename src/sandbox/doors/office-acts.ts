import { z } from 'zod';
import { DAY } from '../calendar.js';
import {
  changeNotice,
  changeOwner,
  createTagGroupByHand,
  deleteTagGroupByHand,
  openGroup,
  renameTagGroupByHand,
  shuffleTags,
} from '../corp/acts/administration.js';
import { editByHand } from '../corp/acts/contacts.js';
import { emitEvent } from '../corp/acts/events.js';
import { failTransfer, grantCustomers, leaveCompany, renameStaff, transferCustomer } from '../corp/acts/staffing.js';
import type { Corp } from '../corp/corp.js';
import { group, ImpossibleAct, name, pair, staff, tagGroupNamed } from './named.js';

/** Acts of staff and administrators in the client and the admin console, without the app. */
export const officeActs = [
  z.object({
    do: z.literal('edit_contact'),
    who: name,
    staff: name,
    remark: z.string().optional(),
    description: z.string().optional(),
  }),
  z.object({ do: z.literal('new_tag_group'), name, tags: z.array(name).min(1) }),
  z.object({ do: z.literal('rename_tag_group'), group: name, name }),
  z.object({ do: z.literal('delete_tag_group'), group: name }),
  // Without a group the order of all groups changes.
  z.object({ do: z.literal('shuffle_tags'), group: name.optional() }),
  z.object({ do: z.literal('new_group'), name, owner: name, capacity: z.number().int().min(2).default(200) }),
  z.object({ do: z.literal('change_notice'), group: name, text: z.string() }),
  z.object({ do: z.literal('change_owner'), group: name, staff: name }),
  z.object({ do: z.literal('staff_leaves'), staff: name }),
  z.object({ do: z.literal('rename_staff'), staff: name, name }),
  // Grants or withdraws the right to have customers.
  z.object({ do: z.literal('customer_right'), staff: name, has: z.boolean() }),
  // Diligence 0: never confirms a mass-send and never removes a member.
  z.object({
    do: z.literal('habits'),
    staff: name,
    diligence: z.number().min(0).max(1).optional(),
    slownessHours: z.number().min(0).optional(),
    awayShare: z.number().min(0).max(1).optional(),
    reportShare: z.number().min(0).max(1).optional(),
  }),
  // On the job or after leaving; `waits` completes a day later unless the customer refuses (contract §4.10).
  z.object({
    do: z.literal('transfer'),
    who: name,
    from: name,
    to: name,
    outcome: z.enum(['done', 'waits', 'customer_refused', 'customer_limit_exceed']).default('done'),
  }),
  // Sends any event as given; sender, time and type are filled in when absent. Without an event name it is a message to
  // the app: a picture, a place …
  z.object({
    do: z.literal('send_callback'),
    event: name.optional(),
    fields: z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())])).default({}),
  }),
] as const;

type OfficeAct = z.output<(typeof officeActs)[number]>;

export function performInOffice(corp: Corp, act: OfficeAct): Record<string, unknown> {
  switch (act.do) {
    case 'edit_contact':
      editByHand(corp, pair(corp, act), (relation) => {
        relation.remark = act.remark ?? relation.remark;
        relation.description = act.description ?? relation.description;
      });
      return {};
    case 'new_tag_group':
      if (corp.tags.groupNamed(act.name)) throw new ImpossibleAct(`there is a tag group ${act.name}`);
      return { id: createTagGroupByHand(corp, act.name, act.tags).id };
    case 'rename_tag_group':
      renameTagGroupByHand(corp, tagGroupNamed(corp, act.group), act.name);
      return {};
    case 'delete_tag_group':
      deleteTagGroupByHand(corp, tagGroupNamed(corp, act.group));
      return {};
    case 'shuffle_tags':
      shuffleTags(corp, act.group === undefined ? undefined : tagGroupNamed(corp, act.group));
      return {};
    case 'new_group':
      return { chatId: openGroup(corp, { ...act, owner: staff(corp, act.owner).userid }).chatId };
    case 'change_notice':
      changeNotice(corp, group(corp, act.group), act.text);
      return {};
    case 'change_owner':
      changeOwner(corp, group(corp, act.group), staff(corp, act.staff).userid);
      return {};
    case 'staff_leaves':
      leaveCompany(corp, staff(corp, act.staff));
      return {};
    case 'rename_staff':
      if (corp.who(act.name)) throw new ImpossibleAct(`there is a ${act.name}`);
      renameStaff(corp, staff(corp, act.staff), act.name);
      return {};
    case 'customer_right':
      grantCustomers(corp, staff(corp, act.staff), act.has);
      return {};
    case 'habits': {
      const one = staff(corp, act.staff);
      const { diligence, slownessHours, awayShare, reportShare } = { ...one.habits, ...act };
      one.habits = { diligence, slownessHours, awayShare, reportShare };
      return {};
    }
    case 'transfer':
      return transfer(corp, act);
    case 'send_callback':
      emitEvent(corp, act.event, act.fields);
      return {};
  }
}

function transfer(corp: Corp, act: Extract<OfficeAct, { do: 'transfer' }>): Record<string, unknown> {
  const relation = pair(corp, { who: act.who, staff: act.from });
  const to = staff(corp, act.to).userid;
  switch (act.outcome) {
    case 'done':
      transferCustomer(corp, relation, to);
      return {};
    case 'waits':
      corp.timeline.after(DAY, () => transferCustomer(corp, relation, to));
      return {};
    case 'customer_refused':
    case 'customer_limit_exceed':
      failTransfer(corp, relation, to, act.outcome);
      return {};
  }
}
