import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { checkTemplate } from '../../../../domain/messages/index.js';
import { renamed, startingPoints } from './starting-points.js';

it.each(startingPoints.map(({ key, source }) => [key, source] as const))(
  'the starting point %s compiles, is off, and can be made under another key',
  (key, source) => {
    const check = checkTemplate(source);
    expect(check).toMatchObject({ ok: true, template: { key, enabled: false } });
    const other = checkTemplate(renamed(source, { key: 'other', name: '换个名字: 试试' }));
    expect(other).toMatchObject({ ok: true, template: { key: 'other', name: '换个名字: 试试', enabled: false } });
  },
);

it('copies a template with its comments, and switched off', () => {
  const source = readFileSync('templates/reactivation/silent-30.md', 'utf8').replace('---\n', '---\n# why\n');
  const copy = renamed(source, { key: 'a-copy', name: '副本' });
  expect(checkTemplate(copy)).toMatchObject({ ok: true, template: { key: 'a-copy', enabled: false } });
  expect(copy).toContain('# why');
});
