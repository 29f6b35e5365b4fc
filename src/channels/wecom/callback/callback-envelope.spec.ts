import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEnvelope } from './callback-envelope.js';

const cipher = 'RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6=';

describe('readEnvelope', () => {
  it.each([
    [
      'the usual XML',
      `<xml><ToUserName><![CDATA[ww7]]></ToUserName><Encrypt><![CDATA[${cipher}]]></Encrypt><AgentID><![CDATA[1]]></AgentID></xml>`,
    ],
    [
      'XML without CDATA, spread over lines',
      `<?xml version="1.0"?>\n<xml>\n  <AgentID/>\n  <Encrypt>\n${cipher}\n</Encrypt>\n</xml>\n`,
    ],
    ['JSON', `{"tousername":"ww7","encrypt":"${cipher}","agentid":218}`],
    ['JSON whose writer escapes', `{"encrypt" : "${cipher.replaceAll('/', '\\/').replaceAll('=', '\\u003d')}"}\n`],
    ['XML behind a BOM', `\uFEFF<xml><Encrypt><![CDATA[${cipher}]]></Encrypt></xml>`],
  ])('finds the ciphertext in %s', (_form, body) => {
    expect(readEnvelope(body)).toBe(cipher);
  });

  it.each([
    ['nothing', ''],
    ['no ciphertext', '<xml><ToUserName>ww7</ToUserName></xml>'],
    ['an empty one', '<xml><Encrypt></Encrypt></xml>'],
    ['a DTD', `<!DOCTYPE xml [<!ENTITY a "b">]><xml><Encrypt><![CDATA[${cipher}]]></Encrypt></xml>`],
    ['a DTD in the middle', `<xml><!DOCTYPE xml><Encrypt><![CDATA[${cipher}]]></Encrypt></xml>`],
    ['a JSON list', `["${cipher}"]`],
    ['broken JSON', `{"encrypt":"${cipher}"`],
    ['a number for ciphertext', '{"encrypt":{}}'],
    ['a DTD behind it', `<xml><Encrypt>${cipher}</Encrypt></xml><!doctype xml>`],
    [
      'a DTD behind comments that hold the marks of CDATA',
      `<!-- <![CDATA[ --><!DOCTYPE xml><!-- ]]> --><xml><Encrypt>${cipher}</Encrypt></xml>`,
    ],
    ['a DTD within it', `<xml><Encrypt><!DOCTYPE a>${cipher}</Encrypt></xml>`],
    ['an entity for ciphertext', '<xml><Encrypt>&a;</Encrypt></xml>'],
    ['an opening in an opening', `<xml><Encrypt><Encrypt>${cipher}</Encrypt></Encrypt></xml>`],
    ['much before it', `<xml>${'<a/>'.repeat(600)}<Encrypt>${cipher}</Encrypt></xml>`],
    ['much behind it', `<xml><Encrypt>${cipher}</Encrypt>${'<a/>'.repeat(600)}</xml>`],
    ['no end', `<xml><Encrypt>${cipher}`],
  ])('finds nothing in a body with %s', (_what, body) => {
    expect(readEnvelope(body)).toBeUndefined();
  });

  it('finds the ciphertext of the largest callback there can be', () => {
    const large = 'A'.repeat(150_000);
    expect(readEnvelope(`<xml><Encrypt><![CDATA[${large}]]></Encrypt><AgentID>1</AgentID></xml>`)).toBe(large);
    expect(readEnvelope(`{"encrypt":"${large}"}`)).toBe(large);
  });

  it('never throws', () => {
    const pieces = fc.array(
      fc.constantFrom(
        '<xml>',
        '</xml>',
        '<Encrypt>',
        '</Encrypt>',
        '<![CDATA[',
        ']]>',
        '<!D',
        '<',
        '&x;',
        '{"',
        '":',
        'a',
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          pieces.map((list) => list.join('')),
        ),
        (body) => ['string', 'undefined'].includes(typeof readEnvelope(body)),
      ),
    );
  });
});
