import { afterEach, expect, it } from 'vitest';
import { RetryLater } from '../../../src/platform/errors.js';
import { eachDatabase } from '../../support/databases.js';
import { FakeChannel } from '../../support/fake-channel.js';
import { aMemberPage, type MemberPageApp } from '../../support/member-page-app.js';
import { saveTemplate } from '../../support/save-template.js';
import { aFact, aProduct, MONDAY, xiaolu } from '../../support/test-product.js';

const MENU = 'https://shop.example/menu?from=bot';
const asPerson = { accept: 'text/html' };
const settings = (identify: boolean): string => `trigger: {on: reached, metric: orders_total, at: [1]}
audience: is_contact
channels: [mass_send]
identify: ${identify}
window_hours: 72`;

eachDatabase('a link of a mass text that asks who clicks', (open) => {
  let page: MemberPageApp | undefined;
  afterEach(async () => {
    await page?.close();
    page = undefined;
  });

  async function aLink({ identify = true, hasWecom = true } = {}) {
    const product = await aProduct(await open(), { channel: new FakeChannel() });
    const text = `菜单 {{ '${MENU}' | link: 'menu' }}`;
    await saveTemplate(product, 'first-order', settings(identify), text);
    await product.happens(aFact('contact_added', MONDAY - 40 * 86_400_000, xiaolu));
    await product.happens(aFact('order_paid', product.clock.now(), xiaolu, { orderId: 'o-1', amountCents: 100 }));
    await product.later(11);
    const link = await product.db.read.one<{ code: string }>('SELECT code FROM link');
    page = await aMemberPage(product, { hasWecom });
    const clicks = async () => {
      await page!.settled();
      return product.db.read.all<{ name: string | null }>(
        `SELECT i.value AS name FROM fact f LEFT JOIN identity i ON i.member_id = f.member_id AND i.kind = 'external_userid'
         WHERE f.kind = 'link_clicked' ORDER BY f.id`,
      );
    };
    return { ...page, product, path: `/l/${link!.code}`, clicks, visitor: page.visitor() };
  }

  /** Follows the redirects as WeChat's browser does; `code` is what WeChat's sign-in brings back. */
  async function tap({ visitor, path }: Awaited<ReturnType<typeof aLink>>, code: string): Promise<string> {
    let to = path;
    for (let hops = 0; to.startsWith('/'); hops++) {
      expect(hops).toBeLessThan(6);
      const { status, location } = await visitor.get(to, asPerson);
      expect(status).toBe(302);
      if (!location.startsWith('https://open.weixin.qq.com/')) to = location;
      else {
        const state = new URL(location).searchParams.get('state') ?? '';
        to = `/m/signed-in?${new URLSearchParams({ code, state }).toString()}`;
      }
    }
    return to;
  }

  it('leads past the silent sign-in to its address, and counts for the member who clicked', async () => {
    const link = await aLink();
    link.wecom.codes.set('C1', { openid: 'o', external_userid: 'wmXiaolu' });
    expect(await tap(link, 'C1')).toBe(MENU);
    expect(await link.clicks()).toEqual([{ name: 'wmXiaolu' }]);
    // Signed in now: no code is spent, and the tap a moment later is the same click.
    expect(await tap(link, 'none')).toBe(MENU);
    expect(link.wecom.exchanged).toEqual(['C1']);
    expect(await link.clicks()).toHaveLength(1);
    link.product.clock.pushTo(link.product.clock.now() + 6_000);
    expect(await tap(link, 'none')).toBe(MENU);
    expect(await link.clicks()).toHaveLength(2);
  });

  it.each([
    ['a colleague', { userid: 'LinXia' }],
    ['a stranger', { openid: 'oStranger' }],
    ['a used code', 40029],
    ['an outage', new RetryLater('wecom_unreachable', 1_000)],
  ] as const)('leads %s to its address all the same, counted without a member', async (_who, answer) => {
    const link = await aLink();
    link.wecom.codes.set('C1', answer);
    expect(await tap(link, 'C1')).toBe(MENU);
    expect(await link.clicks()).toEqual([{ name: null }]);
  });

  it('leads who refuses the sign-in to its address', async () => {
    const link = await aLink();
    expect(await tap(link, '')).toBe(MENU);
    expect(await link.clicks()).toEqual([{ name: null }]);
  });

  it('signs nobody in outside WeChat, without WeCom, or when the template does not ask for it', async () => {
    const link = await aLink();
    const safari = { ...asPerson, 'user-agent': 'Mozilla/5.0 (iPhone) Safari/604.1' };
    expect((await link.visitor.get(link.path, safari)).location).toBe(MENU);
    await link.close();
    const alone = await aLink({ hasWecom: false });
    expect((await alone.visitor.get(alone.path, asPerson)).location).toBe(MENU);
    await alone.close();
    const plain = await aLink({ identify: false });
    expect((await plain.visitor.get(plain.path, asPerson)).location).toBe(MENU);
  });

  it('leads nowhere for a code that does not exist', async () => {
    const { visitor } = await aLink();
    for (const code of ['aaaaaaaaaaaa', 'https:%2F%2Fevil.example', '..%2F..%2Fm'])
      expect((await visitor.get(`/m/l/${code}`, asPerson)).status).toBe(404);
  });
});
