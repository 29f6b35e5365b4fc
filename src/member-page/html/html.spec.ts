import fc from 'fast-check';
import { expect, it } from 'vitest';
import { escaped, html } from './html.js';

it('escapes every value that is not HTML itself', () => {
  const name = '<b onclick="x">\'&';
  expect(html`<p title="${name}">${name}${html`<i>${1}</i>`}${[html`<u></u>`, '<']}${null}${false}</p>`.text).toBe(
    '<p title="&lt;b onclick=&quot;x&quot;&gt;&#39;&amp;">&lt;b onclick=&quot;x&quot;&gt;&#39;&amp;<i>1</i><u></u>&lt;</p>',
  );
});

it('leaves no text that could open a tag, end an attribute or begin an entity of its own', () => {
  fc.assert(fc.property(fc.string(), (text) => !/[<>"']|&(?!(amp|lt|gt|quot|#39);)/.test(escaped(text))));
});
