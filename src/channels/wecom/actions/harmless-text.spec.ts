import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { harmlessText } from './harmless-text.js';

describe('a text for staff', () => {
  it('contains no link that somebody else has written', () => {
    expect(harmlessText('<a href="http://evil.example/x">点我领奖</a>')).toBe(
      '＜a href="http：／／evil．example/x"＞点我领奖＜/a＞',
    );
    expect(harmlessText('[点我](https://evil.example)')).toBe('[点我］(https：／／evil．example)');
    expect(harmlessText('&lt;a href=x&gt; &#60;b&#62;')).toBe('＆lt;a href=x＆gt; ＆#60;b＆#62;');
    expect(harmlessText('weixin://dl/scan')).toBe('weixin：／／dl/scan');
  });

  it.each([
    ['www.x', 'www．x'],
    ['WWW.evil', 'WWW．evil'],
    ['evil.com/领奖', 'evil．com/领奖'],
    ['点evil.com.cn看', '点evil．com．cn看'],
    ['例子.中国', '例子．中国'],
    ['xn--fiq228c.xn--fiqs8s', 'xn--fiq228c．xn--fiqs8s'],
    ['💩.la', '💩．la'],
    ['ev\u200bil.\u200bcom', 'evil．com'],
    ['a@evil.com', 'a@evil．com'],
    ['10.0.0.1/x', '10．0．0．1/x'],
    ['mailto:a', 'mailto：a'],
    ['amailto:a', 'amailto：a'],
    ['_www.x', '_www．x'],
    ['Tel:10086', 'Tel：10086'],
    ['weixin:dl', 'weixin：dl'],
    ['//x', '／／x'],
  ])('makes addresses without https harmless: %s', (text, shown) => {
    expect(harmlessText(text)).toBe(shown);
  });

  it.each(['1.5 折', '共 3.20 元', '2026.11.30', '1. 「小鹿」', '好的. 谢谢', '版本 1.2', '10:30', '备注：a/b', '……'])(
    'does not change %s',
    (text) => {
      expect(harmlessText(text)).toBe(text);
    },
  );

  const own = 'https://console.example/members/3';
  it.each([
    [`${own}.evil.com`, 'https：／／console．example/members/3．evil．com'],
    [`${own}@evil.com`, 'https：／／console．example/members/3@evil．com'],
    [`${own}4`, 'https：／／console．example/members/34'],
    [`//evil.com/?${own}`, '／／evil．com/?https：／／console．example/members/3'],
    [`看${own}`, `看https：／／console．example/members/3`],
    [`（${own}），\n${own}\n${own}`, `（${own}），\n${own}\n${own}`],
  ])('keeps our own link only when it stands alone: %s', (text, shown) => {
    expect(harmlessText(text, [own])).toBe(shown);
  });

  it('contains no characters that hide or reverse text', () => {
    expect(harmlessText('小鹿\u202egpj.exe\u202c\u200b\u0007')).toBe('小鹿gpj．exe');
    expect(harmlessText('a\r\nb\u2028c')).toBe('a\nb\nc');
  });

  it('keeps our own link, emoji and plain text', () => {
    const own = 'https://console.example/members/3';
    expect(harmlessText(`「<b>」说：http://evil.example\n${own}`, [own])).toBe(
      `「＜b＞」说：http：／／evil．example\n${own}`,
    );
    expect(harmlessText('👨‍👩‍👧 退订 & 恢复，1.5 折 ❤️')).toBe('👨‍👩‍👧 退订 & 恢复，1.5 折 ❤️');
  });

  it('does not change when processed twice, and never contains a tag or an address', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom(
            '<',
            '>',
            '&',
            'lt;',
            '#60;',
            ':',
            '/',
            '](',
            'a',
            '.',
            'www',
            'mailto',
            '1',
            '\u200b',
            '👨‍👩‍👧',
          ),
        }),
        (text) => {
          const once = harmlessText(text);
          expect(harmlessText(once)).toBe(once);
          expect(once).not.toMatch(/[<>]|\/\/|\]\(|&#?\w+;|\S\.\p{L}{2}|mailto:/u);
        },
      ),
    );
  });
});
