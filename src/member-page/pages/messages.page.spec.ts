import { describe, expect, it } from 'vitest';
import { html } from '../html/html.js';
import { withLinks } from './messages.page.js';

const shown = (text: string): string => html`${withLinks(text)}`.text;
const link = (address: string): string => `<a href="${address}" rel="noreferrer">${address}</a>`;

describe('a message on the member page', () => {
  it('has its addresses as links', () => {
    expect(shown('不再打扰：https://shop.example.com/m\n谢谢')).toBe(
      `不再打扰：${link('https://shop.example.com/m')}\n谢谢`,
    );
  });

  it('ends an address before the punctuation of the sentence', () => {
    expect(shown('看 https://a.example/l/x。再看（http://b.example/y?z=1）')).toBe(
      `看 ${link('https://a.example/l/x')}。再看（${link('http://b.example/y?z=1')}）`,
    );
    expect(shown('See https://a.example/x.')).toBe(`See ${link('https://a.example/x')}.`);
  });

  it('has nothing else as a link, and every character escaped', () => {
    expect(shown('javascript:alert(1) <b> https:// ')).toBe('javascript:alert(1) &lt;b&gt; https:// ');
    expect(shown('https://a.example/?a=1&b="x"')).toBe(
      '<a href="https://a.example/?a=1&amp;b=" rel="noreferrer">https://a.example/?a=1&amp;b=</a>&quot;x&quot;',
    );
  });
});
