import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** Where the texts of rule documents are refused. */
const files = ['src/features/ruleset', 'src/platform/config'].flatMap((folder) =>
  readdirSync(join(root, folder), { encoding: 'utf8' })
    .filter((name) => /\.ts$/.test(name) && !/\.(spec|store)\.ts$/.test(name))
    // The settings of the environment are read by whoever runs the server, and are refused in English.
    .filter((name) => !/^(config|password-rules|common-passwords)\.ts$/.test(name))
    .map((name) => join(folder, name)),
);

/** English made up from its parts, beside a function that does the same in Chinese. */
const pairedFunctions = new Set(['englishOf', 'unitOf', 'yamlMistake', 'unknownKey', 'missingValue', 'plain']);
const pairing = new Set(['inBoth', 'chineseFirst', 'brokenTemplate']);

const isPair = (node: ts.Node): boolean => {
  if (ts.isCallExpression(node)) return ts.isIdentifier(node.expression) && pairing.has(node.expression.text);
  if (ts.isFunctionDeclaration(node)) return pairedFunctions.has(node.name?.text ?? '');
  if (ts.isVariableDeclaration(node)) return ts.isIdentifier(node.name) && pairedFunctions.has(node.name.text);
  if (!ts.isObjectLiteralExpression(node)) return false;
  const names = node.properties.map(({ name }) => name?.getText());
  return names.includes('zh') && names.includes('en');
};

const textOf = (node: ts.Node): string | null => {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  return ts.isTemplateExpression(node)
    ? [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('x')
    : null;
};

/** The sentences of a source that have no counterpart: English words side by side. */
function unpairedIn(source: ts.SourceFile): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (isPair(node)) return;
    const text = textOf(node);
    if (text !== null && /[a-z]{2,} [a-z]{2,}/i.test(text)) found.push(text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const parsed = (name: string, text: string): ts.SourceFile =>
  ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);

it('finds a refusal in one language wherever it stands', () => {
  const unpaired = (text: string) => unpairedIn(parsed('a.ts', text));
  expect(unpaired("const a = z.string().regex(/a/, 'must not be blank');")).toEqual(['must not be blank']);
  expect(unpaired('file.report(at, `there is a tag ${name} already`);')).toEqual(['there is a tag x already']);
  expect(unpaired("context.addIssue({ code: 'custom', message: 'must rise' });")).toEqual(['must rise']);
  expect(unpaired("const a = z.string().regex(/a/, inBoth('must not be blank', '不能只有空白'));")).toEqual([]);
});

it('every refusal of a rule document is written in both languages', () => {
  expect(files).toContain('src/features/ruleset/tiers.ts');
  const unpaired = files.flatMap((name) =>
    unpairedIn(parsed(name, readFileSync(join(root, name), 'utf8'))).map((text) => `${name}: ${text}`),
  );
  expect(unpaired).toEqual([]);
});
