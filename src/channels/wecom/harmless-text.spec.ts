import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { harmlessText } from './harmless-text.js';

describe('a text for staff', () => {
  it('holds no link that somebody else has written', () => {
    expect(harmlessText('<a href="http://evil.example/x">点我领奖</a>')).toBe(
      '＜a href="http：//evil.example/x"＞点我领奖＜/a＞',
    );
    expect(harmlessText('[点我](https://evil.example)')).toBe('[点我］(https：//evil.example)');
    expect(harmlessText('&lt;a href=x&gt; &#60;b&#62;')).toBe('＆lt;a href=x＆gt; ＆#60;b＆#62;');
    expect(harmlessText('weixin://dl/scan')).toBe('weixin：//dl/scan');
  });

  it('holds no marks that hide or turn around what is written', () => {
    expect(harmlessText('小鹿\u202egpj.exe\u202c\u200b\u0007')).toBe('小鹿gpj.exe');
    expect(harmlessText('a\r\nb\u2028c')).toBe('a\nb\nc');
  });

  it('keeps our own link, emoji and plain words as they are', () => {
    const own = 'https://console.example/members/3';
    expect(harmlessText(`「<b>」说：http://evil.example\n${own}`, [own])).toBe(
      `「＜b＞」说：http：//evil.example\n${own}`,
    );
    expect(harmlessText('👨‍👩‍👧 退订 & 恢复，1.5 折 ❤️')).toBe('👨‍👩‍👧 退订 & 恢复，1.5 折 ❤️');
  });

  it('is the same when it is made harmless twice, and never has a tag or an address', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('<', '>', '&', 'lt;', '#60;', ':', '/', '](', 'a', '\u200b', '👨‍👩‍👧') }),
        (text) => {
          const once = harmlessText(text);
          expect(harmlessText(once)).toBe(once);
          expect(once).not.toMatch(/[<>]|:\/\/|\]\(|&#?\w+;/u);
        },
      ),
    );
  });
});
