import { expect } from 'vitest';
import type { Act } from '../../../../src/sandbox/sandbox.js';
import type { Names } from './world.js';

/** What a test can name beside what is in the corp anyway: newcomers by their nickname, and what was made for the test. */
export interface EventNames extends Names {
  id(nickname: string): string;
  readonly askingWay: string;
}

export interface EventRow {
  /** The last act causes the callbacks; the acts before it prepare it. */
  readonly acts: (names: EventNames) => readonly Act[];
  /** The callbacks it makes, by Event, ChangeType and UpdateDetail; a message by its MsgType. */
  readonly posts: readonly string[];
  /** The facts and commands that the callback door passes on. */
  readonly received: (names: EventNames) => readonly object[];
}

type Fields = Readonly<Record<string, string | number | string[]>>;

const CONTACT = 'change_external_contact';
const GROUP = 'change_external_chat';
const TAG = 'change_external_tag';
const nothing = () => [];
const someone: unknown = expect.stringMatching(/^\w+$/);

const newcomer = (name: string): Act => ({ do: 'newcomer', name });
const met = (name: string): readonly Act[] => [newcomer(name), { do: 'add_contact', who: name, staff: 'LinXia' }];
const inGroup = (name: string, { chatId }: Names): readonly Act[] => [
  newcomer(name),
  { do: 'invite', who: name, group: chatId, staff: 'LinXia' },
];
/** An event that no act in the sandbox causes, sent with the fields of the contract. */
const sentAsIs = (
  event: string | undefined,
  fields: Fields,
  posts: string,
  received: EventRow['received'] = nothing,
): EventRow => ({
  acts: () => [event === undefined ? { do: 'send_callback', fields } : { do: 'send_callback', event, fields }],
  posts: [posts],
  received,
});
const silent = (acts: EventRow['acts']): EventRow => ({ acts, posts: [], received: nothing });
const said = (text: unknown, replyTo: object = { kind: 'app' }) => ({
  said: text,
  from: { kind: 'staff', staff: 'LinXia' },
  replyTo,
});
const contact = (kind: string, member: string, data: object) => ({ kind, member: { externalUserId: member }, data });
const group = (detail: string, chatId: unknown, more: object = {}) => ({
  kind: 'group_changed',
  member: {},
  data: { chatId, detail, complete: false, ...more },
});
const member = (kind: string, id: string, chatId: string, data: object) => contact(kind, id, { chatId, ...data });
const versions: object = { version: someone, lastVersion: someone, complete: true };
const tag = (change: string) => ({ kind: 'tag_library_changed', member: {}, data: { change, id: someone } });
const alarm = (name: string, over = false) => [{ kind: 'app_alarm', member: {}, data: { alarm: name, over } }];
const staffChange = (data: object) => [{ kind: 'staff_changed', member: {}, data }];

