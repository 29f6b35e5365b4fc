import { DAY, seconds, startOfDay } from '../../calendar.js';
import { ROOT_PARTY, usersOf } from '../../corp/acts/contact-ways.js';
import type { AcquisitionLink, AcquisitionLinkSettings, LinkPriority } from '../../corp/acquisition-links.js';
import type { Corp } from '../../corp/corp.js';
import { get, post, Refused, type Call, type Endpoint } from './endpoint.js';
import { page } from './paging.js';
import type { Params } from './params.js';
import { staffNamed } from './people-of.js';

const PATH = 'externalcontact/customer_acquisition';
const MAX_DAYS = 30;
const KEPT_DAYS = 180;

/** The endpoints of acquisition links (contract part 2 §5). An app sees only the links that it made. */
export const acquisitionEndpoints: readonly Endpoint[] = [
  post(`${PATH}/list_link`, { link_id_list: [], next_cursor: '' }, (call) => {
    const { items, nextCursor } = page(call, ownLinks(call.corp), 'acquisition links', { usual: 100, most: 100 });
    return { link_id_list: items.map(({ linkId }) => linkId), next_cursor: nextCursor };
  }),

  post(`${PATH}/get`, { link: {}, range: {} }, (call) => {
    const link = linkNamed(call);
    const { users, departments, skipVerify, priority } = link.settings;
    return {
      link: { ...linkView(call, link), skip_verify: skipVerify },
      range: { user_list: users, department_list: departments },
      ...(priority ? { priority_option: priorityView(priority) } : {}),
    };
  }),

  post(`${PATH}/create_link`, { link: {} }, (call) => {
    const { corp, now } = call;
    const settings = settingsOf(call, undefined);
    if (corp.acquisitionLinks.all().length >= corp.quotas.acquisitionLinks)
      throw new Refused(41095, 'too many acquisition links');
    return { link: linkView(call, corp.acquisitionLinks.create(settings, now, true)) };
  }),

  // Given fields replace the old ones; the others stay.
  post(`${PATH}/update_link`, {}, (call) => {
    const link = linkNamed(call);
    link.settings = settingsOf(call, link.settings);
    return {};
  }),

  post(`${PATH}/delete_link`, {}, (call) => {
    call.corp.acquisitionLinks.remove(linkNamed(call).linkId);
    return {};
  }),

  post(`${PATH}/customer`, { customer_list: [], next_cursor: '' }, (call) => {
    const { linkId, customers } = linkNamed(call);
    const isKnown = call.corp.acquisitionLinks.manners.chatStatus === 'known';
    const { items, nextCursor } = page(call, customers, `customers of ${linkId}`, { usual: 1_000, most: 1_000 });
    return {
      customer_list: items.map(({ externalUserId, userid, hasSpoken, state }) => ({
        external_userid: externalUserId,
        userid,
        chat_status: isKnown ? Number(hasSpoken) : 2,
        state,
      })),
      next_cursor: nextCursor,
    };
  }),

  post(`${PATH}/statistic`, { click_link_customer_cnt: 0, new_customer_cnt: 0 }, (call) => {
    const { clicks, customers } = linkNamed(call);
    const isAsked = spanAsked(call);
    const clicked = clicks.filter(({ at }) => isAsked(at)).map(({ externalUserId }) => externalUserId);
    return {
      click_link_customer_cnt: new Set(clicked).size,
      new_customer_cnt: customers.filter(({ addedAt }) => isAsked(addedAt)).length,
    };
  }),

  get('externalcontact/customer_acquisition_quota', { total: 0, balance: 0, quota_list: [] }, ({ corp, now }) => ({
    total: corp.acquisitionQuota.total,
    balance: corp.acquisitionQuota.balance(now),
    quota_list: corp.acquisitionQuota
      .byDay(now)
      .map(({ expiresOn, balance }) => ({ expire_date: seconds(expiresOn), balance })),
  })),
];

const ownLinks = (corp: Corp): AcquisitionLink[] => corp.acquisitionLinks.all().filter(({ byApp }) => byApp);

