import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isForTheBot } from './answer-member.js';
import { readCommand } from './read-command.js';

const usageOf = (text: string, speaker: 'operator' | 'kf' = 'operator') => {
  const read = readCommand(text, speaker);
  return read.kind === 'command' ? [read.command.usage, read.argument] : (read.nearest?.usage ?? null);
};

describe('readCommand', () => {
  it('takes what follows the word as the argument, with or without a space', () => {
    expect(usageOf('查 小鹿')).toEqual(['查 <昵称或客户ID>', '小鹿']);
    expect(usageOf('查小鹿')).toEqual(['查 <昵称或客户ID>', '小鹿']);
    expect(usageOf('为什么：小 鹿 ')).toEqual(['为什么 <昵称或客户ID>', '小 鹿']);
    expect(usageOf('为什么\u2005小鹿')).toEqual(['为什么 <昵称或客户ID>', '小鹿']);
  });

  it('needs the whole word where nothing follows', () => {
    expect(usageOf('待办')).toEqual(['待办', '']);
    expect(usageOf('待办一下吧')).toBe('待办');
    expect(readCommand('待办一下吧', 'operator').kind).toBe('unknown');
    expect(usageOf('暂停')).toEqual(['暂停 [渠道]', '']);
  });

  it('points at the command that was probably meant', () => {
    expect(usageOf('查')).toBe('查 <昵称或客户ID>');
    expect(usageOf('看日报')).toBe('日报');
  });

  it('gives members their own commands only', () => {
    expect(usageOf('我的等级', 'kf')).toEqual(['我的等级', '']);
    expect(isForTheBot('暂停')).toBe(false);
    expect(isForTheBot('我的等级怎么看')).toBe(false);
  });

  it('takes no notice of punctuation, capitals, width and spaces around a word', () => {
    for (const said of [
      '帮助。',
      '帮助！',
      ' 帮助？',
      '【帮助】',
      '帮助🙏',
      'HELP',
      'ｈｅｌｐ',
      'Help!',
      '?',
      '？',
      '你好',
      'hello',
    ])
      expect(usageOf(said), said).toEqual(['帮助', '']);
    for (const said of ['待办。', 'ＴＯＤＯ', 'Tasks']) expect(usageOf(said), said).toEqual(['待办', '']);
    expect(usageOf('Why 小鹿')).toEqual(['为什么 <昵称或客户ID>', '小鹿']);
    expect(usageOf('完成 ＃１２。')).toEqual(['完成 <待办编号>', '＃１２。']);
    expect(usageOf('ｗｈｙ　ＡＢＣ')).toEqual(['为什么 <昵称或客户ID>', 'ＡＢＣ']);
  });

  it('suggests one command for a slip', () => {
    for (const [said, meant] of [
      ['带办', '待办'],
      ['日抱', '日报'],
      ['周报', '日报'],
      ['办待', '待办'],
      ['暂亭', '暂停 [渠道]'],
      ['help me', '帮助'],
      ['reprot', '日报'],
      ['完程 12', '完成 <待办编号>'],
    ])
      expect(usageOf(said!), said).toBe(meant);
    for (const said of ['今天天气不错', 'asdf', '😀', '']) expect(usageOf(said), said).toBeNull();
  });

  it('never throws, whatever is said', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.constantFrom('operator' as const, 'kf' as const, 'chat_group' as const),
        (text, speaker) => {
          expect(['command', 'unknown']).toContain(readCommand(text, speaker).kind);
        },
      ),
    );
  });
});
