import { HOUR } from '../calendar.js';
import { provideQuota } from './acts/acquisition.js';
import type { Corp } from './corp.js';
import type { JoinWay } from './join-ways.js';
import { createGroup } from './acts/groups.js';
import type { CustomerGroup } from './customer-group.js';
import type { StaffHabits } from './person.js';

const steady: StaffHabits = { diligence: 0.95, slownessHours: 6, awayShare: 0.03, reportShare: 0 };

/** 许诺 forgets; 唐果 is often away. 林夏 and 赵敏 run the community and ask the app for the day's report. */
const STAFF: readonly { userid: string; name: string; followsCustomers: boolean; habits: StaffHabits }[] = [
  { userid: 'LinXia', name: '林夏', followsCustomers: true, habits: { ...steady, slownessHours: 3, reportShare: 0.6 } },
  { userid: 'ZhaoMin', name: '赵敏', followsCustomers: true, habits: { ...steady, reportShare: 0.2 } },
  { userid: 'ChenYu', name: '陈屿', followsCustomers: true, habits: { ...steady, slownessHours: 10 } },
  { userid: 'XuNuo', name: '许诺', followsCustomers: true, habits: { ...steady, diligence: 0.35, slownessHours: 30 } },
  { userid: 'TangGuo', name: '唐果', followsCustomers: true, habits: { ...steady, awayShare: 0.3, slownessHours: 12 } },
  { userid: 'GuBei', name: '顾北', followsCustomers: false, habits: steady },
];

const GROUPS: readonly { name: string; owner: string; capacity: number; notice: string }[] = [
  { name: '潜在交流群①', owner: 'LinXia', capacity: 150, notice: '欢迎新朋友，先看群规' },
  { name: '潜在交流群②', owner: 'XuNuo', capacity: 200, notice: '' },
  { name: '普通成员群①', owner: 'ZhaoMin', capacity: 120, notice: '每天 20 点话题' },
  { name: '普通成员群②', owner: 'TangGuo', capacity: 200, notice: '' },
  { name: '会员群①', owner: 'ChenYu', capacity: 80, notice: '会员日每月 18 号' },
  { name: '会员群②', owner: 'LinXia', capacity: 120, notice: '' },
  { name: '铁杆群①', owner: 'ZhaoMin', capacity: 60, notice: '' },
  { name: '老友闲聊群', owner: 'GuBei', capacity: 200, notice: '随便聊' },
];

/** Tags that an administrator created by hand, before any app. */
const TAGS: readonly { group: string; names: readonly string[] }[] = [
  { group: '客户等级', names: ['VIP', '重点跟进', '普通'] },
  { group: '来源', names: ['展会', '门店', '公众号', '朋友介绍'] },
  { group: '喜好', names: ['水果', '茶饮', '零食', '母婴'] },
];

/** The places where people find the public join code. */
const CODES = ['poster-store', 'article-menu', 'live-room', ''] as const;

/** Uses of acquisition links that the corp has bought, longer valid than the year. */
const ACQUISITION_USES = 200;
const ACQUISITION_DAYS = 400;

export interface Founded {
  readonly publicCodes: readonly JoinWay[];
  /** The groups, by the beginning of their name. */
  groupsOf(kind: string): CustomerGroup[];
}

/** Creates the corp of the first day, before the first customer comes. */
export function found(corp: Corp, withChat: boolean, moreStaff: number): Founded {
  for (const staff of STAFF) corp.employ({ ...staff, chatContactId: corp.ids.letters('7881', 24) });
  for (let i = 1; i <= moreStaff; i += 1) {
    const userid = `colleague-${String(i).padStart(4, '0')}`;
    const chatContactId = corp.ids.letters('7883', 24);
    corp.employ({ userid, name: `同事${i}`, followsCustomers: true, habits: steady, chatContactId });
  }
  if (withChat) {
    const habits = { ...steady, diligence: 0 };
    const bot = {
      userid: 'XiaoJie',
      name: '小阶',
      followsCustomers: false,
      habits,
      chatContactId: corp.ids.letters('7880', 24),
    };
    corp.employ(bot);
    corp.bot = bot;
  }
  openAssistantAccount(corp);
  for (const { group, names } of TAGS) {
    const made = corp.tags.addGroup(group, 0, corp.now() - HOUR, false);
    names.forEach((name, i) => corp.tags.addTag(made, { name, order: names.length - i }, corp.now() - HOUR, false));
  }
  const groups = GROUPS.map(({ name, owner, capacity, notice }) => {
    const group = createGroup(corp, name, owner, capacity);
    group.notice = notice;
    for (const { userid } of STAFF) {
      if (userid !== owner && userid !== 'GuBei')
        corp.groups.add(group, { id: userid, type: 1, joinedAt: corp.now(), scene: 1, invitor: owner });
    }
    return group;
  });
  provideQuota(corp, ACQUISITION_USES, ACQUISITION_DAYS);
  const groupsOf = (kind: string): CustomerGroup[] => groups.filter((group) => group.name.startsWith(kind));
  const publicCodes = CODES.map((state) =>
    corp.joinWays.create(
      {
        scene: 2,
        remark: '公开入群码',
        autoCreateRoom: true,
        roomBaseName: '潜在交流群',
        roomBaseId: 3,
        chatIds: groupsOf('潜在').map((group) => group.chatId),
        state,
      },
      false,
    ),
  );
  return { publicCodes, groupsOf };
}

/** The account of customer service that the administrator made and granted to the app, with two servicers. */
function openAssistantAccount(corp: Corp): void {
  const { servicers } = corp.kf.open('会员小助手', '');
  for (const userid of ['LinXia', 'ZhaoMin']) servicers.set(userid, { userid, status: 'serving' });
}
