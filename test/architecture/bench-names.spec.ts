import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import type { Product } from '../../src/app/product.js';
import { WorkLoop } from '../../src/app/work-loop.js';
import { Database } from '../../src/platform/database/database.js';

/** Benches and scripts are plain JavaScript over the built product, so the compiler does not see what they call. */
const files = ['test/bench', 'test/fuzz', 'scripts'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.mjs'))
    .map((file) => join(folder, file)),
);

type Module = Readonly<Record<string, unknown>>;

/** What a bench imports from the build, by the name it has there. */
async function importsOf(text: string): Promise<[name: string, value: unknown][]> {
  const found: [string, unknown][] = [];
  for (const [, names = '', path = ''] of text.matchAll(/import \{([^}]+)\} from '(?:\.\.\/)+dist\/([^']+)\.js'/g)) {
    const module = (await import(/* @vite-ignore */ resolve('src', `${path}.ts`))) as Module;
    for (const name of names.split(',').map((part) => part.trim())) found.push([name, module[name]]);
  }
  return found;
}

const usesOf = (text: string, name: string): string[] =>
  [...text.matchAll(new RegExp(`\\b${name}\\.(\\w+)`, 'g'))].map(([, member]) => member!);

/** Every member of the product that a program over the build may use, and what has the members of that one. */
const ofProduct: Readonly<Partial<Record<keyof Product, object | null>>> = {
  url: null,
  app: null,
  close: null,
  workLoop: WorkLoop.prototype,
  database: Database.prototype,
};

/** What a text calls that the product does not have. */
async function missingIn(text: string): Promise<string[]> {
  const missing: string[] = [];
  const imports = await importsOf(text);
  for (const [name, value] of imports) {
    if (value === undefined) missing.push(name);
    else if (typeof value === 'object' && value !== null)
      for (const member of usesOf(text, name)) if (!(member in value)) missing.push(`${name}.${member}`);
  }
  if (!imports.some(([name]) => name === 'startProduct')) return missing;
  const own = text.replaceAll(/\/\/.*|\/\*[^]*?\*\/|'[^'\n]*'/g, '');
  for (const member of usesOf(own, 'product')) if (!(member in ofProduct)) missing.push(`product.${member}`);
  for (const [name, prototype] of Object.entries(ofProduct))
    for (const member of prototype ? usesOf(own, `product\\.${name}`) : [])
      if (!(member in prototype!) && member !== 'read') missing.push(`product.${name}.${member}`);
  return missing;
}

it('call nothing that the product does not have any more, where the compiler does not look', async () => {
  const missing: Record<string, string[]> = {};
  for (const file of files) {
    const found = await missingIn(readFileSync(file, 'utf8'));
    if (found.length > 0) missing[file] = found;
  }
  expect(missing).toEqual({});
});

it('are found out where they do', async () => {
  const old = `
    import { startProduct } from '../../../dist/app/product.js';
    import { outboxStore } from '../../../dist/outbox/outbox.store.js';
    import { Quota } from '../../../dist/channels/wecom/rate-limits/rate-limiter.js';
    await product.pump.settle();
    await product.workLoop.settle();
    outboxStore.plan(tx, []);`;
  expect(await missingIn(old)).toEqual(['outboxStore.plan', 'Quota', 'product.pump', 'product.workLoop.settle']);
});
