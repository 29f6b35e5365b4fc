import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aRunningProduct, type RunningProduct } from '../support/product.js';

let product: RunningProduct;

beforeAll(async () => {
  product = await aRunningProduct();
  product.corp.setDoors({
    callbackUrl: `${product.url}/wecom/callback`,
    trustedDomain: new URL(product.url).host,
  });
});
afterAll(() => product.close());

const page = (path = ''): string => `${product.url}/m${path}`;
const open = (who: string, url = page()) => product.corp.act({ do: 'open_link', who, url });

async function customer(name: string): Promise<string> {
  const { externalUserId } = await product.corp.act({ do: 'newcomer', name });
  await product.corp.act({ do: 'add_contact', who: name, staff: 'LinXia', welcome: false });
  return externalUserId as string;
}

async function factsOf(externalUserId: string): Promise<string[]> {
  const rows = await product.database.read.all<{ kind: string }>(
    `SELECT kind FROM fact WHERE ids LIKE $1 ORDER BY kind`,
    [`%${externalUserId}%`],
  );
  return rows.map(({ kind }) => kind);
}

describe('the member page on a phone', () => {
  it('opens as the customer who taps it, without a question, and stays open', async () => {
    await customer('小鹿');
    const first = await open('小鹿');
    const paths = (first['hops'] as { url: string }[]).map(({ url }) => new URL(url).pathname);
    expect(paths).toEqual(['/m', '/m/sign-in', '/connect/oauth2/authorize', '/m/signed-in', '/m']);
    expect(first).toMatchObject({ status: 200 });
    expect((await open('小鹿'))['hops']).toHaveLength(1);
  });

  it('lets a customer check in, once a day', async () => {
    const goat = await customer('小羊');
    const checkIn = () => product.corp.act({ do: 'submit_form', who: '小羊', url: page(), action: '/m/acts/check-in' });
    expect(await checkIn()).toMatchObject({ status: 200 });
    expect(await checkIn()).toMatchObject({ problem: 'no_form' });
    expect((await factsOf(goat)).filter((kind) => kind === 'checked_in')).toHaveLength(1);
  });

  it('is closed to colleagues and to strangers', async () => {
    product.corp.trouble({ scope: ['LinXia'] });
    expect([await open('LinXia'), await open('ZhaoMin'), await open('a stranger')]).toMatchObject([
      { status: 403 },
      { status: 403 },
      { status: 403 },
    ]);
    product.corp.trouble({ scope: null });
  });

  it.each([
    ['a used code', { code: 'used' }, 400, '登录已经用过了'],
    ['an expired code', { code: 'expired' }, 400, '登录已经用过了'],
    ['a made-up code', { code: 'made_up' }, 400, '登录已经用过了'],
    ['a code of another app', { code: 'other_app' }, 502, '这一页暂时打不开'],
    ['no code', { code: 'none' }, 400, '登录没有完成'],
    ['a changed state', { state: 'changed' }, 400, '登录没有完成'],
    ['no state', { state: 'dropped' }, 400, '登录没有完成'],
  ] as const)('says what is wrong when the sign-in comes back with %s, and works after it', async (...row) => {
    const [what, signIn, status, title] = row;
    await customer(what);
    product.corp.trouble({ signIn });
    expect(await open(what)).toMatchObject({ status, title: expect.stringContaining(title) as string });
    product.corp.trouble({ signIn: { code: 'good', state: 'kept' } });
    expect(await open(what)).toMatchObject({ status: 200 });
  });

  it('cannot be opened before the domain is trusted', async () => {
    await customer('早鸟');
    const trustedDomain = new URL(product.url).host;
    product.corp.setDoors({ trustedDomain: `${new URL(product.url).hostname}:1` });
    // The phone requests only the trusted domain, so the way begins at the sign-in.
    const begun = await fetch(page('/sign-in'), { redirect: 'manual' });
    const refused = await fetch(`${begun.headers.get('location')}&sandbox_as=LinXia`, { redirect: 'manual' });
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('50001')]);
    product.corp.setDoors({ trustedDomain });
    expect(await open('早鸟')).toMatchObject({ status: 200 });
  });
});
