import type { VariableUse } from './liquid-reader.js';
import type { Finding } from './problem.js';

const MEMBER_PAGE = 'member_page';

/**
 * Without PUBLIC_URL there is no address of the member's page. A text that prints it only `{% if member_page %}` is fine, as the
 * shipped ones are; any other would never be sent.
 */
export function pageWithoutAddress(uses: readonly VariableUse[]): Finding[] {
  const own = uses.filter(({ name }) => name === MEMBER_PAGE);
  if (own.some(({ printed }) => !printed)) return [];
  return own.map(({ at }) => ({
    code: 'no_public_url',
    at,
    message: {
      zh: '还没有设置 PUBLIC_URL，成员页没有地址可用',
      en: "PUBLIC_URL is not set, so the member's page has no address",
    },
    hint: {
      zh: '设置 PUBLIC_URL（成员能打开的 https 地址）后重启，或写成 {% if member_page %}…{% endif %}',
      en: 'set PUBLIC_URL to the https address that members reach and restart, or write {% if member_page %}…{% endif %}',
    },
  }));
}
