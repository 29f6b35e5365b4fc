import fc from 'fast-check';
import { expect, it } from 'vitest';
import { localNames, managedTags } from './tag-names.js';
import type { LibraryTag } from './library-tag.js';

const tag = (tag_id: string, grp: string, name: string, wecom_name: string | null = null): LibraryTag => ({
  tag_id,
  grp,
  name,
  wecom_name,
  group_id: null,
  ord: null,
});
const ruled = managedTags([{ name: '老客', group: '规则' }]);

it('gives the plain name to the tag of the rule, and the other group its own', () => {
  const names = localNames([tag('et1', '来源', '老客'), tag('et2', '规则', '老客')], ruled);
  expect([...names]).toEqual([
    ['et1', '来源/老客'],
    ['et2', '老客'],
  ]);
});
it('keeps the plain name for a rule whose tag is not made yet', () => {
  expect(localNames([tag('et1', '来源', '老客')], ruled).get('et1')).toBe('来源/老客');
});
it("keeps the rule's name on its own tag when staff have renamed that one and made another in the old name", () => {
  const names = localNames([tag('et1', '规则', '老客'), tag('et2', '规则', '老客', '常客')], ruled);
  expect([names.get('et1'), names.get('et2')]).toEqual(['规则/老客', '老客']);
});
it('never knows two tags by one name, and always gives the same tag the plain one', () => {
  const word = fc.constantFrom('甲', '乙', '丙');
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(word, word), { selector: ([grp, name]) => `${grp}/${name}` }),
      fc.uniqueArray(fc.tuple(word, word), { selector: ([name]) => name }),
      (tags, rules) => {
        const library = tags.map(([grp, name], index) => tag(`et${index}`, grp, name));
        const known = managedTags(rules.map(([name, group]) => ({ name, group })));
        const names = localNames(library, known);
        expect(new Set(names.values()).size).toBe(library.length);
        for (const one of library) if (known.get(one.name) === one.grp) expect(names.get(one.tag_id)).toBe(one.name);
      },
    ),
  );
});
