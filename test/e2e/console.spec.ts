import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Conductor } from '../../src/demo/conductor.js';
import { DESK, openBrowser, PHONE, sidewaysScroll, visit, type Viewport, type Visit } from '../support/browser.js';
import { quickFolder } from '../support/quick-folder.js';

const DAY_MS = 86_400_000;
const START = Date.parse('2026-01-05T00:00:00+08:00');
const DAYS = 45;
const PASSWORD = 'password-of-the-console-tests';
const API_TOKEN = 'token-of-the-console-tests';
const TIERS = { potential: '潜在', regular: '普通', member: '会员', loyal: '铁杆' } as const;

interface Row {
  readonly id: number;
  readonly name: string;
  readonly state: string;
  readonly reasonCode: string | null;
  readonly reasonLabel: { readonly zh: string } | null;
  readonly memberName: string;
  readonly settledAt: number | null;
  readonly campaign: string;
  readonly history: readonly { readonly state: string }[];
}
interface TierCard {
  readonly tiers: readonly { readonly key: string; readonly conditions: readonly { readonly holds: boolean }[] }[];
}
interface Entry {
  readonly kind: string;
  readonly title: { readonly zh: string };
  readonly because: {
    readonly words: { readonly zh: string };
    readonly rule: string;
    readonly text: string;
    readonly values: readonly { readonly metric: string; readonly have: unknown; readonly need?: string }[];
  } | null;
}

let folder: string;
let conductor: Conductor;
let browser: Browser;

beforeAll(async () => {
  folder = await quickFolder('qunjie-console-');
  conductor = await Conductor.open({
    startAt: START,
    databaseUrl: `sqlite:${join(folder, 'product.sqlite')}`,
    people: 80,
    months: 3,
    logLevel: 'error',
    adminPassword: PASSWORD,
    apiToken: API_TOKEN,
    productFile: resolve('dist/demo/product-process.js'),
  });
  await conductor.startProduct();
  await conductor.liveUntil(START + DAYS * DAY_MS);
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await conductor?.close();
  await rm(folder, { recursive: true, force: true });
});

async function ask<T>(path: string): Promise<T> {
  const answer = await fetch(`${conductor.url}${path}`, { headers: { authorization: `Bearer ${API_TOKEN}` } });
  expect(answer.status, path).toBe(200);
  return (await answer.json()) as T;
}
/** Reads all pages of a list. */
async function all(path: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { items: Row[]; next: string | null } = await ask(`${path}limit=200${cursor && `&cursor=${cursor}`}`);
    rows.push(...page.items);
    cursor = page.next;
  }
  return rows;
}

async function logIn(page: Page, password: string): Promise<void> {
  await page.getByLabel('账号', { exact: true }).fill('admin');
  await page.getByLabel('密码', { exact: true }).fill(password);
  await page.getByRole('button', { name: '登录' }).click();
}
const heading = (page: Page, name: string): Promise<void> => page.getByRole('heading', { level: 1, name }).waitFor();
const choose = async (page: Page, box: string, option: string): Promise<void> => {
  await page.getByRole('combobox', { name: box }).click();
  await page.locator('.ant-select-dropdown:visible .ant-select-item-option', { hasText: option }).first().click();
};
const sectionLink = (page: Page, navigation: string, name: string): Locator =>
  page
    .getByRole('navigation', { name: navigation })
    .getByRole('link')
    .filter({ hasText: new RegExp(`^${name}$`) });
const shown = (found: Locator): Promise<void> => found.first().waitFor();

function anAdminAt(viewport: Viewport): { readonly page: Page } {
  let visitor: Visit;
  beforeAll(async () => {
    visitor = await visit(browser, conductor.url, viewport);
    await visitor.page.goto('/');
  });
  afterEach(() => expect(visitor.complaints).toEqual([]));
  afterAll(() => visitor.context.close());
  return {
    get page() {
      return visitor.page;
    },
  };
}

