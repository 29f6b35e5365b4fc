import { randomUUID } from 'node:crypto';
import type { LocalizedText } from '../../../domain/localized-text.js';
import type { Check } from '../../connection.js';
import type { ProbeResult, WecomApi } from '../client/wecom-api.js';
import { failedProbe, asCheck, passed, listIn, words, failed, type CheckId } from './findings.js';

/** The number of staff to check until one with customers is found. */
const STAFF_TRIED = 5;
/** T: a member of staff without customers, or without the right to customers. */
const NO_CUSTOMERS = 84061;
/** G: an unknown config_id. */
const NO_SUCH_WAY = 41044;
/** S: every receiver is invalid, so nothing is sent. */
const NOBODY = 81013;

/** Whether agent id and secret belong to one app: the errcode for a message to nobody shows it (contract §7.5). */
export async function agentCheck(api: WecomApi, agentId: number): Promise<Check> {
  const answer = await api.probe({
    endpoint: 'message/send',
    body: { touser: `nobody-${randomUUID()}`, msgtype: 'text', agentid: agentId, text: { content: 'doctor' } },
  });
  return answer.kind === 'answered' && answer.errcode === NOBODY
    ? asCheck('agent', passed(`${agentId} 与 Secret 属于同一个应用`, `${agentId} belongs to the secret's app`))
    : asCheck('agent', failedProbe(answer));
}

export function contactApiCheck(staff: ProbeResult): Check {
  return staff.kind === 'answered' && staff.errcode === 0
    ? asCheck('contact_api', passed('应用可以调用', 'the app may call it'))
    : asCheck('contact_api', failedProbe(staff));
}

export function staffCheck(staff: readonly string[]): Check {
  return staff.length > 0
    ? asCheck('staff_scope', passed(`看得到 ${staff.length} 位`, `${staff.length} can be seen`))
    : asCheck(
        'staff_scope',
        failed(
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
    const answer = await api.probe({ endpoint: 'externalcontact/list', query: { userid } });
    const customers = listIn(answer, 'external_userid').length;
    if (answer.kind === 'answered' && answer.errcode === 0 && customers > 0)
      return asCheck(
        'customers',
        passed(`看得到 ${userid} 的 ${customers} 位客户`, `${customers} of ${userid}'s can be seen`),
      );
    if (answer.kind !== 'answered' || (answer.errcode !== 0 && answer.errcode !== NO_CUSTOMERS))
      return asCheck('customers', failedProbe(answer));
  }
  // Not a failure: a new corp has no customers yet. Staff without the right get the same errcode (84061).
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
  /** An errcode that only means that nothing of this kind exists. */
  readonly emptyErrcode?: number;
  readonly found: (answer: ProbeResult) => LocalizedText;
}

/** Each call changes nothing. */
const questions: readonly Question[] = [
  {
    id: 'groups',
    endpoint: 'externalcontact/groupchat/list',
    // A large corp requires the owners (81017).
    body: (staff) => ({ status_filter: 0, limit: 1_000, owner_filter: { userid_list: staff.slice(0, 100) } }),
    found: (answer) => {
      const groups = listIn(answer, 'group_chat_list').length;
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
    found: (answer) => {
      const groups = listIn(answer, 'tag_group').length;
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
    emptyErrcode: NO_SUCH_WAY,
    found: () => words('可以使用', 'allowed'),
  },
];

export const rights: readonly {
  readonly id: CheckId;
  readonly ask: (api: WecomApi, staff: readonly string[]) => Promise<Check>;
}[] = questions.map(({ id, endpoint, body, emptyErrcode = 0, found }) => ({
  id,
  ask: async (api, staff) => {
    const answer = await api.probe({ endpoint, body: body(staff) });
    return answer.kind === 'answered' && (answer.errcode === 0 || answer.errcode === emptyErrcode)
      ? asCheck(id, { ok: true, found: found(answer) })
      : asCheck(id, failedProbe(answer));
  },
}));