/** §3.1 */
const contactRows: readonly EventRow[] = [
  {
    acts: () => [newcomer('甲'), { do: 'add_contact', who: '甲', staff: 'LinXia', state: 'expo' }],
    posts: [`${CONTACT}.add_external_contact`],
    received: ({ id }) => [
      contact('contact_added', id('甲'), { staff: 'LinXia', state: 'expo', welcomeCode: someone, mutual: true }),
    ],
  },
  {
    acts: () => [newcomer('乙'), { do: 'add_contact', who: '乙', staff: 'LinXia', half: true }],
    posts: [`${CONTACT}.add_half_external_contact`],
    received: ({ id }) => [
      contact('contact_added', id('乙'), { staff: 'LinXia', welcomeCode: someone, mutual: false }),
    ],
  },
  {
    acts: () => [newcomer('丙'), { do: 'scan_contact_way', who: '丙', state: 'code-a' }],
    posts: [`${CONTACT}.add_external_contact`],
    received: ({ id }) => [
      contact('contact_added', id('丙'), { staff: 'LinXia', state: 'code-a', welcomeCode: someone, mutual: true }),
    ],
  },
  {
    acts: ({ askingWay }) => [
      newcomer('丁'),
      { do: 'scan_contact_way', who: '丁', configId: askingWay },
      { do: 'accept_contact', who: '丁', staff: 'LinXia' },
    ],
    posts: [`${CONTACT}.add_external_contact`],
    received: ({ id }) => [
      contact('contact_added', id('丁'), { staff: 'LinXia', state: 'asks', welcomeCode: someone, mutual: true }),
    ],
  },
  {
    acts: () => [...met('戊'), { do: 'edit_contact', who: '戊', staff: 'LinXia', remark: '戊-展会' }],
    posts: [`${CONTACT}.edit_external_contact`],
    received: ({ id }) => [contact('contact_changed', id('戊'), { staff: 'LinXia' })],
  },
  {
    acts: ({ tagId }) => [...met('己'), { do: 'tag', who: '己', staff: 'LinXia', add: [tagId] }],
    posts: [`${CONTACT}.edit_external_contact`],
    received: ({ id }) => [contact('contact_changed', id('己'), { staff: 'LinXia' })],
  },
  {
    acts: () => [...met('庚'), { do: 'delete_customer', who: '庚', staff: 'LinXia' }],
    posts: [`${CONTACT}.del_external_contact`],
    received: ({ id }) => [contact('contact_lost', id('庚'), { staff: 'LinXia', by: 'staff' })],
  },
  {
    acts: () => [...met('辛'), { do: 'delete_staff', who: '辛', staff: 'LinXia' }],
    posts: [`${CONTACT}.del_follow_user`],
    received: ({ id }) => [contact('contact_lost', id('辛'), { staff: 'LinXia', by: 'member' })],
  },
  {
    acts: () => [...met('壬'), { do: 'transfer', who: '壬', from: 'LinXia', to: 'ZhaoMin' }],
    posts: [`${CONTACT}.del_external_contact`, `${CONTACT}.add_external_contact`],
    received: ({ id }) => [
      contact('contact_changed', id('壬'), { staff: 'LinXia' }),
      contact('contact_added', id('壬'), { staff: 'ZhaoMin', mutual: true }),
    ],
  },
  {
    acts: () => [
      ...met('癸'),
      { do: 'transfer', who: '癸', from: 'LinXia', to: 'ZhaoMin', outcome: 'customer_limit_exceed' },
    ],
    posts: [`${CONTACT}.transfer_fail`],
    received: ({ id }) => [contact('transfer_failed', id('癸'), { staff: 'ZhaoMin', reason: 'customer_limit_exceed' })],
  },
  {
    acts: ({ customerName }) => [{ do: 'refuse_transfer', who: customerName, staff: 'LinXia' }],
    posts: [`${CONTACT}.transfer_fail`],
    received: ({ customer }) => [contact('transfer_failed', customer, { staff: 'ChenYu', reason: 'customer_refused' })],
  },
  sentAsIs(
    CONTACT,
    { ChangeType: 'msg_audit_approved', UserID: 'LinXia', ExternalUserID: 'wm1' },
    `${CONTACT}.msg_audit_approved`,
  ),
];

/** §3.2 */
const groupRows: readonly EventRow[] = [
  {
    acts: () => [{ do: 'new_group', name: '新群', owner: 'LinXia' }],
    posts: [`${GROUP}.create`],
    received: () => [group('create', someone)],
  },
  {
    acts: ({ joinWay }) => [newcomer('子'), { do: 'scan', who: '子', configId: joinWay }],
    posts: [`${GROUP}.update.add_member`],
    received: ({ id, chatId }) => [
      member('joined_group', id('子'), chatId, { scene: 3 }),
      group('add_member', chatId, versions),
    ],
  },
  {
    acts: ({ chatId }) => [
      newcomer('丑'),
      newcomer('寅'),
      { do: 'invite', who: ['丑', '寅'], group: chatId, staff: 'LinXia' },
    ],
    posts: [`${GROUP}.update.add_member`],
    received: ({ id, chatId }) => [
      member('joined_group', id('丑'), chatId, { scene: 0 }),
      member('joined_group', id('寅'), chatId, { scene: 0 }),
      group('add_member', chatId, versions),
    ],
  },
  {
    acts: (names) => [...inGroup('卯', names), { do: 'leave', who: '卯', group: names.chatId }],
    posts: [`${GROUP}.update.del_member`],
    received: ({ id, chatId }) => [
      member('left_group', id('卯'), chatId, { removed: false }),
      group('del_member', chatId, versions),
    ],
  },
  {
    acts: (names) => [...inGroup('辰', names), { do: 'remove', who: '辰', group: names.chatId, staff: 'LinXia' }],
    posts: [`${GROUP}.update.del_member`],
    received: ({ id, chatId }) => [
      member('left_group', id('辰'), chatId, { removed: true }),
      group('del_member', chatId, versions),
    ],
  },
  {
    acts: () => [{ do: 'rename_group', group: '会员群①', name: '会员群甲' }],
    posts: [`${GROUP}.update.change_name`],
    received: () => [group('change_name', someone)],
  },
  {
    acts: () => [{ do: 'change_notice', group: '会员群②', text: '今晚八点' }],
    posts: [`${GROUP}.update.change_notice`],
    received: () => [group('change_notice', someone)],
  },
  {
    acts: () => [{ do: 'change_owner', group: '会员群②', staff: 'ZhaoMin' }],
    posts: [`${GROUP}.update.change_owner`],
    received: () => [group('change_owner', someone)],
  },
  {
    acts: () => [{ do: 'dismiss_group', group: '老友闲聊群' }],
    posts: [`${GROUP}.dismiss`],
    received: () => [group('dismiss', someone)],
  },
];

