import { describe, expect, it } from 'vitest';
import { differenceWords } from './drift-words.js';

const zh = (kind: string, ours: string, theirs: string, ofGroup = false) =>
  differenceWords({ kind, ours, theirs }, ofGroup).zh;

describe('differenceWords', () => {
  it('words differences of a member', () => {
    expect(zh('pair', 'LinXia', '')).toBe('与 LinXia 已不是好友');
    expect(zh('tag', '', '爱喝茶')).toBe('有人打上了标签「爱喝茶」');
    expect(zh('group', '', '铁杆1群')).toBe('在「铁杆1群」里');
    expect(zh('contact', '小鹿', '小鹿酱')).toBe('资料由「小鹿」变为「小鹿酱」');
  });

  it('does not report a change of a name into the same name', () => {
    expect(zh('contact', '小鹿', '小鹿')).toBe('资料有更新');
  });

  it('words a difference of a group itself unlike one of a person in it', () => {
    expect(zh('group', '铁杆1群', '', true)).toBe('群已解散');
    expect(zh('group', 'owner_state 0', 'owner_state 1', true)).toBe('群主已离职');
    expect(zh('group', '铁杆1群', '铁杆一群', true)).toBe('「铁杆1群」改成了「铁杆一群」');
  });

  it('words differences of the tag library', () => {
    expect(zh('library', '兴趣/茶', '')).toBe('标签「兴趣/茶」已被删除');
    expect(zh('library', '兴趣/茶', '兴趣/茶')).toBe('标签「兴趣/茶」换了位置');
    expect(zh('library', '兴趣/茶', '兴趣/绿茶')).toBe('标签「兴趣/茶」改成了「兴趣/绿茶」');
  });
});