describe('the console on a desktop', () => {
  const admin = anAdminAt(DESK);
  const go = async (name: string): Promise<void> => {
    await sectionLink(admin.page, '主导航', name).click();
    await heading(admin.page, name);
  };
  const rows = (list: string): Locator =>
    admin.page.getByRole('table', { name: list }).locator('tbody tr.ant-table-row');
  /** Waits until the table has as many rows as the API. Reads both each time, because rows may be added meanwhile. */
  const asManyRows = (list: string, path: string): Promise<void> =>
    expect.poll(async () => (await rows(list).count()) - (await all(path)).length).toBe(0);
  // By its key, not its position: the product keeps running, and a row may appear above it at any moment.
  const rowOf = (list: string, id: number): Locator => rows(list).and(admin.page.locator(`[data-row-key="${id}"]`));

  it('refuses a wrong password, and accepts the right one', async () => {
    await logIn(admin.page, 'not-the-password');
    await shown(admin.page.getByRole('alert').getByText('账号或密码不对。'));
    await logIn(admin.page, PASSWORD);
    await heading(admin.page, '首页');
  });

  it('shows on the home page the number of members of the four tiers', async () => {
    const strip = admin.page.getByRole('region', { name: '各层级人数' });
    for (const [key, label] of Object.entries(TIERS)) {
      const shownCount = async (): Promise<number> => {
        const [name, count] = (await strip.getByRole('link', { name: label }).innerText()).split(/\s+/);
        expect(name).toBe(label);
        return Number(count);
      };
      await expect.poll(async () => (await shownCount()) - (await all(`/api/v1/members?tier=${key}&`)).length).toBe(0);
      expect(await shownCount(), label).toBeGreaterThan(0);
    }
  });

  it('finds a member by name', async () => {
    const [someone] = await all('/api/v1/members?tier=loyal&');
    await go('成员');
    await admin.page.getByLabel('搜索成员').fill(someone!.name);
    await asManyRows('成员', `/api/v1/members?q=${encodeURIComponent(someone!.name)}&`);
    await shown(rows('成员').getByRole('link', { name: someone!.name, exact: true }));
    await admin.page.getByLabel('搜索成员').fill('');
  });

  it('lists the members of one tier', async () => {
    await choose(admin.page, '层级', TIERS.loyal);
    // The cleared search disappears from the URL shortly after the typing.
    await expect.poll(() => new URL(admin.page.url()).search).toBe('?tier=loyal');
    await asManyRows('成员', '/api/v1/members?tier=loyal&');
    const others = rows('成员').filter({ hasNotText: TIERS.loyal });
    await expect.poll(() => others.count()).toBe(0);
  });

  it('removes two filters that are cleared in quick succession', async () => {
    await admin.page.goto('/members?tier=loyal&stage=active');
    const filters = admin.page.getByRole('search', { name: '筛选成员' });
    await expect.poll(() => filters.locator('.ant-select-clear').count()).toBe(2);
    await admin.page.evaluate(`for (const cross of document.querySelectorAll('[role=search] .ant-select-clear'))
      for (const kind of ['mousedown', 'mouseup', 'click']) cross.dispatchEvent(new MouseEvent(kind, { bubbles: true }))`);
    await expect.poll(() => new URL(admin.page.url()).search).toBe('');
  });

  it('shows the mistake in a condition while it is typed, and the members that the corrected one finds', async () => {
    await admin.page.goto('/members');
    await admin.page.getByRole('button', { name: '高级条件' }).click();
    const box = admin.page.getByRole('textbox', { name: /^条件/ });
    await box.fill('is_contact &&\n  ordres_total >= 2');
    await shown(admin.page.getByText('第 2 行第 3 列'));
    await shown(admin.page.getByText('orders_total', { exact: false }));
    const apply = admin.page.getByRole('button', { name: /^应\s?用$/ });
    await expect.poll(() => apply.isDisabled()).toBe(true);
    const right = 'is_contact && orders_total >= 2';
    await box.fill(right);
    await shown(admin.page.getByText('条件正确'));
    await box.press('Control+Enter');
    await asManyRows('成员', `/api/v1/members?where=${encodeURIComponent(right)}&`);
    expect(await rows('成员').count()).toBeGreaterThan(0);
  });

  it("shows on a member's page which conditions hold, as the API does", async () => {
    const [someone] = await all('/api/v1/members?tier=member&');
    const { tierCard } = await ask<{ tierCard: TierCard }>(`/api/v1/members/${someone!.id}`);
    await admin.page.goto(`/members/${someone!.id}`);
    await heading(admin.page, someone!.name);
    for (const tier of tierCard.tiers) {
      await admin.page.getByRole('tab', { name: new RegExp(TIERS[tier.key as keyof typeof TIERS]) }).click();
      const marks = (label: string): Promise<number> =>
        admin.page.getByRole('tabpanel').getByLabel(label, { exact: true }).count();
      const holding = tier.conditions.filter(({ holds }) => holds).length;
      await expect
        .poll(async () => [await marks('满足'), await marks('不满足')])
        .toEqual([holding, tier.conditions.length - holding]);
    }
    expect(tierCard.tiers.flatMap(({ conditions }) => conditions.map(({ holds }) => holds))).toEqual(
      expect.arrayContaining([true, false]),
    );
  });

  it('shows why: the rule, the values of the member and the required values', async () => {
    const [someone] = await all('/api/v1/members?tier=member&');
    const { items } = await ask<{ items: Entry[] }>(`/api/v1/members/${someone!.id}/why?limit=200`);
    const entry = items.find((one) => one.kind === 'tier' && one.because?.values.some(({ need }) => need));
    const because = entry!.because!;
    const row = admin.page.getByRole('listitem').filter({ hasText: entry!.title.zh }).first();
    await shown(admin.page.getByRole('button', { name: '为什么' }));
    const entries = admin.page.getByRole('listitem');
    while (!(await row.isVisible())) {
      const before = await entries.count();
      await admin.page.getByRole('button', { name: '加载更多' }).click();
      await expect.poll(() => entries.count()).toBeGreaterThan(before);
    }
    await row.getByRole('button', { name: '为什么' }).click();
    await shown(row.getByText(because.words.zh));
    await shown(row.getByRole('link', { name: /第 \d+ 版/ }));
    await row.getByText('规则原文和数字').click();
    await shown(row.getByText(because.rule, { exact: true }));
    expect(await row.getByLabel('规则原文').innerText()).toBe(because.text);
    const lines = await row.getByRole('row').allInnerTexts();
    for (const { metric } of because.values) expect(lines.some((line) => line.includes(metric))).toBe(true);
    const { metric, have, need } = because.values.find((value) => typeof value.have === 'number' && value.need)!;
    expect(
      lines
        .find((line) => line.includes(metric))!
        .split(/\t/)
        .slice(1),
    ).toEqual([String(have), need]);
  });

  describe('in the template editor', () => {
    const key = 'welcome';
    const template = () =>
      askAsAdmin<{ text: string; version: number; versions: { note: string }[] }>(
        admin.page,
        `/console/api/templates/${key}`,
      );
    const editor = (): Locator => admin.page.getByRole('textbox', { name: '模板文本' });
    let first: string;

    it('shows line and column of an unknown variable, and refuses to save it', async () => {
      first = (await template()).text;
      await go('模板');
      await rows('模板').locator(`a[href="/templates/${key}"]`).click();
      await admin.page.getByText('源文本', { exact: true }).click();
      await editor().locator('.cm-line').last().click();
      await admin.page.keyboard.insertText('祝好，{{ nmae }}');
      const line = first.split('\n').length;
      const problem = admin.page.getByRole('region', { name: '问题' }).getByRole('button');
      await shown(problem);
      await shown(problem.getByText(`第 ${line} 行第 7 列`));
      expect(await problem.innerText()).toContain('nmae');
      await expect.poll(() => admin.page.getByRole('button', { name: /^保\s?存$/ }).isDisabled()).toBe(true);
    });

    it('shows the message for a selected member', async () => {
      for (let n = 0; n < 'nmae }}'.length; n += 1) await admin.page.keyboard.press('Backspace');
      await admin.page.keyboard.insertText('name }}');
      await shown(admin.page.getByRole('region', { name: '问题' }).getByText('没有问题'));
      const [, someone] = await all('/api/v1/members?tier=regular&');
      const preview = admin.page.getByRole('region', { name: '预览' });
      await preview.getByRole('combobox', { name: '选择成员' }).fill(someone!.name);
      await admin.page
        .locator('.ant-select-dropdown:visible .ant-select-item-option', { hasText: someone!.name })
        .first()
        .click();
      await shown(preview.getByText(`祝好，${someone!.name}`));
    });

    it('saves a second version with a note', async () => {
      await admin.page.getByRole('button', { name: /^保\s?存$/ }).click();
      // The focus is not on the ✕, where Enter would close the dialog without saving.
      await expect.poll(() => admin.page.evaluate<string>('document.activeElement.id')).toBe('save-note');
      await admin.page.getByLabel('修改说明').fill('多一句祝福');
      await admin.page.getByRole('button', { name: '保存新版本' }).click();
      await shown(admin.page.getByText('第 2 版'));
      const saved = await template();
      expect([saved.version, saved.text]).toEqual([2, `${first}祝好，{{ name }}`]);
      expect(saved.versions[0]!.note).toBe('多一句祝福');
    });

    it('compares two versions, and restores the first as a third', async () => {
      await admin.page.getByRole('button', { name: '历史版本' }).click();
      await admin.page.getByRole('button', { name: '对比第 1 版' }).click();
      const comparison = admin.page.getByRole('dialog', { name: '对比版本' });
      await shown(comparison.locator('.cm-changedText, .cm-changedLine').filter({ hasText: '祝好' }));
      await comparison.getByRole('button', { name: /close|关闭/i }).click();
      await admin.page.getByRole('button', { name: '历史版本' }).click();
      await admin.page.getByRole('button', { name: '恢复第 1 版' }).click();
      await admin.page
        .getByRole('button', { name: /^恢\s?复$/ })
        .last()
        .click();
      await expect.poll(async () => (await template()).version).toBe(3);
      expect((await template()).text).toBe(first);
      await shown(admin.page.getByText('第 3 版'));
    });

    const dialogOf = (name: string): Locator => admin.page.getByRole('dialog', { name });
    const write = async (text: string): Promise<void> => {
      await editor().locator('.cm-line').last().click();
      await admin.page.keyboard.press('ControlOrMeta+End');
      await admin.page.keyboard.insertText(text);
      await admin.page.getByRole('button', { name: /^保\s?存$/ }).click();
    };

    it('does not save while the number of waiting messages cannot be loaded, and loads it again', async () => {
      const question = '**/before-saving';
      await admin.page.route(question, (route) =>
        route.fulfill({ status: 400, contentType: 'application/json', body: '{"code":"busy","message":"busy"}' }),
      );
      await write('。');
      const dialog = dialogOf('保存为新版本');
      await shown(dialog.getByRole('alert').getByText('没能查到已排好的消息，暂时不能保存'));
      const save = dialog.getByRole('button', { name: '保存新版本' });
      expect(await save.isDisabled()).toBe(true);
      await dialog.getByLabel('修改说明').press('Enter');
      await admin.page.unroute(question);
      await dialog.getByRole('button', { name: /^重\s?试$/ }).click();
      await expect.poll(() => save.isDisabled()).toBe(false);
      expect((await template()).version).toBe(3);
    });

    it("does not overwrite a colleague's version with a draft when Enter is pressed", async () => {
      const theirs = await template();
      const csrf = (await askAsAdmin<{ csrf: string }>(admin.page, '/console/api/session')).csrf;
      const answer = await admin.page.request.put(`/console/api/templates/${key}`, {
        headers: { 'x-csrf-token': csrf },
        data: { text: `${theirs.text}。。`, baseVersion: theirs.version },
      });
      expect(answer.status()).toBe(200);
      await dialogOf('保存为新版本').getByRole('button', { name: '保存新版本' }).click();
      const conflict = dialogOf('有人先保存了');
      await shown(conflict);
      await expect
        .poll(() => admin.page.evaluate<string>('document.activeElement.textContent'))
        .toMatch(/看\s?差\s?别/);
      await admin.page.keyboard.press('Enter');
      await shown(dialogOf('对比版本'));
      expect((await template()).version).toBe(4);
      await dialogOf('对比版本')
        .getByRole('button', { name: /close|关闭/i })
        .click();
      await admin.page.getByRole('button', { name: /^保\s?存$/ }).click();
      await dialogOf('保存为新版本').getByRole('button', { name: '保存新版本' }).click();
      await conflict.getByRole('button', { name: '用最新版，放弃我的' }).click();
      await shown(admin.page.getByText('第 4 版'));
    });
  });

  it('shows why a message was not sent', async () => {
    await admin.page.goto('/deliveries');
    await choose(admin.page, '状态', '已拦下');
    const suppressed = await all('/api/v1/deliveries?state=suppressed&');
    expect(suppressed.length).toBeGreaterThan(0);
    const { id, reasonCode, reasonLabel, memberName } = suppressed[0]!;
    const row = rowOf('触达', id);
    await shown(row.getByText('已拦下'));
    expect(await row.innerText()).toContain(memberName);
    await shown(row.getByText(reasonCode!, { exact: true }));
    await shown(row.getByText(reasonLabel!.zh));
  });

  it('shows a finished move with its steps', async () => {
    await go('换群');
    await choose(admin.page, '状态', '已完成');
    const done = await all('/api/v1/moves?state=done&');
    const move = done.find(({ history }) => history[0]?.state === 'planned');
    expect(move!.history.map(({ state }) => state)).toEqual(expect.arrayContaining(['invited', 'joined', 'done']));
    const row = rowOf('换群', move!.id);
    await shown(row);
    expect(await row.innerText()).toContain(move!.memberName);
    await row.getByRole('button', { name: /详\s?情/ }).click();
    const steps = admin.page.getByRole('list', { name: '经过' }).getByRole('listitem');
    await expect.poll(() => steps.count()).toBe(move!.history.length);
    await shown(steps.last().getByText('已完成'));
    await admin.page.keyboard.press('Escape');
  });

  it('pauses and resumes all proactive messages', async () => {
    const isPaused = async () => (await askAsAdmin<{ paused: boolean }>(admin.page, '/console/api/home')).paused;
    const handedOver = new Set<number>();
    // New contacts are welcomed even during the pause: a welcome is an answer. Staff can still send waiting mass-sends.
    const sent = async () =>
      (await all('/api/v1/deliveries?state=sent&')).filter(
        ({ id, campaign }) => campaign !== 'welcome' && !handedOver.has(id),
      ).length;
    await go('首页');
    await admin.page.getByRole('switch', { name: '主动发送' }).click();
    await admin.page.getByRole('button', { name: '暂停发送' }).click();
    await shown(admin.page.getByRole('status').getByText('主动发送已暂停'));
    await expect.poll(isPaused).toBe(true);
    for (const { id } of await all('/api/v1/deliveries?state=waiting&')) handedOver.add(id);
    const before = await sent();
    await conductor.liveUntil(conductor.sandbox.now() + 3 * DAY_MS);
    expect(await sent()).toBe(before);
    await admin.page.getByRole('switch', { name: '主动发送' }).click();
    await admin.page.getByRole('button', { name: '恢复发送' }).click();
    await expect.poll(isPaused).toBe(false);
    await admin.page.getByRole('status').getByText('主动发送已暂停').waitFor({ state: 'detached' });
    await conductor.liveUntil(conductor.sandbox.now() + 3 * DAY_MS);
    expect(await sent()).toBeGreaterThan(before);
  });
});

