import type { Troubled } from '../trouble.js';

/** The current trouble, without faults ordered for a number of calls: those are used up. */
export const troubleNow = ({ corp, grant, manners, shares, envelope }: Troubled) => ({
  untrustedIp: grant.untrustedIp,
  disabled: grant.disabled,
  withdrawn: grant.withholdsCustomers,
  scope: corp.scope ? [...corp.scope] : [],
  otherApp: corp.welcomes.rival,
  acquisition: corp.acquisitionLinks.manners,
  signIn: corp.signIns.manners,
  ...manners,
  shares,
  envelope,
});
