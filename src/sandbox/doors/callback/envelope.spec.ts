import { afterEach, expect, test } from 'vitest';
import { aSandbox, keys } from '../../testing/a-sandbox.js';
import { pretendProduct } from '../../testing/pretend-product.js';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function corpAndProduct() {
  const product = await pretendProduct(keys);
  const corp = await aSandbox({ callbackUrl: product.callbackUrl });
  open.push(product, corp.sandbox);
  return { product, ...corp };
}

test('texts may be escaped instead of in CDATA, and elements may be on separate lines', async () => {
  const { product, sandbox } = await corpAndProduct();
  sandbox.trouble({ envelope: { cdata: false, spaced: true } });
  await sandbox.act({ do: 'write_to_app', staff: 'LinXia', text: '查 <小鹿> & 云朵' });
  const [post] = product.callbacks();
  expect(post!.body).toMatch(/^<xml>\n<ToUserName>ww7c1f0e2a9b3d4586<\/ToUserName>\n<Encrypt>[\w+/=]+<\/Encrypt>\n/);
  expect(post!.plaintext).toContain('\n<Content>查 &lt;小鹿&gt; &amp; 云朵</Content>\n');
  expect(post!.plaintext).not.toContain('CDATA');
});

test('the outer body may be JSON', async () => {
  const { product, sandbox } = await corpAndProduct();
  sandbox.trouble({ envelope: { json: true } });
  await sandbox.act({ do: 'write_to_app', staff: 'LinXia', text: '日报' });
  const [post] = product.callbacks();
  expect(JSON.parse(post!.body)).toEqual({
    tousername: keys.receiveId,
    encrypt: expect.any(String) as string,
    agentid: '1000002',
  });
  expect(post!.plaintext).toContain('<Content><![CDATA[日报]]></Content>');
});

test('a repeat may carry the very same ciphertext, timestamp and nonce', async () => {
  const { product, sandbox } = await corpAndProduct();
  sandbox.trouble({ envelope: { sameSeal: true } });
  let asked = 0;
  product.answers(() => ((asked += 1) < 3 ? 500 : 200));
  await sandbox.act({ do: 'write_to_app', staff: 'LinXia', text: '日报' });
  const posts = product.callbacks();
  expect(posts).toHaveLength(3);
  expect(new Set(posts.map((post) => post.body)).size).toBe(1);
  expect(new Set(posts.map((post) => post.query.toString())).size).toBe(1);
});

test('the shares sent twice, late or never can be changed while the corp runs', async () => {
  const { product, sandbox } = await corpAndProduct();
  sandbox.trouble({ mischief: { lose: 1 } });
  await sandbox.act({ do: 'write_to_app', staff: 'LinXia', text: '日报' });
  sandbox.trouble({ mischief: { lose: 0, duplicate: 1 } });
  await sandbox.act({ do: 'write_to_app', staff: 'LinXia', text: '日报' });
  expect(sandbox.record().callbacks).toMatchObject([
    { state: 'lost', posts: 0 },
    { state: 'answered', posts: 2, answers: 2 },
  ]);
  expect(product.callbacks()).toHaveLength(2);
  expect(new Set(product.callbacks().map((post) => post.body)).size).toBe(2);
});

test('the plus in the echo may be unescaped in the query', async () => {
  const { product, sandbox } = await corpAndProduct();
  sandbox.trouble({ envelope: { rawPlus: true } });
  expect(await sandbox.verify()).toEqual({ ok: true });
  expect(product.checks()).toMatchObject([expect.stringMatching(/echostr=[^&]*\+/)]);
});
