import { linkIn } from '../corp/acquisition-links.js';
import type { Corp } from '../corp/corp.js';
import type { Callback } from '../doors/callback/callback-sender.js';
import type { Endpoint } from '../doors/wecom/endpoint.js';
import type { Opened } from '../phone/phone-browser.js';
import type { Pace } from '../pace.js';
import type { Troubled } from '../trouble.js';
import { lastLineOf } from './group-view.js';
import { callbackView } from './callback-view.js';
import { serviceView } from './service-view.js';
import { troubleNow } from './trouble-view.js';
import type { SeenCall, RecentActivity } from './recent-activity.js';

/** The sources that the page reads. */
export interface PageSources {
  readonly corp: Corp;
  readonly recent: RecentActivity;
  readonly pace: Pace;
  readonly callbacks: readonly Callback[];
  readonly callbackUrl: string | undefined;
  /** The page for customers, opened with a sign-in as whoever comes; undefined: there is none. */
  readonly memberPage: string | undefined;
  readonly ownUrl: string;
  readonly opened: readonly Opened[];
  readonly troubled: Troubled;
  readonly endpoints: readonly Endpoint[];
}

const LINES = 120;

/** The part of the corp that the page always shows and polls every second. */
export function overview(sources: PageSources) {
  const { corp, recent, pace, callbacks, troubled, endpoints } = sources;
  const waiting = waitingTasks(corp);
  return {
    now: corp.now(),
    pace: { isPaused: pace.isPaused, isDriven: pace.isDriven, msPerSecond: pace.msPerSecond },
    corp: corpView(sources),
    acquisition: acquisitionView(sources),
    service: serviceView(corp),
    groups: corp.groups.all().map((group) => ({
      chatId: group.chatId,
      name: group.name,
      ownerId: group.owner,
      size: group.members.size,
      capacity: group.capacity,
      last: lastLineOf(corp, recent, group),
    })),
    staff: [...corp.staff.values()].map(({ userid, name, hasLeft }) => ({
      userid,
      name,
      isBot: corp.bot?.userid === userid,
      hasLeft: hasLeft ?? false,
      customers: corp.relations.ofStaff(userid).length,
      waiting: waiting.get(userid) ?? 0,
    })),
    people: corp.people.size,
    joinWays: corp.joinWays.all().map(({ configId, byApp, settings }) => ({
      configId,
      byApp,
      state: settings.state,
      groups: settings.chatIds.map((chatId) => corp.groups.get(chatId)?.name ?? chatId),
    })),
    contactWays: corp.contactWays.all().map(({ configId, settings }) => ({
      configId,
      state: settings.state,
      staff: settings.users.map((userid) => corp.staff.get(userid)?.name ?? userid),
    })),
    tags: corp.tags.groups().map((group) => ({
      group: group.name,
      tags: group.tags.filter((tag) => !tag.deleted).map((tag) => tag.name),
    })),
    trouble: troubleNow(troubled),
    endpoints: ['/cgi-bin/gettoken', ...endpoints.map((endpoint) => endpoint.path)],
    calls: recent.calls.slice(-LINES).reverse().map(callLine),
    callbacks: callbacks
      .slice(-LINES)
      .map((callback, i) => callbackView(corp, callback, Math.max(0, callbacks.length - LINES) + i))
      .reverse(),
  };
}

const corpView = ({ corp, callbackUrl, ownUrl, memberPage }: PageSources) => ({
  corpId: corp.corpId,
  agentId: corp.agentId,
  callbackUrl: callbackUrl ?? '',
  bot: corp.bot?.name ?? '',
  ownUrl,
  trustedDomain: corp.signIns.trustedDomain ?? '',
  memberPage: memberPage ?? '',
});

const acquisitionView = ({ corp, ownUrl }: PageSources) => ({
  balance: corp.acquisitionQuota.balance(corp.now()),
  published: corp.acquisitionLinks.published.flatMap((url) => {
    const at = linkIn(url);
    const link = at && corp.acquisitionLinks.get(at.linkId);
    return link ? [{ url, linkId: link.linkId, name: link.settings.name, channel: at.channel }] : [];
  }),
  links: corp.acquisitionLinks
    .all()
    .map(({ linkId, settings: { name }, isBlocked }) => ({ linkId, name, url: `${ownUrl}/ca/${linkId}`, isBlocked })),
});

const callLine = ({ n, at, method, path, errcode, errmsg }: SeenCall) => ({ n, at, method, path, errcode, errmsg });

/** Mass-sends that wait for a tap, by staff member. */
function waitingTasks(corp: Corp): Map<string, number> {
  const counts = new Map<string, number>();
  for (const send of corp.massSends.all()) {
    if (send.cancelledAt !== undefined) continue;
    for (const { userid, status } of send.tasks) if (status === 0) counts.set(userid, (counts.get(userid) ?? 0) + 1);
  }
  return counts;
}
