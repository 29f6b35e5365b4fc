import { expect, it } from 'vitest';
import { answerTask } from '../../../src/engine/answer-task.js';
import { aConsole, type ConsoleApp } from '../../support/console-app.js';
import { eachDatabase } from '../../support/databases.js';
import { aProduct, type TestProduct } from '../../support/test-product.js';

const path = '/console/api/templates/greeting';
const text = (body: string, more = 'review: required\n'): string =>
  `---\nkey: greeting\nname: 问候\nkind: care\ntrigger: {on: stage, enters: returned}\nchannels: [chat_dm]\n${more}---\n${body}\n`;

interface Read {
  readonly version: number;
  readonly text: string;
  readonly enabled: boolean;
  readonly draft: { readonly savedBy: string; readonly task: number } | null;
}

eachDatabase('a template that asks for a second person', (open) => {
  async function started(): Promise<{ product: TestProduct; app: ConsoleApp }> {
    const product = await aProduct(await open());
    const app = await aConsole(product, { sharesRules: true });
    return { product, app };
  }
  const save = (app: ConsoleApp, file: string, baseVersion: number) =>
    app.asAdmin<{ review?: number }>('PUT', path, { text: file, note: '改口气', baseVersion });
  const read = async (app: ConsoleApp) => (await app.asAdmin<Read>('GET', path)).body;
  const answer = async ({ db, engine, clock }: TestProduct, task: number, given: 'approve' | 'refuse', by: string) => {
    const context = await engine.context();
    return db.write((tx) =>
      answerTask({ tx, context, now: clock.now() }, { task, answer: given, by, isOperator: true }),
    );
  };
  const isActive = async ({ templates }: TestProduct) =>
    (await templates.active()).some(({ key }) => key === 'greeting');

  it('is sent only after somebody else approved the text, and the author cannot', async () => {
    const { product, app } = await started();
    expect((await save(app, text('你好'), 0)).body).toEqual({ version: 1, queued: 0 });
    expect(await isActive(product)).toBe(false);
    expect(await app.asAdmin('POST', `${path}/enabled`, { enabled: true })).toMatchObject({
      status: 409,
      body: { code: 'not_approved' },
    });

    const { review } = (await save(app, text('你好呀'), 1)).body;
    expect(await read(app)).toMatchObject({ version: 1, draft: { savedBy: 'admin', task: review } });
    expect((await answer(product, review!, 'approve', 'admin')).outcome).toBe('not_fitting');
    expect((await answer(product, review!, 'approve', 'zhangsan')).outcome).toBe('taken');
    expect((await answer(product, review!, 'approve', 'lisi')).outcome).toBe('already');
    expect(await read(app)).toMatchObject({ version: 2, text: text('你好呀'), draft: null });
    expect((await app.asAdmin('POST', `${path}/enabled`, { enabled: true })).status).toBe(200);
    expect(await isActive(product)).toBe(true);
    await app.close();
  });

  it('keeps what is in use while a draft waits, and after it was refused, withdrawn or replaced', async () => {
    const { product, app } = await started();
    await save(app, text('你好', ''), 0);
    const first = (await save(app, text('第一稿'), 1)).body.review!;
    const second = (await save(app, text('第二稿'), 1)).body.review!;
    expect((await answer(product, first, 'approve', 'zhangsan')).outcome).toBe('already');
    expect((await answer(product, second, 'refuse', 'zhangsan')).outcome).toBe('taken');
    expect(await read(app)).toMatchObject({ version: 1, text: text('你好', ''), draft: null });

    const third = (await save(app, text('第三稿'), 1)).body.review!;
    expect((await app.asAdmin('DELETE', `${path}/draft`, {})).body).toEqual({ dropped: true });
    expect((await answer(product, third, 'approve', 'zhangsan')).outcome).toBe('already');
    expect(await isActive(product)).toBe(true);
    await app.close();
  });

  it('cannot lose the second person by an edit that takes the line out', async () => {
    const { product, app } = await started();
    await save(app, text('你好', ''), 0);
    const asked = (await save(app, text('请人看'), 1)).body.review!;
    await answer(product, asked, 'approve', 'zhangsan');
    const without = await save(app, text('不请人看', ''), 2);
    expect(without.body).toMatchObject({ version: 2, review: expect.any(Number) as number });
    expect(await read(app)).toMatchObject({ version: 2, text: text('请人看') });
    await app.close();
  });
});
