import { z } from 'zod';
import { emitEvent } from '../corp/acts/events.js';
import { sendKfCallback } from '../corp/acts/kf-news.js';
import {
  changeServing,
  endSession,
  pressUpgrade,
  recallAsServicer,
  rejectCustomer,
  takeFromQueue,
  transferSession,
  writeAsServicer,
} from '../corp/acts/kf-servicers.js';
import { servicerOf } from '../corp/acts/kf-who-serves.js';
import type { Corp } from '../corp/corp.js';
import { accountNamed } from './kf-acts.js';
import { group, ImpossibleAct, name, person, staff } from './named.js';

const account = name.optional();
const inChat = { who: name, staff: name, account };

/** Acts of servicers in the client, and of the administrator, about customer service. */
export const servicerActs = [
  z.object({ do: z.literal('take_session'), ...inChat }),
  z.object({ do: z.literal('transfer_session'), ...inChat, to: name }),
  z.object({ do: z.literal('end_session'), ...inChat }),
  // In an ended session this re-opens it.
  z.object({ do: z.literal('write_as_servicer'), ...inChat, text: name }),
  z.object({
    do: z.literal('recall_as_servicer'),
    ...inChat,
    msgid: name,
    times: z.number().int().min(1).default(1),
  }),
  z.object({ do: z.literal('reject_customer'), ...inChat, rejects: z.boolean().default(true) }),
  z.object({ do: z.literal('press_upgrade'), ...inChat }),
  z.object({
    do: z.literal('servicer_status'),
    staff: name,
    account,
    status: z.enum(['serving', 'paused', 'stopped']),
  }),
  // The servicers of an account, as the administrator sets them.
  z.object({ do: z.literal('set_servicers'), account, staff: z.array(name) }),
  // Whether the staff member has activated their WeCom account.
  z.object({ do: z.literal('activation'), staff: name, activated: z.boolean() }),
  // Grants the account to the app, or takes it away.
  z.object({ do: z.literal('grant_account'), account, granted: z.boolean() }),
  // What upgrade_service may recommend.
  z.object({ do: z.literal('upgrade_range'), staff: z.array(name), groups: z.array(name) }),
  // A callback as such: for an account the app does not know, or the same one again.
  z.object({
    do: z.literal('kf_callback'),
    openKfid: name,
    token: name.optional(),
    times: z.number().int().min(1).default(1),
  }),
] as const;

type ServicerAct = z.output<(typeof servicerActs)[number]>;
type ChatAct = Extract<ServicerAct, { who: string }>;

export function performInService(corp: Corp, act: ServicerAct): Record<string, unknown> {
  switch (act.do) {
    case 'servicer_status': {
      const of = accountNamed(corp, act.account);
      const servicer = servicerOf(corp, of, staff(corp, act.staff).userid);
      if (!servicer) throw new ImpossibleAct(`${act.staff} is no servicer`);
      changeServing(corp, of, servicer, act.status);
      return {};
    }
    case 'set_servicers': {
      const { servicers } = accountNamed(corp, act.account);
      const userids = act.staff.map((one) => staff(corp, one).userid);
      for (const userid of [...servicers.keys()]) if (!userids.includes(userid)) servicers.delete(userid);
      for (const userid of userids) if (!servicers.has(userid)) servicers.set(userid, { userid, status: 'serving' });
      return {};
    }
    case 'activation': {
      const { userid } = staff(corp, act.staff);
      if (act.activated) corp.kf.unactivated.delete(userid);
      else corp.kf.unactivated.add(userid);
      return {};
    }
    case 'grant_account':
      grantAccount(corp, act);
      return {};
    case 'upgrade_range':
      corp.kf.upgradeRange = {
        userids: act.staff.map((one) => staff(corp, one).userid),
        departments: [],
        chatIds: act.groups.map((one) => group(corp, one).chatId),
      };
      return {};
    case 'kf_callback': {
      const token = act.token ?? corp.kf.stream.makeToken(act.openKfid, corp.now(), corp.kf.manners.numericTokens);
      for (let i = 0; i < act.times; i += 1) sendKfCallback(corp, act.openKfid, token);
      return { token };
    }
    default:
      return performInChat(corp, act);
  }
}

function grantAccount(corp: Corp, act: Extract<ServicerAct, { do: 'grant_account' }>): void {
  const account = accountNamed(corp, act.account);
  account.granted = act.granted;
  emitEvent(corp, 'kf_account_auth_change', {
    [act.granted ? 'AuthAddOpenKfId' : 'AuthDelOpenKfId']: account.openKfid,
  });
}

function performInChat(corp: Corp, act: ChatAct): Record<string, unknown> {
  const by = staff(corp, act.staff);
  const customer = person(corp, act.who);
  const session = corp.kf.session(accountNamed(corp, act.account), customer);
  switch (act.do) {
    case 'take_session':
      return done(takeFromQueue(corp, session, by));
    case 'transfer_session':
      return done(transferSession(corp, session, by, staff(corp, act.to)));
    case 'end_session':
      return done(endSession(corp, session, by));
    case 'write_as_servicer':
      return done(writeAsServicer(corp, session, by, act.text));
    case 'recall_as_servicer':
      for (let i = 0; i < act.times; i += 1) recallAsServicer(corp, session, by, act.msgid);
      return {};
    case 'reject_customer':
      rejectCustomer(corp, session, by, act.rejects);
      return {};
    case 'press_upgrade':
      return done(pressUpgrade(corp, session, by));
  }
}

function done(not: string | undefined): Record<string, unknown> {
  if (not !== undefined) throw new ImpossibleAct(`not possible: ${not}`);
  return {};
}
