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
const managed = managedTags([{ name: '老客', group: '规则' }]);

it('gives the plain name to the tag of the rule, and group/name to the tag of another group', () => {
  const names = localNames([tag('et1', '来源', '老客'), tag('et2', '规则', '老客')], managed);
  expect([...names]).toEqual([
    ['et1', '来源/老客'],
    ['et2', '老客'],
  ]);
});
it('reserves the plain name for a rule whose tag is not created yet', () => {
  expect(localNames([tag('et1', '来源', '老客')], managed).get('et1')).toBe('来源/老客');
});
it("keeps a rule's name for its tag when staff renamed that tag and made another with the old name", () => {
  const names = localNames([tag('et1', '规则', '老客'), tag('et2', '规则', '老客', '常客')], managed);
  expect([names.get('et1'), names.get('et2')]).toEqual(['规则/老客', '老客']);
});
it('never gives two tags one name, and always gives the plain name to the tag of the rule', () => {
  const word = fc.constantFrom('甲', '乙', '丙');
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(word, word), { selector: ([grp, name]) => `${grp}/${name}` }),
      fc.uniqueArray(fc.tuple(word, word), { selector: ([name]) => name }),
      (tags, rules) => {
        const library = tags.map(([grp, name], index) => tag(`et${index}`, grp, name));
        const managed = managedTags(rules.map(([name, group]) => ({ name, group })));
        const names = localNames(library, managed);
        expect(new Set(names.values()).size).toBe(library.length);
        for (const listed of library)
          if (managed.get(listed.name) === listed.grp) expect(names.get(listed.tag_id)).toBe(listed.name);
      },
    ),
  );
});
