import fc from 'fast-check';
import { XMLParser } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { readCallbackXml, readUsual } from './callback-xml.js';

const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false, trimValues: true });

describe('the XML of a callback', () => {
  it('is read with text and CDATA, with and without line breaks', () => {
    expect(readUsual('<xml>\n <A><![CDATA[ <b>&amp;]] ]></b> ]]></A>\n<B>007</B><C></C></xml>')).toEqual({
      A: ' <b>&amp;]] ]></b> ',
      B: '007',
      C: '',
    });
  });

  it('is read with a list of one, of many, and of none', () => {
    expect(
      readUsual(
        '<xml><A><Item><![CDATA[1]]></Item></A><B>\n <Item>1</Item>\n <Item>2</Item><Item>3</Item></B>\n<C>\n</C></xml>',
      ),
    ).toEqual({ A: { Item: '1' }, B: { Item: ['1', '2', '3'] }, C: '' });
  });

  it.each([
    ['a list in a list', '<xml><A><B><C>1</C></B></A></xml>'],
    ['an attribute', '<xml><A b="c">1</A></xml>'],
    ['an entity', '<xml><A>&lt;</A></xml>'],
    ['a repeated field', '<xml><A>1</A><A>2</A></xml>'],
    ['a repeated list', '<xml><A><B>1</B></A><A>2</A></xml>'],
    ['a DTD', '<!DOCTYPE xml><xml><A>1</A></xml>'],
    ['two CDATA sections', '<xml><A><![CDATA[1]]><![CDATA[2]]></A></xml>'],
    ['a CDATA section that ends elsewhere', '<xml><A><![CDATA[1]]></B><C>]]></A></xml>'],
    ['text between elements', '<xml><A>1</A>x</xml>'],
    ['text between items', '<xml><A><B>1</B>x</A></xml>'],
    ['an empty element', '<xml><A/></xml>'],
    ['no end', '<xml><A>1</A>'],
    ['a list without an end', '<xml><A><B>1</B></xml>'],
  ])('is left to the parser with %s', (_what, document) => {
    expect(readUsual(document)).toBeUndefined();
  });

  it('is read by the parser where it must be', () => {
    expect(readCallbackXml('<?xml version="1.0"?>\n<xml><A b="c">&lt;</A><B/></xml>')).toEqual({ A: '<', B: '' });
  });

  it('takes a field named like something every object has', () => {
    expect(readUsual('<xml><constructor>1</constructor><A><toString>2</toString></A></xml>')).toEqual({
      constructor: '1',
      A: { toString: '2' },
    });
  });

  it('is read as the parser reads it whenever it is read at all', () => {
    const words = [
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
    ];
    const elements = ['<A>1</A>', '<B><![CDATA[2]]></B>', '<A>\n<B>3</B></A>', '<C><A>4</A><A>5</A></C>'];
    const pieces = fc.array(fc.constantFrom(...words, ...elements, '>', ']'), { maxLength: 14 });
    let answered = 0;
    let lists = 0;
    fc.assert(
      fc.property(pieces, (chosen) => {
        const document = `<xml>${chosen.join('')}</xml>`;
        const read = readUsual(document);
        if (!read) return;
        answered += 1;
        if (Object.values(read).some((value) => typeof value === 'object')) lists += 1;
        const parsed = (parser.parse(document) as { xml: unknown }).xml;
        expect(read).toEqual(parsed === '' ? {} : parsed);
      }),
      { numRuns: 5_000 },
    );
    expect(answered).toBeGreaterThan(100);
    expect(lists).toBeGreaterThan(20);
  });

  it('is read in a time that grows with its length only', () => {
    const long = `<xml><A><![CDATA[${']'.repeat(200_000)}]]></A><B>${'<C>x</C>'.repeat(20_000)}</B></xml>`;
    expect(readUsual(long)).toMatchObject({ A: ']'.repeat(200_000) });
  });
});
