import { join, resolve } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** Cut by a length on purpose: what is cut is ours or ASCII, never what a person wrote. */
const allowed = [
  /^src\/platform\/truncate-text\.ts: /,
  // Dates in ISO 8601, digests, phone numbers by their digits.
  /toISOString\(\)\.slice\(0, \d+\)$/,
  /\.digest\('(hex|base64url)'\)\.slice\(0, \d+\)$/,
  /toTimeString\(\)\.slice\(0, 8\)$/,
  /^src\/demo\/conductor\.ts: randomBytes/,
  /^src\/insights\/member-profile\.ts: phone\.slice\(0, 3\)$/,
  // Ciphertext, and what stands around it.
  /^src\/channels\/wecom\/callback\/callback-envelope\.ts: body\.slice/,
];

const isLimit = (node: ts.Expression | undefined): boolean =>
  node !== undefined &&
  (ts.isNumericLiteral(node) ||
    (ts.isIdentifier(node) &&
      (/^[A-Z0-9_]+$/.test(node.text) || /^(max|most|limit|length|longest|size)/i.test(node.text))) ||
    (ts.isBinaryExpression(node) && (isLimit(node.left) || isLimit(node.right))) ||
    (ts.isPropertyAccessExpression(node) && /^[A-Z0-9_]+$|max|most|limit|longest/i.test(node.name.text)));

/** `text.slice(0, 30)`, `text.substring(0, MOST)`, `[...text].slice(0, max)`, `Array.from(text).slice(0, 8)`, `text.split('').slice(0, 8)`. */
function cutsByLength(node: ts.Node, checker: ts.TypeChecker): boolean {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false;
  const { name, expression: cutOf } = node.expression;
  const [from, to] = node.arguments;
  if (!/^(slice|substring|substr)$/.test(name.text) || !from || !ts.isNumericLiteral(from) || from.text !== '0')
    return false;
  if (!isLimit(to)) return false;
  const isText = (part: ts.Expression): boolean => {
    const type = checker.getNonNullableType(checker.getTypeAtLocation(part));
    return (type.flags & ts.TypeFlags.StringLike) !== 0;
  };
  if (isText(cutOf)) return true;
  if (ts.isArrayLiteralExpression(cutOf))
    return cutOf.elements.some((element) => ts.isSpreadElement(element) && isText(element.expression));
  if (ts.isCallExpression(cutOf) && ts.isPropertyAccessExpression(cutOf.expression)) {
    if (cutOf.expression.getText() === 'Array.from')
      return cutOf.arguments[0] !== undefined && isText(cutOf.arguments[0]);
    return cutOf.expression.name.text === 'split' && cutOf.arguments[0]?.getText() === "''";
  }
  return false;
}

function cutsIn(files: readonly string[], options: ts.CompilerOptions): string[] {
  const program = ts.createProgram(files, options);
  const checker = program.getTypeChecker();
  const found: string[] = [];
  for (const source of program.getSourceFiles()) {
    if (!files.includes(source.fileName)) continue;
    const visit = (node: ts.Node): void => {
      if (cutsByLength(node, checker))
        found.push(
          `${source.fileName.slice(root.length + 1)}: ${node.getText().replace(/\s+/g, '')}`.replace(/,(?=\S)/g, ', '),
        );
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return found;
}

it('cut no text by its length but where a character stays whole: by the functions of cut-text.ts', () => {
  const read = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { fileNames, options } = ts.parseJsonConfigFileContent(read.config, ts.sys, root);
  const ours = fileNames.filter(
    (path) =>
      path.startsWith(join(root, 'src/')) && !path.startsWith(join(root, 'src/sandbox/')) && !path.endsWith('.spec.ts'),
  );
  expect(ours.length).toBeGreaterThan(200);
  const found = cutsIn(ours, options);
  // A checker that sees nothing is content with everything.
  expect(found).toContain('src/domain/day.ts: newDate(day*DAY_MS).toISOString().slice(0, 10)');
  expect(found.filter((cut) => !allowed.some((pattern) => pattern.test(cut)))).toEqual([]);
  // What is allowed and found nowhere has moved or gone.
  expect(allowed.filter((pattern) => !found.some((cut) => pattern.test(cut)))).toEqual([]);
});