/** §3.3 */
const tagRows: readonly EventRow[] = [
  {
    acts: () => [{ do: 'new_tag', group: '来源', name: '直播间' }],
    posts: [`${TAG}.create`],
    received: () => [tag('create')],
  },
  {
    // A group with two tags: three events, all of one second.
    acts: () => [{ do: 'new_tag_group', name: '城市', tags: ['上海', '杭州'] }],
    posts: [`${TAG}.create`, `${TAG}.create`, `${TAG}.create`],
    received: () => [tag('create'), tag('create'), tag('create')],
  },
  {
    acts: () => [{ do: 'rename_tag', tag: '上海', name: '上海市' }],
    posts: [`${TAG}.update`],
    received: () => [tag('update')],
  },
  {
    acts: () => [{ do: 'rename_tag_group', group: '城市', name: '所在城市' }],
    posts: [`${TAG}.update`],
    received: () => [tag('update')],
  },
  {
    acts: () => [{ do: 'delete_tag', tag: '杭州' }],
    posts: [`${TAG}.delete`],
    received: () => [tag('delete')],
  },
  {
    // Its tags are deleted with it, without callbacks of their own.
    acts: () => [{ do: 'delete_tag_group', group: '所在城市' }],
    posts: [`${TAG}.delete`],
    received: () => [tag('delete')],
  },
  {
    acts: () => [{ do: 'shuffle_tags', group: '喜好' }],
    posts: [`${TAG}.shuffle`],
    received: () => [tag('shuffle')],
  },
  {
    // The order of all groups: an empty Id.
    acts: () => [{ do: 'shuffle_tags' }],
    posts: [`${TAG}.shuffle`],
    received: () => [{ kind: 'tag_library_changed', member: {}, data: { change: 'shuffle' } }],
  },
];

const acquisition = (change: string, received?: EventRow['received']): EventRow =>
  sentAsIs(
    'customer_acquisition',
    { ChangeType: change, LinkId: 'cawcde' },
    `customer_acquisition.${change}`,
    received,
  );

/** §3.4 */
const acquisitionRows: readonly EventRow[] = [
  ...['balance_low', 'balance_exhausted', 'link_unavailable', 'quota_expire_soon'].map((change) =>
    acquisition(change, () => alarm(`acquisition_${change}`)),
  ),
  acquisition('balance_increased', () => alarm('acquisition_balance', true)),
  ...[
    'open_profile',
    'friend_request',
    'customer_start_chat',
    'message_from_customer',
    'del_follow_user',
    'delete_link',
  ].map((change) => acquisition(change)),
];

const appHead = { FromUserName: 'LinXia', AgentID: 1_000_002 };
const message = (MsgType: string, fields: Fields, text: string): EventRow =>
  sentAsIs(undefined, { ...appHead, MsgType, MsgId: '7301445566000001009', ...fields }, `message.${MsgType}`, () => [
    said(text),
  ]);
const directory = (change: string, fields: Fields, received?: EventRow['received']): EventRow =>
  sentAsIs('change_contact', { ChangeType: change, ...fields }, `change_contact.${change}`, received);
const ofApp = (event: string, fields: Fields = {}, received?: EventRow['received']): EventRow =>
  sentAsIs(event, { ...appHead, ...fields }, event, received);

