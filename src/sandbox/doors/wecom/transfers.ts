import { seconds } from '../../calendar.js';
import { beginTransfer } from '../../corp/acts/transfers.js';
import type { Corp } from '../../corp/corp.js';
import type { Staff } from '../../corp/person.js';
import { isContact } from '../../corp/relations.js';
import { post, Refused, type Call, type Endpoint } from './endpoint.js';
import { page } from './paging.js';
import { staffNamed } from './people-of.js';

/** Transfers of customers from staff who still work here or who left (contract §4.10). */
export const transferEndpoints: readonly Endpoint[] = [
  post('externalcontact/transfer_customer', { customer: [] }, (call) => {
    const from = staffNamed(call.corp, call.params.text('handover_userid'));
    return transferCustomers(call, from, false);
  }),

  post('externalcontact/resigned/transfer_customer', { customer: [] }, (call) => {
    const from = leaverNamed(call.corp, call.params.text('handover_userid'));
    return transferCustomers(call, from, true);
  }),

  post('externalcontact/transfer_result', { customer: [], next_cursor: '' }, (call) => {
    const from = staffNamed(call.corp, call.params.text('handover_userid'));
    return results(call, from, false);
  }),

  post('externalcontact/resigned/transfer_result', { customer: [], next_cursor: '' }, (call) => {
    const from = leaverNamed(call.corp, call.params.text('handover_userid'));
    return results(call, from, true);
  }),

  post('externalcontact/get_unassigned_list', { info: [], is_last: true, next_cursor: '' }, (call) => {
    const { corp, params } = call;
    const waiting = corp.relations
      .all()
      .filter((one) => one.bond === 'unassigned' && corp.sees(one.userid))
      .filter((one) => !corp.transfers.waiting(one.userid, one.person.externalUserId));
    const size = params.number('page_size') ?? 1_000;
    const { items, nextCursor } = page(call, waiting, 'unassigned', { usual: size, most: 1_000 });
    return {
      info: items.map(({ userid, person, changedAt }) => ({
        handover_userid: userid,
        external_userid: person.externalUserId,
        dimission_time: seconds(changedAt),
      })),
      is_last: nextCursor === '',
      next_cursor: nextCursor,
    };
  }),
];

function transferCustomers({ corp, params }: Call, from: Staff, resigned: boolean): Record<string, unknown> {
  const to = takerNamed(corp, params.text('takeover_userid'));
  if (to.userid === from.userid) throw new Refused(40058, 'handover and takeover are the same');
  const ids = [...new Set(params.texts('external_userid'))];
  if (ids.length === 0) throw new Refused(41035, 'external_userid missing');
  if (ids.length > 100) throw new Refused(40058, 'too many external_userid');
  const successMessage = params.text('transfer_success_msg');
  return {
    customer: ids.map((externalUserId) => {
      const errcode = whyNot(corp, from, to, externalUserId);
      if (errcode === 0)
        beginTransfer(corp, { from: from.userid, to: to.userid, externalUserId, resigned, successMessage });
      return { external_userid: externalUserId, errcode };
    }),
  };
}

function whyNot(corp: Corp, from: Staff, to: Staff, externalUserId: string): number {
  if (!corp.people.has(externalUserId)) return 40096;
  const relation = corp.relations.of(from.userid, externalUserId);
  const isTheirs = relation && (from.hasLeft ? relation.bond === 'unassigned' : isContact(relation));
  if (!isTheirs) return 84061;
  if (corp.transfers.waiting(from.userid, externalUserId)) return 40100;
  return corp.relations.ofStaff(to.userid).length >= corp.quotas.customersOfStaff ? 40099 : 0;
}

function results(call: Call, from: Staff, resigned: boolean): Record<string, unknown> {
  const to = staffNamed(call.corp, call.params.text('takeover_userid'));
  const transfers = call.corp.transfers.between(from.userid, to.userid, resigned);
  const list = `transfers ${from.userid} ${to.userid} ${resigned}`;
  const { items, nextCursor } = page(call, transfers, list, { usual: 1_000, most: 1_000 });
  return {
    customer: items.map(({ externalUserId, status, doneAt }) => ({
      external_userid: externalUserId,
      status,
      takeover_time: doneAt === undefined ? 0 : seconds(doneAt),
    })),
    next_cursor: nextCursor,
  };
}

/** The new staff member, who must have the right to have customers. */
export function takerNamed(corp: Corp, userid: string): Staff {
  const staff = staffNamed(corp, userid);
  if (!staff.followsCustomers) throw new Refused(84074, 'no external contact permission');
  return staff;
}

function leaverNamed(corp: Corp, userid: string): Staff {
  if (userid === '') throw new Refused(41009, 'userid missing');
  const staff = corp.staff.get(userid);
  if (!staff) throw new Refused(40003, 'invalid userid');
  if (!staff.hasLeft) throw new Refused(40097, 'user is not resigned');
  return staff;
}
