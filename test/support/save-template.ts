import type { TestProduct } from './test-product.js';

/** Saves the next version of a template with these settings and this text, as the console does. */
export async function saveTemplate(
  { templates, clock }: TestProduct,
  key: string,
  settings: string,
  text = '你好',
): Promise<void> {
  const saved = await templates.save({
    key,
    text: `---\nkey: ${key}\nname: 试\nkind: care\n${settings}\n---\n${text}\n`,
    note: '',
    baseVersion: (await templates.read(key))?.version ?? 0,
    by: 'test',
    now: clock.now(),
  });
  if (saved.kind !== 'saved') throw new Error(JSON.stringify(saved));
}