/** The documents give no errcode for an id that is none of the app's; a bad parameter is the nearest (?). */
function linkNamed({ corp, params }: Call): AcquisitionLink {
  const linkId = params.text('link_id');
  if (linkId === '') throw new Refused(40063, 'link_id missing');
  const link = corp.acquisitionLinks.get(linkId);
  if (!link?.byApp) throw new Refused(40058, 'invalid link_id');
  return link;
}

const linkView = ({ host }: Call, { linkId, createdAt, settings }: AcquisitionLink) => ({
  link_id: linkId,
  link_name: settings.name,
  url: `${host}/ca/${linkId}`,
  create_time: seconds(createdAt),
});

const priorityView = ({ type, users }: LinkPriority) => ({
  priority_type: type,
  ...(type === 2 ? { priority_userid_list: users } : {}),
});

function settingsOf({ corp, params }: Call, before: AcquisitionLinkSettings | undefined): AcquisitionLinkSettings {
  const name = params.has('link_name') ? params.text('link_name') : (before?.name ?? '');
  if (name === '') throw new Refused(40063, 'link_name missing');
  if ([...name].length > 30) throw new Refused(40058, 'link_name too long');
  const range = params.has('range') ? rangeOf(corp, params.object('range')) : before;
  if (!range) throw new Refused(40063, 'range missing');
  const skipVerify = params.raw('skip_verify') ?? before?.skipVerify ?? true;
  if (typeof skipVerify !== 'boolean') throw new Refused(40058, 'invalid skip_verify');
  const { users, departments } = range;
  const priority = params.has('priority_option')
    ? priorityOf(corp, params.object('priority_option'))
    : before?.priority;
  return { name, users, departments, skipVerify, priority };
}

function rangeOf(corp: Corp, params: Params): Pick<AcquisitionLinkSettings, 'users' | 'departments'> {
  const users = [...new Set(params.texts('user_list'))];
  const departments = numbersIn(params.raw('department_list') ?? []);
  if (users.length + departments.length === 0) throw new Refused(40063, 'user_list and department_list are empty');
  for (const userid of users) requireServing(corp, userid);
  if (departments.some((department) => department !== ROOT_PARTY)) throw new Refused(60123, 'invalid department id');
  const reached = usersOf(corp, { users, parties: departments }).length;
  if (Math.max(users.length, reached) > corp.quotas.usersOfLink) throw new Refused(40058, 'too many users in range');
  return { users, departments };
}

/** Only some industries may set it; how the others are refused is not documented (?). */
function priorityOf(corp: Corp, params: Params): LinkPriority {
  if (!corp.acquisitionLinks.manners.priority) throw new Refused(48002, 'priority_option is not open to this corp');
  const type = params.number('priority_type');
  const users = params.texts('priority_userid_list');
  if (type !== 1 && type !== 2) throw new Refused(40058, 'invalid priority_type');
  if (users.length > 1_000 || (type === 2 && users.length === 0))
    throw new Refused(40058, 'priority_userid_list: 1 to 1000 users');
  for (const userid of users) requireServing(corp, userid);
  return { type, users };
}

function requireServing(corp: Corp, userid: string): void {
  // Staff without the right to have customers represent all users who are refused: not activated, not real-name verified.
  if (!staffNamed(corp, userid).followsCustomers) throw new Refused(41054, 'user not activated');
}

/** Whole days, a closed interval of at most 30 of the last 180 (D-97400), today included. */
function spanAsked({ params, now }: Call): (at: number) => boolean {
  const [first, last] = [params.number('start_time'), params.number('end_time')];
  if (first === undefined || last === undefined) throw new Refused(40063, 'start_time or end_time missing');
  const [begin, end] = [startOfDay(first * 1_000), startOfDay(last * 1_000)];
  const today = startOfDay(now);
  if (end < begin || end - begin > MAX_DAYS * DAY || begin < today - KEPT_DAYS * DAY || end > today)
    throw new Refused(600018, 'invalid start or end time');
  return (at) => at >= begin && at < end + DAY;
}

function numbersIn(value: unknown): readonly number[] {
  if (!Array.isArray(value) || !value.every((item): item is number => Number.isInteger(item)))
    throw new Refused(40066, 'invalid department list');
  return value;
}
