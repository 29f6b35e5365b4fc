import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { kfMannersShape } from './corp/kf/kf-manners.js';
import { wecomEndpoints } from './doors/wecom/index.js';
import { help } from './serve-settings.js';

const read = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');
const readme = read('./README.md');
const missing = (names: readonly string[], mark: (name: string) => string): string[] =>
  names.filter((name) => !readme.includes(mark(name)));
const allIn = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map((match) => match[1]!);

it('the README names every endpoint', () => {
  const paths = wecomEndpoints().map(({ path }) => path.replace('/cgi-bin/', ''));
  expect(missing(paths, (path) => `\`${path}\``)).toEqual([]);
});

it('the README names every act, every trouble and every setting', () => {
  const doors = readdirSync(new URL('./doors/', import.meta.url)).filter((file) => file.endsWith('acts.ts'));
  const acts = doors.flatMap((file) => allIn(read(`./doors/${file}`), /do: z\.literal\('(\w+)'\)/g));
  expect(acts.length).toBeGreaterThan(30);
  expect(missing(acts, (act) => `\`${act}\``)).toEqual([]);
  const [, shape = ''] = /troubleShape = z\.object\(\{\n(.*?)\n\}\);/s.exec(read('./trouble.ts')) ?? [];
  const troubles = allIn(shape, /^ {2}(\w+):/gm);
  expect(troubles.length).toBeGreaterThan(10);
  expect(missing(troubles, (trouble) => `{"${trouble}":`)).toEqual([]);
  expect(missing(Object.keys(kfMannersShape.shape), (name) => `\`${name}\``)).toEqual([]);
  expect(missing(allIn(help(), /(SANDBOX_\w+)/g), (name) => `| \`${name}\``)).toEqual([]);
});
