import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { tokenAnswer } from './access-token.js';
import { addContactWayAnswer, contactWayAnswer } from './contact-ways.js';
import { contactAnswer, contactPageAnswer, followUsersAnswer } from './contacts.js';
import { verdictOn } from './errcodes.js';
import { addJoinWayAnswer, groupAnswer, groupPageAnswer, groupStatisticAnswer, joinWayAnswer } from './groups.js';
import { noFields } from './lenient.js';
import { addMassSendAnswer, massSendPageAnswer, resultPageAnswer, taskPageAnswer } from './mass-sends.js';
import { uploadAnswer } from './media.js';
import { messageAnswer } from './messages.js';
import { addTagAnswer, tagLibraryAnswer } from './tags.js';

const folder = new URL('../../../../test/fixtures/wecom/', import.meta.url);
const recorded = (name: string) =>
  JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Record<string, unknown>;

/** Each recorded success with its schema and a part of the expected result. */
const successes: Readonly<Record<string, readonly [z.ZodType, object]>> = {
  api_gettoken: [tokenAnswer, { expires_in: 7200 }],
  api_get_follow_user_list: [followUsersAnswer, { follow_user: ['LinXia', 'ZhaoMin'] }],
  api_externalcontact_get: [
    contactAnswer,
    {
      external_contact: { name: '安然' },
      follow_user: [{ tags: [{ tag_id: 'etZk3p9QBAAAJyHIPw8cUM0L2lqWEb4I' }, {}] }, { remark: '安' }],
    },
  ],
  api_batch_get_by_user: [
    contactPageAnswer,
    {
      external_contact_list: [{ follow_info: { userid: 'LinXia', tag_id: { length: 2 } } }],
      next_cursor: 'Sd9JzOWbEZ8xkNHRZ9p5iHJGj3ysptc9JlTerhMQNhXqrChw',
    },
  ],
  api_get_corp_tag_list: [
    tagLibraryAnswer,
    { tag_group: [{ group_name: '客户等级', tag: { length: 2 } }, { group_name: '来源' }] },
  ],
  api_add_corp_tag: [addTagAnswer, { tag_group: { tag: [{ name: '官网', id: 'etZk3p9QBAAAKPiAbE4dlm9a6Y1Tlcww' }] } }],
  api_groupchat_list: [groupPageAnswer, { group_chat_list: { length: 2 } }],
  api_groupchat_get: [groupAnswer, { group_chat: { owner: 'LinXia', member_list: { length: 3 } } }],
  api_groupchat_statistic_group_by_day: [
    groupStatisticAnswer,
    { items: [{ stat_time: 1795104000, data: { member_total: 86 } }] },
  ],
  api_add_contact_way: [addContactWayAnswer, { config_id: '1d9eb324dca1ff5bfd250a2e06de4628' }],
  api_get_contact_way: [contactWayAnswer, { contact_way: { state: 'expo-2026-a', user: ['LinXia', 'ZhaoMin'] } }],
  api_add_join_way: [addJoinWayAnswer, { config_id: '888fc491b64635913dfe0a4919a875a6' }],
  api_get_join_way: [joinWayAnswer, { join_way: { state: 'grp-expo' } }],
  api_add_msg_template: [addMassSendAnswer, { fail_list: { length: 1 }, msgid: 'msgZk3p9QBAAAhqtDTqw2rC8H7FCm8g8s' }],
  // Its cursor is empty.
  api_get_groupmsg_list_v2: [
    massSendPageAnswer,
    { group_msg_list: [{ text: { content: '周五福利预告' } }], next_cursor: undefined },
  ],
  api_get_groupmsg_task: [taskPageAnswer, { task_list: [{ status: 2 }, { status: 0 }] }],
  api_get_groupmsg_send_result: [resultPageAnswer, { send_list: [{ status: 1 }, { status: 2 }, { status: 3 }] }],
  api_ok: [noFields, {}],
  api_message_send_partial: [messageAnswer, { invaliduser: ['wangqiang'] }],
  api_media_upload: [uploadAnswer, { media_id: 'hxbd7SJtVMFGq5JsKGgP4F9IjXZKiWbNTehtU7D5oLH7p4BQyKb5wRcWL0bKFw5F' }],
};

const refusals: Readonly<Record<string, string>> = {
  api_add_corp_tag_dup: 'tag_exists',
  api_add_msg_template_41048: 'nobody_to_send_to',
  api_error_40013: 'bad_corp_id',
  api_error_45009: 'too_frequent',
  api_error_84061: 'not_a_contact',
  api_groupchat_get_unknown: 'no_such_group',
  api_send_welcome_41050: 'welcome_code_expired',
};

/** The doctor checks only whether these endpoints are allowed. */
const onlyProbed = ['api_externalcontact_list', 'api_list_contact_way'];
const notYetCalled = ['api_groupchat_statistic', 'api_onjob_transfer'];

describe('the recorded answers', () => {
  it('are all listed here', () => {
    const names = readdirSync(folder)
      .filter((name) => name.startsWith('api_'))
      .map((name) => name.replace('.json', ''));
    expect([...Object.keys(successes), ...Object.keys(refusals), ...onlyProbed, ...notYetCalled].sort()).toEqual(
      names.sort(),
    );
  });

  it.each(Object.entries(successes))('%s can be read, with unknown fields', (name, [schema, holds]) => {
    expect(schema.parse({ ...recorded(name), a_field_of_next_year: { x: 1 } })).toMatchObject(holds);
  });

  it.each(Object.entries(successes))('%s can be read with null for unknown values', (name, [schema]) => {
    const withNulls = { ...recorded(name), next_cursor: null, fail_list: null, invaliduser: null };
    expect(schema.safeParse(withNulls).success).toBe(true);
  });

  it.each(Object.entries(refusals))('%s has the code %s', (name, code) => {
    expect(verdictOn(Number(recorded(name)['errcode'])).code).toBe(code);
  });
});
