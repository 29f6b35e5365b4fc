import type { Corp } from '../corp/corp.js';
import type { DoorResponse } from './http.js';

export interface Problem {
  readonly errcode: number;
  readonly words: string;
}

const LISTED = 40;

/** As a WeChat client shows it in place of the page that was to be opened. */
export const problemPage = ({ errcode, words }: Problem): DoorResponse =>
  simplePage(
    400,
    `<h1>无法登录 / cannot sign in</h1>
    <p><strong>${errcode}</strong> ${text(words)}</p>
    <p><a href="https://open.work.weixin.qq.com/devtool/query?e=${errcode}">devtool/query?e=${errcode}</a></p>`,
  );

/** Asks as whom the page is to be opened: in the sandbox nobody has a WeChat client that would know. */
export function pickPage(corp: Corp, request: URLSearchParams, authorizeUrl: string): DoorResponse {
  const wanted = (request.get('sandbox_find') ?? '').trim();
  const asked = new URLSearchParams(request);
  asked.delete('sandbox_find');
  const to = `${authorizeUrl}?${asked.toString()}`;
  const link = (who: string, shown: string): string => {
    const choice = new URLSearchParams({ who, to });
    return `<li><a href="/connect/as?${text(choice.toString())}">${text(shown)}</a></li>`;
  };
  const people = [...corp.people.values()].reverse().filter(({ name }) => name.includes(wanted));
  const customers = people.slice(0, LISTED).map(({ name, externalUserId }) => link(externalUserId, name));
  const staff = [...corp.staff.values()]
    .filter((one) => !one.hasLeft)
    .map(({ userid, name }) => link(userid, corp.sees(userid) ? name : `${name}（不在可见范围 / out of scope）`));
  const hidden = [...asked].map(([name, value]) => `<input type="hidden" name="${text(name)}" value="${text(value)}">`);
  return simplePage(
    200,
    `<h1>以谁的身份打开？ / As whom?</h1>
    <p>沙盒里没有微信，所以由你来选。The sandbox has no WeChat client, so you choose.</p>
    <form action="/connect/oauth2/authorize">${hidden.join('')}
      <input name="sandbox_find" aria-label="昵称 / nickname" placeholder="昵称 / nickname" value="${text(wanted)}">
      <button>找 / find</button></form>
    <h2>客户 / customers (${people.length})</h2><ul>${customers.join('')}</ul>
    <h2>同事 / colleagues</h2><ul>${staff.join('')}</ul>
    <h2>陌生人 / strangers</h2><ul>${link('stranger', '企业不认识的人 / nobody the corp knows')}</ul>`,
  );
}

/** A page that works without scripts, for people who test. */
export const simplePage = (status: number, body: string): DoorResponse => ({
  status,
  bytes: Buffer.from(`<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>沙盒企业 / sandbox corp</title><link rel="stylesheet" href="/page/sign-in.css"></head>
<body><main>${body}</main></body></html>`),
  type: 'text/html; charset=utf-8',
  headers: {
    'content-security-policy':
      "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    // With no-referrer a browser would post the form with the origin null, which is refused as foreign.
    'referrer-policy': 'same-origin',
    'cache-control': 'no-store',
  },
});

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text and attribute values: a name may contain HTML. */
export const text = (words: string): string => words.replace(/[&<>"]/g, (mark) => ENTITIES[mark] ?? mark);
