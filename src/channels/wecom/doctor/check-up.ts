import type { Clock } from '../../../platform/clock.js';
import type { Check, Connection } from '../../connection.js';
import type { Probed, WecomApi } from '../client/wecom-api.js';
import type { WecomSettings } from '../settings.js';
import { callbackCheck, callbacksSeenCheck } from './callback-checks.js';
import { connectionChecks, settingsCheck, trustedIpCheck } from './connection-checks.js';
import { agentCheck, contactApiCheck, customersCheck, rights, staffCheck } from './rights-checks.js';
import { asCheck, listIn, pointless, type CheckId } from './told.js';

export interface DoctorDeps {
  readonly api: WecomApi;
  readonly settings: WecomSettings;
  /** This machine's time, also where the product's own is pushed. */
  readonly wallClock: Clock;
  /** Null where no product runs that could have received any. */
  readonly callbacks: () => Connection['callbacks'] | null;
}

/**
 * Every question to WeCom an admin may have given cause for, in the order in which one answer makes the next worth asking.
 * Nothing is changed and nobody is written to.
 */
export async function checkUp({ api, settings, wallClock, callbacks }: DoctorDeps): Promise<readonly Check[]> {
  const token = await api.probeToken();
  const received = callbacks();
  return [
    settingsCheck(settings),
    ...connectionChecks(token, wallClock.now()),
    ...(await rightsChecks(api, settings.agentId, token)),
    await callbackCheck(settings, wallClock.now()),
    ...(received === null ? [] : [callbacksSeenCheck(received)]),
  ];
}

async function rightsChecks(api: WecomApi, agentId: number, token: Probed): Promise<readonly Check[]> {
  const skip = (...ids: readonly CheckId[]): Check[] =>
    [...ids, ...rights.map(({ id }) => id)].map((id) => asCheck(id, pointless));
  if (token.kind !== 'answered' || token.errcode !== 0)
    return skip('trusted_ip', 'agent', 'contact_api', 'staff_scope', 'customers');

  const first = await api.probe({ endpoint: 'externalcontact/get_follow_user_list' });
  const ip = trustedIpCheck(first);
  if (ip.ok !== true) return [ip, ...skip('agent', 'contact_api', 'staff_scope', 'customers')];

  const agent = await agentCheck(api, agentId);
  const contactApi = contactApiCheck(first);
  if (contactApi.ok !== true) return [ip, agent, contactApi, ...skip('staff_scope', 'customers')];

  const staff = listIn(first, 'follow_user').filter((one) => typeof one === 'string');
  const scope = staffCheck(staff);
  if (scope.ok !== true) return [ip, agent, contactApi, scope, ...skip('customers')];

  const checks = [ip, agent, contactApi, scope, await customersCheck(api, staff)];
  // One after the other: a doctor is no load test.
  for (const { ask } of rights) checks.push(await ask(api, staff));
  return checks;
}
