import { expect } from 'vitest';
import {
  batchGetByUser,
  getContactPage,
  getFollowUserList,
  hasResigned,
  setRemark,
} from '../../../../src/channels/wecom/client/contacts.js';
import { addCorpTag, getCorpTagList, markTag } from '../../../../src/channels/wecom/client/tags.js';
import { recorded } from '../fake-wecom.js';
import { onOrder, withdrawn, type EndpointRow, type Refusal } from './endpoint-row.js';
import { anyText, holding, like } from './matching.js';
import type { SandboxWorld } from './world.js';

const NOBODY = 'wmNobodyKnowsThisOne000000000000';
const NO_TAG = 'etNobodyMadeThisOne0000000000000';
const deleted = ({ corp, names }: SandboxWorld) =>
  corp.act({ do: 'delete_customer', who: names.customerName, staff: names.staff }).then(() => undefined);
const remarkAs =
  (over: Partial<{ staff: string; externalUserId: string; remark: string }>): Refusal['ask'] =>
  (api, { staff, customer }) =>
    setRemark(api, { staff, externalUserId: customer, remark: '安-展会', ...over });
const markAs =
  (over: object): Refusal['ask'] =>
  (api, { staff, customer, tagId }) =>
    markTag(api, { staff, externalUserId: customer, add: [tagId], remove: [], ...over });

