import type { Corp } from '../corp/corp.js';
import type { Act } from './acts.js';
import type { Door, DoorRequest, DoorResponse } from './http.js';
import { openerForm, openerIn } from './opener.js';
import { simplePage, text } from './sign-in-pages.js';

const PLACE = /^\/kf\/kfc\w+$/;

/** The page of an entry link of customer service. It asks who opens it, since a browser here is nobody's WeChat. */
export function assistantDoor(
  corp: Corp,
  ownUrl: () => string,
  act: (act: Act) => Promise<Record<string, unknown>>,
): Door {
  return async (request) => {
    if (!PLACE.test(request.path)) return undefined;
    const account = corp.kf.accounts().find(({ linkId }) => request.path === `/kf/${linkId}`);
    if (!account) return simplePage(404, '<h1>没有这个链接 / no such link</h1>');
    if (request.method === 'POST') return open(request);
    return simplePage(
      200,
      `<h1>${text(account.name)}</h1>
      <p>打开企业的微信客服。沙盒里没有微信，所以由你来说是谁打开的；没有这个人，就新来一位。<br>Opens the chat with the corp's assistant. The sandbox has no WeChat client, so you say who opens it; a new name makes a newcomer.</p>
      ${openerForm('打开 / open')}`,
    );
  };

  async function open({ body, path, query }: DoorRequest): Promise<DoorResponse> {
    const person = await openerIn(corp, body, act);
    if (person === undefined) return simplePage(400, '<h1>不是客户 / not a customer</h1>');
    const url = `${ownUrl()}${path}?${query.toString()}`;
    const { opened } = await act({ do: 'open_assistant', who: person, url });
    if (opened !== true) return simplePage(400, '<h1>链接被改动过 / the link was changed</h1>');
    const place = new URLSearchParams({ tab: 'people', person, phone: 'assistant' });
    return { status: 302, headers: { location: `/#${place.toString()}` } };
  }
}
