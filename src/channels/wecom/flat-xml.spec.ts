import fc from 'fast-check';
import { XMLParser } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { readFlatXml } from './flat-xml.js';

const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false, trimValues: true });

describe('readFlatXml', () => {
  it('reads text and CDATA, with and without line breaks', () => {
    expect(readFlatXml('\n<xml>\n <A><![CDATA[ <b>&amp; ]]></A>\n<B>007</B><C></C></xml>\n')).toEqual({
      A: ' <b>&amp; ',
      B: '007',
      C: '',
    });
  });

  it.each([
    ['nesting', '<xml><A><B>1</B></A></xml>'],
    ['an attribute', '<xml><A b="c">1</A></xml>'],
    ['an entity', '<xml><A>&lt;</A></xml>'],
    ['a repeated name', '<xml><A>1</A><A>2</A></xml>'],
    ['a DTD', '<!DOCTYPE xml><xml><A>1</A></xml>'],
    ['two CDATA sections', '<xml><A><![CDATA[1]]><![CDATA[2]]></A></xml>'],
    ['a CDATA section that ends elsewhere', '<xml><A><![CDATA[1]]></B><C>]]></A></xml>'],
    ['text between elements', '<xml><A>1</A>x</xml>'],
    ['an empty element', '<xml><A/></xml>'],
    ['no end', '<xml><A>1</A>'],
  ])('leaves %s to the parser', (_what, document) => {
    expect(readFlatXml(document)).toBeUndefined();
  });

  it('says what the parser says whenever it says anything', () => {
    const pieces = fc.array(
      fc.constantFrom(
        '<A>',
        '</A>',
        '<B>',
        '</B>',
        '<![CDATA[',
        ']]>',
        'x',
        ' ',
        '\n',
        '00',
        '<A/>',
        '<A><![CDATA[',
        ']]></A>',
        '>',
        ']',
      ),
      { maxLength: 14 },
    );
    let answered = 0;
    fc.assert(
      fc.property(pieces, (list) => {
        const document = `<xml>${list.join('')}</xml>`;
        const flat = readFlatXml(document);
        if (!flat) return;
        answered += 1;
        const parsed = (parser.parse(document) as { xml: unknown }).xml;
        expect({ ...flat }).toEqual(parsed === '' ? {} : parsed);
      }),
      { numRuns: 5_000 },
    );
    expect(answered).toBeGreaterThan(100);
  });
});
