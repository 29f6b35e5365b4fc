import { linkIn } from '../corp/acquisition-links.js';
import type { Corp } from '../corp/corp.js';
import type { Act } from './acts.js';
import type { Door, DoorRequest, DoorResponse } from './http.js';
import { openerForm, openerIn } from './opener.js';
import { simplePage, text } from './sign-in-pages.js';

const PLACE = /^\/ca\/\w+$/;

/** The page of an acquisition link. It asks who opens it, since a browser here is nobody's WeChat. */
export function acquisitionDoor(
  corp: Corp,
  ownUrl: () => string,
  act: (act: Act) => Promise<Record<string, unknown>>,
): Door {
  return async (request) => {
    if (!PLACE.test(request.path)) return undefined;
    const url = `${ownUrl()}${request.path}?${request.query.toString()}`;
    const link = corp.acquisitionLinks.get(linkIn(url)?.linkId ?? '');
    if (!link) return simplePage(404, '<h1>没有这个链接 / no such link</h1>');
    if (request.method === 'POST') return add(request, url);
    return simplePage(
      200,
      `<h1>${text(link.settings.name)}</h1>
      <p>加企业的员工为联系人。沙盒里没有微信，所以由你来说是谁打开的；没有这个人，就新来一位。<br>Adds a staff member. The sandbox has no WeChat client, so you say who opens it; a new name makes a newcomer.</p>
      ${openerForm('添加 / add')}`,
    );
  };

  async function add({ body }: DoorRequest, url: string): Promise<DoorResponse> {
    const who = await openerIn(corp, body, act);
    if (who === undefined) return simplePage(400, '<h1>不是客户 / not a customer</h1>');
    const outcome = await act({ do: 'scan_acquisition_link', who, url });
    const { added, waiting, not } = outcome as Readonly<Record<string, string | undefined>>;
    const words =
      added !== undefined
        ? `已添加 ${added} / added`
        : waiting !== undefined
          ? `等 ${waiting} 通过 / waits for ${waiting}`
          : `没有加上 / not added: ${not ?? ''}`;
    return simplePage(200, `<h1>${text(words)}</h1>`);
  }
}
