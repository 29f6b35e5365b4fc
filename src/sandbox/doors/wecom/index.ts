import { acquisitionEndpoints } from './acquisition.js';
import { appMessageEndpoints } from './app-messages.js';
import { contactWayEndpoints } from './contact-ways.js';
import { contactEndpoints } from './contacts.js';
import { conversionEndpoints } from './conversions.js';
import { get, type Endpoint } from './endpoint.js';
import { groupTransferEndpoints } from './group-transfers.js';
import { groupWelcomeEndpoints } from './group-welcomes.js';
import { groupEndpoints } from './groups.js';
import { kfAccountEndpoints } from './kf-accounts.js';
import { kfCustomerEndpoints } from './kf-customers.js';
import { kfMessageEndpoints } from './kf-messages.js';
import { kfSessionEndpoints } from './kf-sessions.js';
import { kfSyncEndpoints } from './kf-sync.js';
import { joinWayEndpoints } from './join-ways.js';
import { massSendEndpoints } from './mass-sends.js';
import { mediaEndpoints } from './media.js';
import { signInEndpoints } from './sign-in.js';
import { statisticEndpoints } from './statistics.js';
import { tagEndpoints } from './tags.js';
import { transferEndpoints } from './transfers.js';
import { webhookEndpoints } from './webhook.js';
import { welcomeEndpoints } from './welcome.js';

/** All the API there is. What the real one cannot do (make a group, add or remove a customer, post into it) is a 404 here too. */
export const wecomEndpoints = (): readonly Endpoint[] => [
  get('getcallbackip', { ip_list: [] }, () => ({ ip_list: ['127.0.0.1'] })),
  get('get_api_domain_ip', { ip_list: [] }, () => ({ ip_list: ['127.0.0.1'] })),
  ...contactEndpoints,
  ...contactWayEndpoints,
  ...acquisitionEndpoints,
  ...tagEndpoints,
  ...welcomeEndpoints,
  ...massSendEndpoints,
  ...groupEndpoints,
  ...groupWelcomeEndpoints,
  ...groupTransferEndpoints,
  ...statisticEndpoints,
  ...transferEndpoints,
  ...conversionEndpoints,
  ...joinWayEndpoints,
  ...appMessageEndpoints(),
  ...mediaEndpoints,
  ...signInEndpoints,
  ...webhookEndpoints,
  ...kfAccountEndpoints,
  ...kfSyncEndpoints,
  ...kfMessageEndpoints,
  ...kfSessionEndpoints,
  ...kfCustomerEndpoints,
];
