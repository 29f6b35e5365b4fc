import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/commands/index.js';
import { apiRoutes } from '../../src/console/api/api-routes.js';
import { clientFactKinds } from '../../src/domain/fact.js';
import { frontMatter } from '../../src/domain/messages/front-matter-schema.js';
import { triggers } from '../../src/domain/triggers/index.js';
import { environment } from '../../src/platform/config/config.js';
import { help } from '../../src/sandbox/serve-settings.js';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const allIn = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map((match) => match[1]!);

const documents: readonly string[] = [
  'README.md',
  'README.zh-CN.md',
  'src/sandbox/README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join('docs', path))
    .sort(),
];
const settings = Object.keys(environment.shape);

/** The newcomer tasks name files that whoever does them will write. One that is there by now is no such task any more. */
const toBeWritten: readonly string[] = [
  'src/channels/email/',
  'src/commands/birthday.command.ts',
  'src/console/web/features/opt-outs/',
  'src/domain/triggers/streak.trigger.ts',
  'src/insights/opt-outs.ts',
];
/** Names in capitals that are no setting of the product or of the sandbox: read by the tests, by npm or by the shell. */
const otherNames: readonly string[] = ['CHROMIUM_PATH', 'WECOM_', 'SANDBOX_'];

/** What is marked as code, in a line or as a block: paths, commands and settings stand nowhere else. */
const codeIn = (text: string): string[] => [
  ...allIn(text, /^```\w*\n(.*?)^```/gms),
  ...allIn(text.replace(/^```.*?^```/gms, ''), /`([^`\n]+)`/g),
];

/** What a link in a document leads to: the file, and the heading in it. */
function targetOf(document: string, link: string): { readonly path: string; readonly anchor: string | undefined } {
  const [path = '', anchor] = link.split('#');
  return { path: path === '' ? document : join(dirname(document), decodeURI(path)), anchor };
}

/** As GitHub makes an anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');

const anchorsIn = (text: string): string[] => allIn(text.replace(/^```.*?^```/gms, ''), /^#+ (.*)$/gm).map(anchorOf);

function brokenLinks(document: string, text: string): string[] {
  const links = [...allIn(text, /\]\(([^)\s]+)\)/g), ...allIn(text, /<img src="([^"]+)"/g)];
  return links
    .filter((link) => !/^(https?|mailto):/.test(link))
    .filter((link) => {
      const { path, anchor } = targetOf(document, link);
      if (!existsSync(join(root, path))) return true;
      return anchor !== undefined && !anchorsIn(read(path)).includes(decodeURIComponent(anchor));
    });
}

const folders = ['src', 'test', 'docs', 'config', 'templates', 'scripts'];

/** Paths from the root of the project, with `<name>` and `*` for any name, and files named by the end of their path, like `tiers.yaml`. */
function pathsIn(text: string): string[] {
  const words = codeIn(text).flatMap((code) => code.split(/[\s,;|()'"]+/));
  return words.filter(
    (word) =>
      folders.some((folder) => word.startsWith(`${folder}/`)) ||
      /^\.?[\w*/-]+(\.[\w*-]+)*\.(ts|tsx|mjs|cjs|yaml|md)$/.test(word),
  );
}

/** A built file comes from a source, which is looked for in its place. */
const sourceOf = (path: string): string => path.replace(/^dist\//, 'src/').replace(/\.js$/, '.ts');

/** Every file and folder of the project that a document may name, from the root. */
const places: readonly string[] = [
  ...readdirSync(root),
  ...folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
  ),
];

/** A path from the root, or the end of one. `<name>` and `*` stand for any name. */
function isThere(path: string): boolean {
  const pattern = path
    .replace(/\/$/, '')
    .split(/<[^>]+>|\*/)
    .map((part) => part.replace(/[.]/g, '\\.'))
    .join('[^/]*');
  const place = new RegExp(`(^|/)${pattern}$`);
  return places.some((each) => place.test(each));
}

function missingPaths(text: string): string[] {
  const paths = [...pathsIn(text), ...allIn(text, /\b(dist\/[\w/-]+\.js)\b/g).map(sourceOf)];
  return [...new Set(paths)].filter((path) => !toBeWritten.includes(path) && !isThere(path));
}

function unknownCommands(text: string): string[] {
  const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
  return allIn(text, /\bnpm run ([\w-]+)/g).filter((name) => name !== '--silent' && !(name in scripts));
}

function unknownSettings(text: string): string[] {
  const known = new Set([...settings, ...allIn(help(), /(SANDBOX_\w+)/g), ...otherNames]);
  return [...new Set(codeIn(text).flatMap((code) => allIn(code, /(?<![\w<])([A-Z]{2,}(?:_[A-Z]*)+)(?!\w)/g)))].filter(
    (name) => !known.has(name),
  );
}

/** The rows of the first table under a heading, each as its first cells. */
function tableOf(path: string): { readonly names: readonly string[]; readonly usual: readonly string[] }[] {
  const table = /\n\| [^\n]*\n\|[ -:|]+\n((?:\|.*\n)+)/.exec(read(path))?.[1] ?? '';
  return table
    .trimEnd()
    .split('\n')
    .map((row) => {
      const [, names = '', usual = ''] = row.split('|');
      return { names: allIn(names, /`(\w+)`/g), usual: usual.trim().split(/, |、/) };
    });
}

describe('the documents', () => {
  it('are the ones that are looked at', () => {
    expect(documents).toEqual(
      expect.arrayContaining(['README.md', 'docs/development.md', 'docs/going-live.md', 'docs/zh/operators.md']),
    );
    expect(documents.filter((path) => path.startsWith('docs/decisions/')).length).toBeGreaterThan(20);
  });

  it.each(documents)('%s leads nowhere that is not there', (document) => {
    const text = read(document);
    expect({
      links: brokenLinks(document, text),
      paths: missingPaths(text),
      commands: unknownCommands(text),
      settings: unknownSettings(text),
    }).toEqual({ links: [], paths: [], commands: [], settings: [] });
  });

  it('are all reached from the README', () => {
    const seen = new Set<string>();
    const follow = (document: string): void => {
      if (seen.has(document)) return;
      seen.add(document);
      for (const link of allIn(read(document), /\]\(([^)\s]+\.md)(?:#[^)]*)?\)/g))
        if (!link.startsWith('http')) follow(targetOf(document, link).path);
    };
    follow('README.md');
    // The decisions are linked as a folder.
    expect(documents.filter((path) => !seen.has(path) && !path.startsWith('docs/decisions/'))).toEqual([]);
  });

  it('are short where they are read first', () => {
    for (const path of ['README.md', 'README.zh-CN.md']) expect(read(path).split('\n').length, path).toBeLessThan(150);
  });

  it('show pictures that load at once, and keep none that nobody shows', () => {
    const pictures = readdirSync(join(root, 'docs/pictures'));
    for (const picture of pictures)
      expect(readFileSync(join(root, 'docs/pictures', picture)).length, picture).toBeLessThan(250 * 1024);
    const shown = documents.flatMap((document) =>
      allIn(read(document), /<img src="([^"]+)"/g).map((link) => targetOf(document, link).path),
    );
    expect(pictures.filter((picture) => !shown.includes(join('docs/pictures', picture)))).toEqual([]);
  });

  it('name no file as yet to be written that is there', () => {
    expect(toBeWritten.filter((path) => existsSync(join(root, path)))).toEqual([]);
  });

  it('say the same in both languages, heading by heading', () => {
    const level = (path: string): string[] => allIn(read(path).replace(/^```.*?^```/gms, ''), /^(#+) /gm);
    for (const path of readdirSync(join(root, 'docs/zh')))
      expect(level(join('docs/zh', path)), path).toEqual(level(join('docs', path)));
    expect(level('README.zh-CN.md')).toEqual(level('README.md'));
  });
});

describe('the table of the settings', () => {
  it.each(['docs/configuration.md', 'docs/zh/configuration.md'])('%s names every setting there is, once', (path) => {
    expect(tableOf(path).flatMap(({ names }) => names)).toEqual(expect.arrayContaining(settings));
    expect(
      tableOf(path)
        .flatMap(({ names }) => names)
        .sort(),
    ).toEqual([...settings].sort());
  });

  it.each(['docs/configuration.md', 'docs/zh/configuration.md'])('%s says what each is unless set', (path) => {
    for (const { names, usual } of tableOf(path))
      for (const [index, name] of names.entries()) {
        const preset = environment.shape[name as keyof typeof environment.shape].safeParse(undefined).data;
        const said = usual[index] ?? usual[0]!;
        if (preset === undefined) expect(said, name).not.toMatch(/`/);
        else expect(said.replace(/`/g, ''), name).toBe(String(preset));
      }
  });
});

describe('the tables for operators and for programs', () => {
  const missing = (path: string, names: readonly string[]): string[] =>
    names.filter((name) => !read(path).includes(`\`${name}\``));

  it.each(['docs/operators.md', 'docs/zh/operators.md'])(
    '%s names every trigger, setting of a template and command',
    (path) => {
      expect(
        missing(
          path,
          triggers.map(({ on }) => on),
        ),
      ).toEqual([]);
      // What identifies a template and what it says are shown by the example.
      const shown = ['key', 'name', 'kind', 'trigger', 'audience', 'timing', 'window_hours', 'sms'];
      expect(
        missing(
          path,
          Object.keys(frontMatter.shape).filter((field) => !shown.includes(field)),
        ),
      ).toEqual([]);
      const text = read(path);
      expect(commands.map(({ words }) => words[0]!).filter((word) => !text.includes(`\`${word}`))).toEqual([]);
    },
  );

  it.each(['docs/api.md', 'docs/zh/api.md'])('%s names every route and every kind of fact', (path) => {
    expect(
      missing(
        path,
        apiRoutes.map((route) => `${route.method.toUpperCase()} ${route.path}`),
      ),
    ).toEqual([]);
    expect(missing(path, clientFactKinds)).toEqual([]);
  });

  it.each(['docs/configuration.md', 'docs/zh/configuration.md'])('%s names every file of rules', (path) => {
    expect(missing(path, readdirSync(join(root, 'config')))).toEqual([]);
  });
});

describe('the look at the documents', () => {
  it('finds a link, an anchor, a path, a command and a setting that are not there', () => {
    const text = [
      'See [this](nowhere.md), [that](README.md#no-such-heading) and <img src="docs/pictures/none.png">.',
      'Read `src/engine/no-such.ts`, `src/no-such/*.ts`, `no-such.yaml` and `node dist/no-such.js`; run `npm run no-such`.',
      'Set `NO_SUCH=1`. [Fine](README.md#limits), `src/main.ts`, `npm run build`, `PUBLIC_URL`, `src/channels/<name>/`.',
    ].join('\n');
    expect(brokenLinks('README.md', text)).toEqual([
      'nowhere.md',
      'README.md#no-such-heading',
      'docs/pictures/none.png',
    ]);
    expect(missingPaths(text)).toEqual(['src/engine/no-such.ts', 'src/no-such/*.ts', 'no-such.yaml', 'src/no-such.ts']);
    expect(unknownCommands(text)).toEqual(['no-such']);
    expect(unknownSettings(text)).toEqual(['NO_SUCH']);
    expect(targetOf('docs/zh/api.md', '../api.md').path).toBe('docs/api.md');
  });
});
