import { expect } from 'vitest';
import { getFollowUserList } from '../../../../src/channels/wecom/client/contacts.js';
import { recorded } from '../fake-wecom.js';
import { aCorp } from '../a-corp.js';
import { contactEndpoints } from './contact-endpoints.js';
import { contactWayEndpoints } from './contact-way-endpoints.js';
import { onOrder, type EndpointRow } from './endpoint-row.js';
import { groupEndpoints } from './group-endpoints.js';
import { groupWelcomeEndpoints } from './group-welcome-endpoints.js';
import { massSendEndpoints } from './mass-send-endpoints.js';
import { messageEndpoints } from './message-endpoints.js';

const tokenEndpoint: EndpointRow = {
  calls: 'gettoken',
  section: '§1.1',
  endpoint: 'gettoken',
  // Nothing asks for a token alone: it is fetched for the first call.
  ask: (api) => getFollowUserList(api),
  query: () => ({ corpid: aCorp().corpId, corpsecret: aCorp().secret }),
  answers: [recorded('api_gettoken')],
  comes: ({ staff, colleague }) => expect.arrayContaining([staff, colleague]) as unknown,
  empty: {},
  refusals: [
    {
      errcode: 40001,
      when: 'the secret was changed',
      before: async ({ corp }) => corp.trouble({ newSecret: 'another-secret' }),
    },
    { errcode: 40001, when: 'the app is switched off', before: async ({ corp }) => corp.trouble({ disabled: true }) },
    {
      errcode: 45009,
      when: 'the address is blocked for wrong secrets',
      before: async ({ corp }) => {
        for (let n = 0; n < 3; n += 1)
          await fetch(`${corp.url}/cgi-bin/gettoken?corpid=${aCorp().corpId}&corpsecret=wrong`);
      },
      corp: { wrongSecretLimit: 3 },
      answers: [recorded('api_error_45009')],
    },
    {
      errcode: 40013,
      when: 'there is no such corp',
      before: onOrder('gettoken', 40013),
      answers: [recorded('api_error_40013')],
    },
  ],
};

/** Every function of the client, with the contract of its endpoint. */
export const endpoints: readonly EndpointRow[] = [
  tokenEndpoint,
  ...contactEndpoints,
  ...contactWayEndpoints,
  ...groupEndpoints,
  ...groupWelcomeEndpoints,
  ...massSendEndpoints,
  ...messageEndpoints,
];