/** §3.5 */
const appRows: readonly EventRow[] = [
  {
    acts: () => [{ do: 'write_to_app', staff: 'LinXia', text: '查 <小鹿> & 3' }],
    posts: ['message.text'],
    received: () => [said('查 <小鹿> & 3')],
  },
  message('image', { PicUrl: 'https://p.example.invalid/0', MediaId: 'm1' }, '[图片]'),
  message('voice', { MediaId: 'm1', Format: 'amr' }, '[语音]'),
  message('video', { MediaId: 'm1', ThumbMediaId: 'm2' }, '[视频]'),
  message(
    'location',
    { Location_X: '31.2', Location_Y: '121.4', Scale: 16, Label: '人民广场', AppType: 'wxwork' },
    '[位置]',
  ),
  message('link', { Title: '福利页', Description: '限本群', Url: 'https://shop.example.invalid/w' }, '[链接]'),
  {
    acts: () => [{ do: 'tap_card', staff: 'LinXia', taskId: 'pull-1', key: 'done' }],
    posts: ['template_card_event'],
    received: () => [
      said('done pull-1', { kind: 'card', taskId: 'pull-1', responseCode: someone, cardType: 'button_interaction' }),
    ],
  },
  {
    acts: () => [{ do: 'tap_card', staff: 'LinXia', taskId: 'menu-1', key: 'later' }],
    posts: ['template_card_menu_event'],
    received: () => [
      said('later menu-1', { kind: 'card', taskId: 'menu-1', responseCode: someone, cardType: 'text_notice' }),
    ],
  },
  {
    acts: () => [{ do: 'click', staff: 'LinXia', key: 'MENU_TODAY' }],
    posts: ['click'],
    received: () => [said('MENU_TODAY')],
  },
  ...(['subscribe', 'unsubscribe', 'enter_agent'] as const).map((event): EventRow => ({
    acts: () => [{ do: event, staff: 'LinXia' }],
    posts: [event],
    received: nothing,
  })),
  ofApp('LOCATION', { Latitude: '31.2', Longitude: '121.4', Precision: '65', AppType: 'wxwork' }),
  ofApp('view', { EventKey: 'https://shop.example.invalid/w' }),
  ofApp('view_miniprogram', { EventKey: 'pages/index' }),
  ...['scancode_push', 'scancode_waitmsg'].map((event) => ofApp(event, { EventKey: 'scan' })),
  ...['pic_sysphoto', 'pic_photo_or_album', 'pic_weixin'].map((event) => ofApp(event, { EventKey: 'pic' })),
  ofApp('location_select', { EventKey: 'place' }),
  sentAsIs('batch_job_result', { AgentID: 1_000_002 }, 'batch_job_result'),
  {
    acts: () => [{ do: 'rename_staff', staff: 'TangGuo', name: '糖果' }],
    posts: ['change_contact.update_user'],
    received: nothing,
  },
  directory('create_user', { UserID: '00123', Name: '新同事' }, () =>
    staffChange({ staff: '00123', change: 'joined' }),
  ),
  directory('update_user', { UserID: '00123', NewUserID: 'XinTongShi' }, () =>
    staffChange({ staff: '00123', change: 'renamed', to: 'XinTongShi' }),
  ),
  ...['create_party', 'update_party', 'delete_party', 'update_tag'].map((change) => directory(change, { Id: '2' })),
  ...['close_inactive_agent', 'inactive_alert', 'low_active_alert'].map((event) =>
    ofApp(event, {}, () => alarm(event)),
  ),
  ofApp('reopen_inactive_agent', {}, () => alarm('inactive', true)),
  {
    acts: () => [{ do: 'staff_leaves', staff: 'XuNuo' }],
    posts: ['change_contact.delete_user'],
    received: () => staffChange({ staff: 'XuNuo', change: 'left' }),
  },
];

/** A notice: the messages of customer service are read, not delivered. */
const serviceRows: readonly EventRow[] = [
  {
    acts: () => [newcomer('申'), { do: 'write_to_assistant', who: '申', text: '在吗' }],
    posts: ['kf_msg_or_event'],
    received: nothing,
  },
];

/** Acts that send no callback. */
const silentRows: readonly EventRow[] = [
  silent(() => [newcomer('午')]),
  silent(() => [{ do: 'buy', who: '午', amountCents: 990 }]),
  silent(() => [{ do: 'speak', who: '林夏', group: '铁杆群①', text: '早' }]),
  silent((names) => [...inGroup('未', names), { do: 'open_mini_program', who: '未', group: names.chatId }]),
  silent(() => [{ do: 'new_group_welcome', text: '欢迎' }]),
  silent(() => [{ do: 'add_group_bot', name: '播报' }]),
  silent(() => [{ do: 'remove_group_bot', name: '播报' }]),
  silent(({ massSend }) => [{ do: 'confirm', msgid: massSend }]),
  silent(() => [{ do: 'customer_right', staff: 'ChenYu', has: false }]),
  silent(() => [{ do: 'habits', staff: 'ChenYu', diligence: 0 }]),
];

/** Contract §3, whole. They follow one another in one corp. */
export const eventRows: readonly EventRow[] = [
  ...contactRows,
  ...groupRows,
  ...tagRows,
  ...acquisitionRows,
  ...appRows,
  ...serviceRows,
  ...silentRows,
];
