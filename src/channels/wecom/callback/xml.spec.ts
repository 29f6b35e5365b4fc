import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseXml } from './xml.js';

const nested = (depth: number): string => `<xml>${'<a>'.repeat(depth)}1${'</a>'.repeat(depth)}</xml>`;

describe('XML that is not of the usual shapes', () => {
  it.each([
    ['an attribute, an entity and an empty element', '<xml><A b="c > d">&lt;</A><B/></xml>', { A: '<', B: '' }],
    ['a declaration', '<?xml version=\'1.0\' encoding="utf-8" ?>\n<xml><A>1</A></xml>', { A: '1' }],
    ['comments', '<!-- a --><xml><!-- <b> --><A>1</A></xml>', { A: '1' }],
    ['a document type that is only spoken of', '<xml><A><![CDATA[<!DOCTYPE a>]]></A></xml>', { A: '<!DOCTYPE a>' }],
    ['the nesting of a card event', '<xml><S><I><O><P>1</P></O></I></S></xml>', { S: { I: { O: { P: '1' } } } }],
  ])('is read with %s', (_what, text, fields) => {
    expect(parseXml(text)).toEqual(fields);
  });

  const dtd = '<!DOCTYPE xml [<!ENTITY e "x">]>';
  it.each([
    ['at the beginning', `${dtd}<xml><A>&e;</A></xml>`],
    ['in small letters', '<!doctype xml><xml><A>1</A></xml>'],
    ['in the middle', `<xml>${dtd}<A>1</A></xml>`],
    ['behind a comment that holds the beginning of CDATA', `<!-- <![CDATA[ -->${dtd}<!-- ]]> --><xml><A>&e;</A></xml>`],
    ['behind a comment within CDATA', `<xml><A><![CDATA[ <!-- ]]></A>${dtd}<A><![CDATA[ --> ]]></A></xml>`],
    ['behind a declaration with an open quote', `<?xml version="1.0?><!-- "?>${dtd} --><xml><A>1</A></xml>`],
    ['behind a processing instruction with an open quote', `<?a ' ?><!-- ' ?>${dtd} --><xml><A>1</A></xml>`],
    ['behind a comment that is closed at once', `<!--> -->${dtd}<xml><A>1</A></xml>`],
    ['behind an attribute', `<xml a="<![CDATA[">${dtd}<A>]]></A></xml>`],
    ['behind a closing tag with quotes', `<xml><A>1</A "><!-- ">${dtd}<!-- --></xml>`],
    ['with nothing declared', '<!DOCTYPE xml><xml><A>1</A></xml>'],
  ])('is refused with a DTD %s', (_where, text) => {
    expect(parseXml(text)).toBeUndefined();
  });

  it.each([
    ['a processing instruction', '<?php echo 1 ?><xml><A>1</A></xml>'],
    ['an element declaration', '<xml><!ELEMENT a ANY><A>1</A></xml>'],
    ['CDATA that never ends', '<xml><A><![CDATA[1</A></xml>'],
    ['a comment that never ends', '<xml><A>1</A></xml><!-- '],
    ['a tag that never ends', '<xml><A'],
    ['more ends than beginnings', '<xml></A></xml></xml>'],
    ['deep nesting', nested(40)],
    ['very deep nesting', nested(35_000)],
    ['very deep nesting that never ends', '<a>'.repeat(80_000)],
    ['more elements than any callback has', `<xml>${'<a/>'.repeat(30_000)}</xml>`],
  ])('is refused with %s', (_what, text) => {
    expect(parseXml(text)).toBeUndefined();
  });

  it('never lets a DTD pass, however its marks are put together', () => {
    const pieces = [
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<?xml ',
      '<?a ',
      '?>',
      '"',
      "'",
      '<A>',
      '</A>',
      '<A b="',
      '">',
      ' ',
    ];
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...pieces), { maxLength: 8 }),
        fc.array(fc.constantFrom(...pieces), { maxLength: 8 }),
        (before, behind) => {
          const text = `${before.join('')}<!DOCTYPE xml [<!ENTITY e "EXPANDED">]>${behind.join('')}<xml><A>&e;</A></xml>`;
          expect(JSON.stringify(parseXml(text)) ?? '').not.toContain('EXPANDED');
        },
      ),
      { numRuns: 20_000 },
    );
  });
});