/** Contract §4. */
export const contactEndpoints: readonly EndpointRow[] = [
  {
    calls: 'getFollowUserList',
    section: '§4.1',
    endpoint: 'externalcontact/get_follow_user_list',
    ask: (api) => getFollowUserList(api),
    answers: [recorded('api_get_follow_user_list')],
    comes: ({ staff, colleague }) => expect.arrayContaining([staff, colleague]) as unknown,
    empty: { follow_user: [] },
    refusals: [
      {
        errcode: 48002,
        when: 'the app is not among those that may call it',
        before: withdrawn('externalcontact/get_follow_user_list'),
      },
      {
        errcode: 60020,
        when: 'the address is not trusted',
        before: async ({ corp }) => corp.trouble({ untrustedIp: true }),
      },
      {
        errcode: 50003,
        when: 'the app was switched off since it got its token',
        before: async ({ api, corp }) => {
          await getFollowUserList(api);
          corp.trouble({ disabled: true });
        },
      },
    ],
  },
  {
    calls: 'getContactPage',
    section: '§4.3',
    endpoint: 'externalcontact/get',
    ask: (api, { customer }) => getContactPage(api, customer, '', []),
    query: ({ customer }) => ({ external_userid: customer }),
    answers: [recorded('api_externalcontact_get')],
    comes: ({ customer, customerName, staff, state }) => ({
      ok: true,
      data: {
        external_contact: { external_userid: customer, name: customerName, unionid: anyText },
        follow_user: holding({ userid: staff, state, add_way: 1 }),
      },
    }),
    empty: { external_contact: {}, follow_user: [] },
    refusals: [
      { errcode: 84061, when: 'staff deleted them', before: deleted },
      { errcode: 40096, when: 'nobody has this id', ask: (api) => getContactPage(api, NOBODY, '', []) },
      { errcode: 41035, when: 'no id is given', ask: (api) => getContactPage(api, '', '', []) },
      {
        errcode: 40096,
        when: 'their staff are out of scope',
        before: async ({ corp, names }) => corp.trouble({ scope: [names.colleague] }),
      },
    ],
  },
  {
    calls: 'batchGetByUser',
    section: '§4.4',
    endpoint: 'externalcontact/batch/get_by_user',
    ask: (api, { staff }) => batchGetByUser(api, [staff]),
    body: ({ staff }) => ({ userid_list: [staff], cursor: '', limit: 100 }),
    answers: [recorded('api_batch_get_by_user'), { ...recorded('api_ok'), external_contact_list: [] }],
    comes: ({ customer, customerName, staff, state }) => ({
      contacts: holding({
        external_contact: like({ external_userid: customer, name: customerName }),
        follow_info: like({ userid: staff, state, tag_id: expect.any(Array) as unknown }),
      }),
      unlicensed: [],
    }),
    empty: { external_contact_list: [], next_cursor: '', fail_info: { unlicensed_userid_list: [] } },
    outcomes: {
      84061: () => ({ contacts: [], unlicensed: [] }),
      701008: ({ staff }) => ({ contacts: [], unlicensed: [staff] }),
    },
    refusals: [
      { errcode: 84061, when: 'none has customers', before: onOrder('externalcontact/batch/get_by_user', 84061) },
      { errcode: 701008, when: 'none has a licence', before: onOrder('externalcontact/batch/get_by_user', 701008) },
      { errcode: 40003, when: 'one is not in the directory', ask: (api) => batchGetByUser(api, ['GoneLong']) },
      {
        errcode: 60111,
        when: 'one is out of scope',
        before: async ({ corp, names }) => corp.trouble({ scope: [names.colleague] }),
      },
      { errcode: 40063, when: 'nobody is named', ask: (api) => batchGetByUser(api, []) },
    ],
  },
  {
    calls: 'hasResigned',
    section: '§4.2',
    endpoint: 'externalcontact/list',
    ask: (api, { staff }) => hasResigned(api, staff),
    query: ({ staff }) => ({ userid: staff }),
    answers: [recorded('api_externalcontact_list')],
    comes: () => false,
    empty: { external_userid: [] },
    outcomes: {
      40003: () => true,
      ...Object.fromEntries([50002, 60011, 60111, 84061, 84074].map((errcode) => [errcode, () => false])),
    },
    refusals: [
      { errcode: 84061, when: 'they have no customers', ask: (api) => hasResigned(api, 'ChenYu') },
      { errcode: 40003, when: 'they are not in the directory', ask: (api) => hasResigned(api, 'GoneLong') },
      {
        errcode: 40003,
        when: 'they left the company',
        before: async ({ corp, names }) => {
          await corp.act({ do: 'staff_leaves', staff: names.staff });
        },
      },
      {
        errcode: 60111,
        when: 'they are out of scope',
        before: async ({ corp, names }) => corp.trouble({ scope: [names.colleague] }),
      },
      { errcode: 48002, when: 'the app may not call it', before: withdrawn('externalcontact/list') },
    ],
  },
  {
    calls: 'setRemark',
    section: '§4.5',
    endpoint: 'externalcontact/remark',
    ask: remarkAs({})!,
    body: ({ staff, customer }) => ({ userid: staff, external_userid: customer, remark: '安-展会' }),
    answers: [recorded('api_ok')],
    done: [({ pairs }, { customer }) => pairs.find((pair) => pair.externalUserId === customer)?.remark, '安-展会'],
    empty: {},
    refusals: [
      { errcode: 84061, when: 'staff deleted them', before: deleted },
      { errcode: 40096, when: 'nobody has this id', ask: remarkAs({ externalUserId: NOBODY }) },
      { errcode: 40003, when: 'staff are not in the directory', ask: remarkAs({ staff: 'GoneLong' }) },
      { errcode: 40058, when: 'it is longer than 20', ask: remarkAs({ remark: '长'.repeat(21) }) },
    ],
  },
  {
    calls: 'getCorpTagList',
    section: '§4.6',
    endpoint: 'externalcontact/get_corp_tag_list',
    ask: (api) => getCorpTagList(api),
    body: () => ({}),
    answers: [recorded('api_get_corp_tag_list')],
    comes: ({ tagGroupId, tagId }) => holding({ group_id: tagGroupId, tag: holding({ id: tagId }) }),
    empty: { tag_group: [] },
    refusals: [
      {
        errcode: 45009,
        when: 'it was asked too often',
        before: async ({ corp }) =>
          corp.trouble({ limit: { path: '/cgi-bin/externalcontact/get_corp_tag_list', perMinute: 0 } }),
      },
    ],
  },
  {
    calls: 'addCorpTag',
    section: '§4.6',
    endpoint: 'externalcontact/add_corp_tag',
    ask: (api) => addCorpTag(api, { name: '来源' }, [{ name: '官网', order: 0 }]),
    body: () => ({ group_name: '来源', tag: [{ name: '官网', order: 0 }] }),
    answers: [recorded('api_add_corp_tag')],
    comes: () => ({
      ok: true,
      data: { tag_group: { group_id: anyText, group_name: '来源', tag: [{ id: anyText, name: '官网' }] } },
    }),
    done: [({ tags }) => tags.some((tag) => tag.group === '来源' && tag.name === '官网' && tag.byApp), true],
    empty: { tag_group: {} },
    outcomes: { 40071: () => ({ ok: false, errcode: 40071 }) },
    refusals: [
      {
        errcode: 40071,
        when: 'the name is taken',
        ask: (api) => addCorpTag(api, { name: '来源' }, [{ name: '展会' }]),
        answers: [{ ...recorded('api_add_corp_tag_dup'), tag_group: {} }],
      },
      {
        errcode: 40068,
        when: 'the group is gone',
        ask: (api) => addCorpTag(api, { id: NO_TAG, name: '来源' }, [{ name: '官网' }]),
      },
      {
        errcode: 40072,
        when: 'a name is longer than 30',
        ask: (api) => addCorpTag(api, { name: '来源' }, [{ name: '长'.repeat(31) }]),
      },
      {
        errcode: 41018,
        when: 'a name is empty',
        ask: (api) => addCorpTag(api, { name: '来源' }, [{ name: '' }]),
      },
      { errcode: 40063, when: 'no tag is named', ask: (api) => addCorpTag(api, { name: '来源' }, []) },
    ],
  },
  {
    calls: 'markTag',
    section: '§4.7',
    endpoint: 'externalcontact/mark_tag',
    ask: markAs({})!,
    body: ({ staff, customer, tagId }) => ({
      userid: staff,
      external_userid: customer,
      add_tag: [tagId],
      remove_tag: [],
    }),
    answers: [recorded('api_ok')],
    done: [
      ({ pairs }, { customer }) => pairs.find((pair) => pair.externalUserId === customer)?.tags.map((tag) => tag.name),
      ['潜在'],
    ],
    empty: {},
    refusals: [
      {
        errcode: 84061,
        when: 'staff deleted them',
        before: deleted,
        answers: [recorded('api_error_84061')],
      },
      { errcode: 40068, when: 'there is no such tag', ask: markAs({ add: [NO_TAG] }) },
      { errcode: 41017, when: 'no tag is named', ask: markAs({ add: [] }) },
      { errcode: 40003, when: 'staff are not in the directory', ask: markAs({ staff: 'GoneLong' }) },
      { errcode: 40096, when: 'nobody has this id', ask: markAs({ externalUserId: NOBODY }) },
      {
        errcode: 40058,
        when: 'staff put as many on them as may be',
        before: async ({ raw, names }) => {
          await raw('externalcontact/mark_tag', {
            userid: names.staff,
            external_userid: names.customer,
            add_tag: [names.tagId],
          });
          const { tag_group: made } = (await raw('externalcontact/add_corp_tag', {
            group_id: names.tagGroupId,
            tag: [{ name: '普通' }],
          })) as { readonly tag_group: { readonly tag: readonly { readonly id: string }[] } };
          return { tagId: made.tag[0]!.id };
        },
        corp: { quotas: { tagsOnCustomer: 1 } },
      },
    ],
  },
];
