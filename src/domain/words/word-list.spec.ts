import { describe, expect, it } from 'vitest';
import { makeWordList, type WordGroup } from './word-list.js';

const group = (more: Partial<WordGroup>): WordGroup => ({
  key: 'law',
  label: { zh: '绝对化用语', en: 'superlatives' },
  severity: 'refuse',
  words: [],
  except: [],
  ...more,
});
const found = (groups: readonly WordGroup[], text: string) =>
  makeWordList(groups)
    .find(text)
    .map((hit) => hit.found);

describe('the word list', () => {
  const superlatives = group({ words: ['最', '最佳', '第一'], except: ['第一次', '最近'] });

  it('finds listed words, and of words within one another the longest', () => {
    expect(found([superlatives], '全网第一，最佳口感')).toEqual(['第一', '最佳']);
  });

  it('leaves out a word that stands in a harmless longer one', () => {
    expect(found([superlatives], '最近好吗？第一次来的你')).toEqual([]);
    expect(found([superlatives], '第一次就是第一')).toEqual(['第一']);
  });

  it('reads full width, capitals, blanks, marks and zero-width characters between the letters', () => {
    const wechat = group({ words: ['加微信', 'vx'] });
    expect(found([wechat], '加 微*信')).toEqual(['加 微*信']);
    expect(found([wechat], 'ＶＸ：abc')).toEqual(['ＶＸ']);
    expect(found([wechat], '加\u200b微\u200b信')).toEqual(['加\u200b微\u200b信']);
  });

  it('does not read on beyond the end of a clause', () => {
    expect(found([superlatives], '茶最，佳人')).toEqual(['最']);
    expect(found([group({ words: ['最佳'] })], '茶最\n佳人')).toEqual([]);
  });

  it('gives the place in the text as it is written', () => {
    const [hit] = makeWordList([group({ words: ['国家级'] })]).find('🍵 我们是 国 家 级 的');
    expect(hit).toMatchObject({ start: 7, end: 12, found: '国 家 级' });
  });

  it('finds a word whose own writing has blanks or capitals', () => {
    expect(found([group({ words: ['No. 1', 'TOP 1'] })], '我们是 top1')).toEqual(['top1']);
  });

  it('says for each hit whether it refuses or warns', () => {
    const list = makeWordList([superlatives, group({ key: 'own', severity: 'warn', words: ['亲'] })]);
    expect(list.find('亲，最佳').map((hit) => hit.group.severity)).toEqual(['warn', 'refuse']);
  });

  it('finds nothing without groups', () => {
    expect(found([], '最佳')).toEqual([]);
  });
});
