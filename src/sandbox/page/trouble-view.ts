import type { Troubled } from '../trouble.js';

/** The trouble in force. What is ordered for a number of calls is not in it: it is used up. */
export const troubleNow = ({ corp, grant, manners, shares, envelope }: Troubled) => ({
  untrustedIp: grant.untrustedIp,
  disabled: grant.disabled,
  withdrawn: grant.withholdsCustomers,
  scope: corp.scope ? [...corp.scope] : [],
  otherApp: corp.welcomes.rival,
  ...manners,
  shares,
  envelope,
});
