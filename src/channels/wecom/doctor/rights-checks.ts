import { randomUUID } from 'node:crypto';
import type { LocalizedText } from '../../../domain/localized-text.js';
import type { Check } from '../../connection.js';
import type { Probed, WecomApi } from '../client/wecom-api.js';
import { amiss, asCheck, fine, listIn, words, wrong, type CheckId } from './told.js';

/** Staff looked at until one is found who has customers. */
const STAFF_TRIED = 5;
/** T: an employee without customers, or without the right to any. */
const NO_CUSTOMERS = 84061;
/** G: a config_id nobody has. */
const NO_SUCH_WAY = 41044;
/** S: every receiver is invalid, and so nothing is sent. */
const NOBODY = 81013;

/** Whether the agent id is the secret's own app: a message to nobody at all is refused in two ways (contract §7.5). */
export async function agentCheck(api: WecomApi, agentId: number): Promise<Check> {
  const told = await api.probe({
    endpoint: 'message/send',
    body: { touser: `nobody-${randomUUID()}`, msgtype: 'text', agentid: agentId, text: { content: 'doctor' } },
  });
  return told.kind === 'answered' && told.errcode === NOBODY
    ? asCheck('agent', fine(`${agentId} 与 Secret 属于同一个应用`, `${agentId} belongs to the secret's app`))
    : asCheck('agent', amiss(told));
}

export function contactApiCheck(staff: Probed): Check {
  return staff.kind === 'answered' && staff.errcode === 0
    ? asCheck('contact_api', fine('应用可以调用', 'the app may call it'))
    : asCheck('contact_api', amiss(staff));
}

export function staffCheck(staff: readonly string[]): Check {
  return staff.length > 0
    ? asCheck('staff_scope', fine(`看得到 ${staff.length} 位`, `${staff.length} can be seen`))
    : asCheck(
        'staff_scope',
        wrong(
          words('一位也看不到', 'none can be seen'),
          words(
            '把要用的成员加进应用的「可见范围」，并在「客户联系 → 权限配置」里给他们客户联系的权限',
            "Add the staff to the app's 可见范围, and give them the right to customer contact under 客户联系 → 权限配置.",
          ),
        ),
      );
}

export async function customersCheck(api: WecomApi, staff: readonly string[]): Promise<Check> {
  for (const userid of staff.slice(0, STAFF_TRIED)) {
    const told = await api.probe({ endpoint: 'externalcontact/list', query: { userid } });
    const customers = listIn(told, 'external_userid').length;
    if (told.kind === 'answered' && told.errcode === 0 && customers > 0)
      return asCheck(
        'customers',
        fine(`看得到 ${userid} 的 ${customers} 位客户`, `${customers} of ${userid}'s can be seen`),
      );
    if (told.kind !== 'answered' || (told.errcode !== 0 && told.errcode !== NO_CUSTOMERS))
      return asCheck('customers', amiss(told));
  }
  // A new corp has none yet, and nothing is wrong with that; the same answer comes when staff lack the right (84061).
  return asCheck('customers', {
    ok: true,
    found: words(
      `看过的 ${Math.min(staff.length, STAFF_TRIED)} 位成员都还没有客户；如果其实有，请在「客户联系 → 权限配置」里给成员权限（84061）`,
      `none of the ${Math.min(staff.length, STAFF_TRIED)} staff looked at has any; if they do, give them the right under 客户联系 → 权限配置 (84061)`,
    ),
  });
}

interface Question {
  readonly id: CheckId;
  readonly endpoint: string;
  readonly body: (staff: readonly string[]) => Readonly<Record<string, unknown>>;
  /** Errcodes beside 0 that only say that there is nothing of the kind asked for. */
  readonly also?: number;
  readonly found: (told: Probed) => LocalizedText;
}

/** Each is asked in the way that changes nothing. */
const questions: readonly Question[] = [
  {
    id: 'groups',
    endpoint: 'externalcontact/groupchat/list',
    // With owners named it is answered in a large corp, too (81017).
    body: (staff) => ({ status_filter: 0, limit: 1_000, owner_filter: { userid_list: staff.slice(0, 100) } }),
    found: (told) => {
      const groups = listIn(told, 'group_chat_list').length;
      return groups === 0
        ? words(
            '接口可用，但可见成员还没有当群主的客户群',
            'the endpoint is open, but no visible member of staff owns a customer group yet',
          )
        : words(
            `看得到 ${groups} 个${groups === 1_000 ? '以上' : ''}`,
            `${groups}${groups === 1_000 ? ' or more' : ''} can be seen`,
          );
    },
  },
  {
    id: 'tags',
    endpoint: 'externalcontact/get_corp_tag_list',
    body: () => ({}),
    found: (told) => {
      const groups = listIn(told, 'tag_group').length;
      return words(`可以读取（${groups} 个标签组）`, `readable (${groups} groups of tags)`);
    },
  },
  {
    id: 'contact_ways',
    endpoint: 'externalcontact/list_contact_way',
    body: () => ({ limit: 1 }),
    found: () => words('可以使用', 'allowed'),
  },
  {
    id: 'join_ways',
    endpoint: 'externalcontact/groupchat/get_join_way',
    body: () => ({ config_id: '0'.repeat(32) }),
    also: NO_SUCH_WAY,
    found: () => words('可以使用', 'allowed'),
  },
];

export const rights: readonly {
  readonly id: CheckId;
  readonly ask: (api: WecomApi, staff: readonly string[]) => Promise<Check>;
}[] = questions.map(({ id, endpoint, body, also = 0, found }) => ({
  id,
  ask: async (api, staff) => {
    const told = await api.probe({ endpoint, body: body(staff) });
    return told.kind === 'answered' && (told.errcode === 0 || told.errcode === also)
      ? asCheck(id, { ok: true, found: found(told) })
      : asCheck(id, amiss(told));
  },
}));
