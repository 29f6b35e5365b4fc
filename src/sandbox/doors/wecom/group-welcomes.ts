import type { Corp } from '../../corp/corp.js';
import type { GroupWelcome } from '../../corp/group-welcomes.js';
import { requireMedia } from './content.js';
import { post, Refused, type Call, type Endpoint } from './endpoint.js';
import type { Params } from './params.js';

/** If several are given, the first in this order counts (M). */
const KINDS = ['image', 'link', 'miniprogram', 'file', 'video'];
const TEXT_BYTES = 3_000;

/** The endpoints of group welcomes (contract §7.2). */
export const groupWelcomeEndpoints: readonly Endpoint[] = [
  post('externalcontact/group_welcome_template/add', { template_id: '' }, (call) => {
    const { groupWelcomes, quotas, staff, inbox, ids } = call.corp;
    const content = contentOf(call);
    if (groupWelcomes.size >= quotas.groupWelcomes) throw new Refused(41055, 'quota of group welcomes is full');
    const { templateId } = groupWelcomes.create(content, true);
    if ((call.params.number('notify') ?? 1) === 1) {
      const owners = new Set(call.corp.groups.all().map((group) => group.owner));
      for (const { userid } of [...staff.values()].filter((one) => owners.has(one.userid) && !one.hasLeft)) {
        const msgid = ids.letters('welcome-notice-', 64).slice(15);
        inbox.push({ userid, at: call.now, msgid, msgtype: 'notice', text: '管理员新建了入群欢迎语，可在群里启用' });
      }
    }
    return { template_id: templateId };
  }),

  post('externalcontact/group_welcome_template/edit', {}, (call) => {
    ownWelcome(call.corp, call.params).content = contentOf(call);
    return {};
  }),

  post('externalcontact/group_welcome_template/get', {}, ({ corp, params }) => ({
    ...ownWelcome(corp, params).content,
  })),

  post('externalcontact/group_welcome_template/del', {}, ({ corp, params }) => {
    corp.groupWelcomes.remove(ownWelcome(corp, params).templateId);
    return {};
  }),
];

function contentOf({ corp, params }: Call): Readonly<Record<string, unknown>> {
  const text = params.object('text').text('content');
  if (Buffer.byteLength(text) > TEXT_BYTES) throw new Refused(45002, 'content too long');
  const words = text === '' ? {} : { text: { content: text } };
  const kind = KINDS.find((one) => params.has(one));
  if (kind === undefined && text === '') throw new Refused(40063, 'some parameters are empty');
  if (kind === undefined) return words;
  requireMedia(corp, kind, params.object(kind));
  return { ...words, [kind]: params.raw(kind) };
}

function ownWelcome(corp: Corp, params: Params): GroupWelcome {
  const welcome = corp.groupWelcomes.get(params.text('template_id'));
  if (!welcome) throw new Refused(40037, 'invalid template_id');
  if (!welcome.byApp) throw new Refused(41058, 'not your group welcome template');
  return welcome;
}
