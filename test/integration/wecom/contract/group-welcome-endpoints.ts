import {
  addGroupWelcome,
  deleteGroupWelcome,
  editGroupWelcome,
} from '../../../../src/channels/wecom/client/group-welcomes.js';
import { recorded } from '../fake-wecom.js';
import type { EndpointRow } from './endpoint-row.js';
import { anyText } from './matching.js';

const NO_TEMPLATE = 'msgNobodyMadeThisWelcome00000000';
const content = { text: '欢迎 %NICKNAME%', link: { title: '群规', url: 'https://shop.example.invalid/rules' } };
const written = { text: { content: content.text }, link: content.link };

/** Contract §7.2. */
export const groupWelcomeEndpoints: readonly EndpointRow[] = [
  {
    calls: 'addGroupWelcome',
    section: '§7.2',
    endpoint: 'externalcontact/group_welcome_template/add',
    ask: (api) => addGroupWelcome(api, content, false),
    body: () => ({ ...written, notify: 0 }),
    answers: [{ errcode: 0, errmsg: 'ok', template_id: 'msgXXXXXX' }],
    comes: () => anyText,
    empty: { template_id: '' },
    refusals: [
      { errcode: 40063, when: 'it says nothing', ask: (api) => addGroupWelcome(api, { text: '', link: null }, false) },
      {
        errcode: 45002,
        when: 'it is longer than 3 000 bytes',
        ask: (api) => addGroupWelcome(api, { text: '长'.repeat(1_001), link: null }, false),
      },
      { errcode: 41055, when: 'the corp has as many as may be', corp: { quotas: { groupWelcomes: 1 } } },
    ],
  },
  {
    calls: 'editGroupWelcome',
    section: '§7.2',
    endpoint: 'externalcontact/group_welcome_template/edit',
    ask: (api, { groupWelcome }) => editGroupWelcome(api, groupWelcome, content),
    body: ({ groupWelcome }) => ({ template_id: groupWelcome, ...written }),
    answers: [recorded('api_ok')],
    comes: () => true,
    empty: {},
    outcomes: { 40037: () => false },
    refusals: [
      { errcode: 40037, when: 'it was deleted', ask: (api) => editGroupWelcome(api, NO_TEMPLATE, content) },
      {
        errcode: 41058,
        when: 'another made it',
        before: async ({ corp }) => ({
          groupWelcome: String((await corp.act({ do: 'new_group_welcome', text: '你好' })).templateId),
        }),
      },
    ],
  },
  {
    calls: 'deleteGroupWelcome',
    section: '§7.2',
    endpoint: 'externalcontact/group_welcome_template/del',
    ask: (api, { groupWelcome }) => deleteGroupWelcome(api, groupWelcome),
    body: ({ groupWelcome }) => ({ template_id: groupWelcome }),
    answers: [recorded('api_ok')],
    empty: {},
    outcomes: { 40037: () => undefined },
    refusals: [{ errcode: 40037, when: 'it was deleted', ask: (api) => deleteGroupWelcome(api, NO_TEMPLATE) }],
  },
];
