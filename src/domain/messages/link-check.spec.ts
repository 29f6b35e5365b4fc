import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLinkUrl } from '../links/link.js';
import { checkTemplate, renderBody, type Template } from './index.js';

const front = [
  '---',
  'key: one-week',
  'name: 相识一周',
  'kind: milestone',
  'trigger: {on: days_since, metric: days_since_joined, at: 7}',
  'channels: [chat_dm]',
  '---',
].join('\n');
const bodyLine = 8;

const problemsOf = (body: string, hasPublicUrl = true) => {
  const check = checkTemplate(`${front}\n${body}\n`, undefined, undefined, hasPublicUrl);
  return check.ok ? [] : check.problems;
};
const places = (body: string, hasPublicUrl = true): string[] =>
  problemsOf(body, hasPublicUrl).map(({ line, column, code }) => `${line - bodyLine}:${column} ${code}`);

function compiled(body: string): Template {
  const check = checkTemplate(`${front}\n${body}\n`);
  if (!check.ok) throw new Error(JSON.stringify(check.problems));
  return check.template;
}

describe('the filter link', () => {
  it('prints the address that it is given for the link', () => {
    const { body } = compiled(`看看 {{ 'https://shop.example/菜单?a=1' | link: '菜单' }} 吧`).variants[0]!;
    expect(body.links).toEqual([{ url: 'https://shop.example/%E8%8F%9C%E5%8D%95?a=1', name: '菜单' }]);
    const filled = renderBody(body, {}, ({ url, name }) => `https://bot.example/l/${name}-${url.length}`);
    expect(filled).toMatchObject({ ok: true, text: '看看 https://bot.example/l/菜单-43 吧' });
  });

  it('refuses the text where no address of ours is known', () => {
    const { body } = compiled(`{{ 'https://shop.example' | link: 'menu' }}`).variants[0]!;
    expect(renderBody(body, {})).toMatchObject({ ok: false, code: 'missing_value' });
  });

  it.each([
    ['a value instead of an address', '你好 {{ name | link: "menu" }}', '0:7 bad_link'],
    ['javascript:', `{{ 'javascript:alert(1)' | link: 'menu' }}`, '0:4 bad_link'],
    ['data:', `{{ 'data:text/html,x' | link: 'menu' }}`, '0:4 bad_link'],
    ['an address without its slashes', `{{ 'https:shop.example' | link: 'menu' }}`, '0:4 bad_link'],
    ['an address without a protocol', `{{ 'shop.example/menu' | link: 'menu' }}`, '0:4 bad_link'],
    ['a backslash', `{{ 'https://shop.example\\@evil.example' | link: 'menu' }}`, '0:4 bad_link'],
    ['a user name', `{{ 'https://shop.example@evil.example' | link: 'menu' }}`, '0:4 bad_link'],
    ['a blank', `{{ 'https://shop.example/a b' | link: 'menu' }}`, '0:4 bad_link'],
    ['a very long address', `{{ 'https://shop.example/${'a'.repeat(1_000)}' | link: 'menu' }}`, '0:4 bad_link'],
    ['no name', `{{ 'https://shop.example' | link }}`, '0:29 bad_link'],
    ['a name that is a value', `{{ 'https://shop.example' | link: name }}`, '0:35 bad_link'],
    ['an empty name', `{{ 'https://shop.example' | link: '' }}`, '0:35 bad_link'],
    ['two names', `{{ 'https://shop.example' | link: 'a', 'b' }}`, '0:40 bad_link'],
    ['another filter behind it', `{{ 'https://shop.example' | link: 'a' | append: '/x' }}`, '0:29 bad_link'],
    ['another filter before it', `{{ 'https://shop.example' | append: '/x' | link: 'a' }}`, '0:44 bad_link'],
    ['a link kept for later', `x{% assign a = 'https://shop.example' | link: 'a' %}{{ a }}`, '0:41 bad_link'],
  ])('refuses %s, with its place', (_name, body, place) => {
    expect(places(body)).toEqual([place]);
  });

  it('says that PUBLIC_URL is missing, at every link', () => {
    const body = `{{ 'https://shop.example' | link: 'a' }}\n看 {{ 'https://shop.example' | link: 'b' }}`;
    expect(places(body, false)).toEqual(['0:4 no_public_url', '1:6 no_public_url']);
    expect(problemsOf(body, false)[0]!.hint.zh).toContain('PUBLIC_URL');
    expect(places('没有链接', false)).toEqual([]);
  });
});

describe('readLinkUrl', () => {
  it('accepts nothing but complete http and https addresses, and gives them one form', () => {
    const text = fc.oneof(
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc.string({ unit: 'binary' }),
      fc
        .tuple(
          fc.constantFrom(
            'javascript:',
            'data:',
            'vbscript:',
            'file://',
            '//',
            'https:',
            'HTTPS://',
            ' https://',
            '\thttps://',
          ),
          fc.string(),
        )
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (given) => {
        const read = readLinkUrl(given);
        if ('problem' in read) return;
        const { protocol, username, password } = new URL(read.url);
        expect(['http:', 'https:']).toContain(protocol);
        expect(username + password).toBe('');
        expect(readLinkUrl(read.url)).toEqual(read);
        // What a header must not contain.
        expect(read.url).toMatch(/^[\x21-\x7e]+$/);
      }),
      { numRuns: 500 },
    );
  });
});
