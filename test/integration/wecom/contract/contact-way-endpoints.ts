import { expect } from 'vitest';
import {
  addContactWay,
  deleteContactWay,
  getContactWay,
  updateContactWay,
} from '../../../../src/channels/wecom/client/contact-ways.js';
import { recorded } from '../fake-wecom.js';
import type { EndpointRow } from './endpoint-row.js';
import { anyText } from './matching.js';
import type { Names } from './world.js';

const NO_WAY = '0'.repeat(32);
const way = ({ staff }: Names) => ({ staff: [staff], state: 'code-b', remark: '展会渠道', skipVerify: false });
const written = ({ staff }: Names) => ({ remark: '展会渠道', skip_verify: false, state: 'code-b', user: [staff] });
const seesWay = (config: (names: Names) => string): EndpointRow['done'] => [
  ({ contactWays }, names) => contactWays.find((one) => one.configId === config(names)),
  undefined,
];

/** Contract §6. */
export const contactWayEndpoints: readonly EndpointRow[] = [
  {
    calls: 'addContactWay',
    section: '§6',
    endpoint: 'externalcontact/add_contact_way',
    ask: (api, names) => addContactWay(api, way(names)),
    body: (names) => ({ type: 2, scene: 2, ...written(names) }),
    answers: [recorded('api_add_contact_way')],
    comes: () => ({ config_id: anyText, qr_code: expect.stringMatching(/^https?:/) as unknown }),
    done: [({ contactWays }) => contactWays.find((one) => one.state === 'code-b')?.users, ['LinXia']],
    empty: { config_id: '', qr_code: '' },
    refusals: [
      {
        errcode: 40003,
        when: 'staff are not in the directory',
        ask: (api, names) => addContactWay(api, { ...way(names), staff: ['GoneLong'] }),
      },
      {
        errcode: 41054,
        when: 'staff may have no customers',
        ask: (api, names) => addContactWay(api, { ...way(names), staff: ['GuBei'] }),
      },
      {
        errcode: 40063,
        when: 'nobody is named',
        ask: (api, names) => addContactWay(api, { ...way(names), staff: [] }),
      },
      {
        errcode: 41041,
        when: 'too many are named',
        ask: (api, names) => addContactWay(api, { ...way(names), staff: [names.staff, names.colleague] }),
        corp: { quotas: { usersOfWay: 1 } },
      },
      { errcode: 41045, when: 'the corp has as many as may be', corp: { quotas: { ways: 2 } } },
    ],
  },
  {
    calls: 'getContactWay',
    section: '§6',
    endpoint: 'externalcontact/get_contact_way',
    ask: (api, { contactWay }) => getContactWay(api, contactWay),
    body: ({ contactWay }) => ({ config_id: contactWay }),
    answers: [recorded('api_get_contact_way')],
    comes: ({ contactWay, staff }) => ({
      config_id: contactWay,
      state: anyText,
      skip_verify: true,
      qr_code: expect.stringMatching(/^https?:/) as unknown,
      user: expect.arrayContaining([staff]) as unknown,
    }),
    empty: { contact_way: {} },
    outcomes: { 41044: () => undefined },
    refusals: [
      { errcode: 41044, when: 'it was deleted', ask: (api) => getContactWay(api, NO_WAY) },
      { errcode: 41043, when: 'none is named', ask: (api) => getContactWay(api, '') },
    ],
  },
  {
    calls: 'updateContactWay',
    section: '§6',
    endpoint: 'externalcontact/update_contact_way',
    ask: (api, names) => updateContactWay(api, names.contactWay, way(names)),
    body: (names) => ({ config_id: names.contactWay, ...written(names) }),
    answers: [recorded('api_ok')],
    done: [({ contactWays }, names) => contactWays.find((one) => one.configId === names.contactWay)?.state, 'code-b'],
    empty: {},
    refusals: [
      { errcode: 41044, when: 'it was deleted', ask: (api, names) => updateContactWay(api, NO_WAY, way(names)) },
      {
        errcode: 41054,
        when: 'staff may have no customers',
        ask: (api, names) => updateContactWay(api, names.contactWay, { ...way(names), staff: ['GuBei'] }),
      },
    ],
  },
  {
    calls: 'deleteContactWay',
    section: '§6',
    endpoint: 'externalcontact/del_contact_way',
    ask: (api, { contactWay }) => deleteContactWay(api, contactWay),
    body: ({ contactWay }) => ({ config_id: contactWay }),
    answers: [recorded('api_ok')],
    done: seesWay(({ contactWay }) => contactWay),
    empty: {},
    outcomes: { 41044: () => undefined },
    refusals: [
      { errcode: 41044, when: 'it was deleted', ask: (api) => deleteContactWay(api, NO_WAY) },
      { errcode: 41043, when: 'none is named', ask: (api) => deleteContactWay(api, '') },
    ],
  },
];
