import type { Clock } from '../../../platform/clock.js';
import type { Check, Connection } from '../../connection.js';
import type { ProbeResult, WecomApi } from '../client/wecom-api.js';
import type { WecomSettings } from '../settings.js';
import { callbackCheck, callbacksSeenCheck } from './callback-checks.js';
import { connectionChecks, settingsCheck, trustedIpCheck } from './connection-checks.js';
import { agentCheck, contactApiCheck, customersCheck, rights, staffCheck } from './rights-checks.js';
import { asCheck, listIn, skipped, type CheckId } from './findings.js';

export interface DoctorDeps {
  readonly api: WecomApi;
  readonly settings: WecomSettings;
  /** The time of this machine, even when the clock of the product is pushed. */
  readonly wallClock: Clock;
  /** Null when no product runs. */
  readonly callbacks: () => Connection['callbacks'] | null;
}

/**
 * Runs all checks. A check is skipped when an earlier one makes it pointless. Changes nothing and sends nothing to
 * anybody.
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

async function rightsChecks(api: WecomApi, agentId: number, token: ProbeResult): Promise<readonly Check[]> {
  const skip = (...ids: readonly CheckId[]): Check[] =>
    [...ids, ...rights.map(({ id }) => id)].map((id) => asCheck(id, skipped));
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
  // One after the other, to keep the load low.
  for (const { ask } of rights) checks.push(await ask(api, staff));
  return checks;
}