describe('the console on a phone', () => {
  const admin = anAdminAt(PHONE);
  const fits = (): Promise<void> => expect.poll(() => sidewaysScroll(admin.page)).toBe(0);
  afterEach(fits);

  it('fits the login', async () => {
    await logIn(admin.page, 'not-the-password');
    await shown(admin.page.getByText('账号或密码不对。'));
    await fits();
    await logIn(admin.page, PASSWORD);
    await heading(admin.page, '首页');
    for (const label of Object.values(TIERS))
      await shown(admin.page.getByRole('region', { name: '各层级人数' }).getByRole('link', { name: label }));
  });

  it.each(['成员', '换群', '触达'])('fits %s', async (name) => {
    await sectionLink(admin.page, '主导航', name).click();
    await heading(admin.page, name);
    await shown(admin.page.getByRole('list', { name, exact: true }).getByRole('listitem'));
  });

  it.each(['模板', '群', '待办'])('fits %s, which is under 更多', async (name) => {
    await admin.page
      .getByRole('button')
      .filter({ hasText: /^更多$/ })
      .click();
    await sectionLink(admin.page, '更多', name).click();
    await heading(admin.page, name);
    await admin.page.getByRole('navigation', { name: '更多' }).waitFor({ state: 'hidden' });
  });

  it('fits a condition with a mistake in it', async () => {
    await admin.page.goto('/members');
    await admin.page.getByRole('button', { name: '高级条件' }).click();
    await admin.page.getByRole('textbox', { name: /^条件/ }).fill(`${'orders_90d >= 1 && '.repeat(9)}ordres_90d >= 2`);
    await shown(admin.page.getByText(/第 1 行第 \d+ 列/));
  });

  it('fits a member with the whole history open', async () => {
    const [someone] = await all('/api/v1/members?tier=loyal&');
    await admin.page.goto(`/members/${someone!.id}`);
    await heading(admin.page, someone!.name);
    const why = admin.page.getByRole('button', { name: '为什么', expanded: false });
    await shown(why);
    for (let n = 0; n < 5 && (await why.count()) > 0; n += 1) await why.first().click();
    const details = admin.page.getByText('规则原文和数字');
    for (let n = 0; n < (await details.count()); n += 1) await details.nth(n).click();
    await shown(admin.page.getByLabel('规则原文'));
  });

  it('fits the editor, its problems and its preview', async () => {
    await admin.page.goto('/templates/one-month?view=source');
    await admin.page.getByRole('textbox', { name: '模板文本' }).click();
    await admin.page.keyboard.press('Control+End');
    await admin.page.keyboard.insertText(`\n{{ nmae }}${'很长的一行'.repeat(30)}`);
    await shown(admin.page.getByRole('region', { name: '问题' }).getByText(/第 \d+ 行第 4 列/));
    await fits();
    await admin.page.getByText('预览', { exact: true }).first().click();
    await shown(admin.page.getByRole('region', { name: '预览' }));
  });
});

/** Reads with the session of the console. */
const askAsAdmin = async <T>(page: Page, path: string): Promise<T> => {
  const answer = await page.request.get(path);
  expect(answer.status(), path).toBe(200);
  return (await answer.json()) as T;
};
