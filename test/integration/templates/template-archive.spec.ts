import { expect, it } from 'vitest';
import { aConsole } from '../../support/console-app.js';
import { eachDatabase } from '../../support/databases.js';
import { aProduct } from '../../support/test-product.js';

const KEY = 'silent-30';
const path = `/console/api/templates/${KEY}`;

eachDatabase('a template that is put away', (open) => {
  const ready = async () => {
    const product = await aProduct(await open());
    const app = await aConsole(product, { sharesRules: true });
    const listed = async (query = '') =>
      (
        (await app.asAdmin('GET', `/console/api/templates${query}`)).body as {
          items: { key: string; archivedAt: number | null }[];
        }
      ).items;
    const archive = (archived: boolean) => app.asAdmin('POST', `${path}/archived`, { archived });
    const enable = (enabled: boolean) => app.asAdmin('POST', `${path}/enabled`, { enabled });
    return { product, app, listed, archive, enable };
  };

  it('must be off, leaves the list, keeps its versions, and comes back', async () => {
    const { app, listed, archive, enable } = await ready();
    expect(await archive(true)).toMatchObject({ status: 409, body: { code: 'template_is_on' } });
    await enable(false);
    expect(await archive(true)).toMatchObject({ status: 200, body: { archived: true } });
    expect((await archive(true)).status).toBe(200);
    expect((await listed()).some(({ key }) => key === KEY)).toBe(false);
    expect((await listed('?archived=1')).find(({ key }) => key === KEY)?.archivedAt).toEqual(expect.any(Number));
    expect((await app.asAdmin('GET', path)).body).toMatchObject({ key: KEY, versions: [{ version: 1 }] });
    await archive(false);
    expect((await listed()).some(({ key }) => key === KEY)).toBe(true);
    expect((await app.asAdmin('POST', '/console/api/templates/no-such/archived', { archived: true })).status).toBe(404);
  });

  it('is taken back when it is switched on, and stays so when it is switched off again', async () => {
    const { listed, archive, enable } = await ready();
    await enable(false);
    await archive(true);
    await enable(true);
    expect((await listed()).some(({ key }) => key === KEY)).toBe(true);
    await enable(false);
    expect((await listed()).some(({ key }) => key === KEY)).toBe(true);
  });
});
