import { expect, it } from 'vitest';
import { GiveUp, RetryLater } from '../../../src/platform/errors.js';
import { aConsole } from '../../support/console-app.js';
import { eachDatabase } from '../../support/databases.js';
import { FakeChannel } from '../../support/fake-channel.js';
import { aProduct, MONDAY, rulesWith, type TestProduct } from '../../support/test-product.js';
import { PushedClock } from '../../../src/platform/clock.js';

const rulesSaying = (text: string | null) =>
  rulesWith({
    'group-texts': {
      '\nwelcomes: []':
        text === null ? '\nwelcomes: []' : `\nwelcomes:\n  - { key: hello, name: 欢迎, text: '${text}' }`,
    },
  });
const asked = ({ channel }: TestProduct) =>
  channel.performed.flatMap(({ action }) =>
    action.kind === 'ensure_group_welcome'
      ? [`${action.content.text} ${action.templateId ?? 'new'}`]
      : action.kind === 'retire_group_welcome'
        ? [`retire ${action.templateId}`]
        : [],
  );

eachDatabase('a welcome for newcomers of groups', (open) => {
  it('is made once, rewritten when it changes, and deleted with its entry', async () => {
    const db = await open();
    const channel = new FakeChannel(['ensure_group_welcome', 'retire_group_welcome']);
    const clock = new PushedClock(MONDAY);
    const under = async (text: string | null) => aProduct(db, { channel, clock, rules: await rulesSaying(text) });
    const first = await under('欢迎 %NICKNAME%');
    for (const day of ['02T10:00', '03T10:00']) await first.later(`2026-03-${day}`);
    expect(asked(first)).toEqual(['欢迎 %NICKNAME% new']);
    const second = await under('你好 %NICKNAME%');
    for (const day of ['04T10:00', '05T10:00']) await second.later(`2026-03-${day}`);
    const third = await under(null);
    for (const day of ['06T10:00', '07T10:00']) await third.later(`2026-03-${day}`);
    expect(asked(third)).toEqual(['欢迎 %NICKNAME% new', '你好 %NICKNAME% tpl-hello', 'retire tpl-hello']);
    expect(await db.read.all('SELECT key FROM group_welcome')).toEqual([]);
  });

  it('that WeCom refused says why, and is written again when somebody asks, once', async () => {
    const channel = new FakeChannel(['ensure_group_welcome', 'retire_group_welcome']);
    channel.failNext('ensure_group_welcome', new GiveUp('welcome_template_quota_full'));
    const product = await aProduct(await open(), { channel, rules: await rulesSaying('欢迎') });
    await product.later(1);
    const app = await aConsole(product);
    const path = '/console/api/group-welcomes';
    const state = async () => (await app.asAdmin<{ items: { state: string }[] }>('GET', path)).body.items[0]?.state;
    expect(await state()).toBe('refused');
    expect([
      (await app.asAdmin('POST', `${path}/sync`)).body,
      (await app.asAdmin('POST', `${path}/sync`)).body,
    ]).toEqual([{ requested: 1 }, { requested: 0 }]);
    expect([await state(), asked(product)]).toEqual(['current', ['欢迎 new']]);
    await app.close();
  });

  it('is not written twice when the next try finds it made', async () => {
    const channel = new FakeChannel(['ensure_group_welcome', 'retire_group_welcome']);
    channel.failNext('ensure_group_welcome', new RetryLater('wecom_busy'));
    const product = await aProduct(await open(), { channel, rules: await rulesSaying('欢迎') });
    await product.later(1);
    await product.later(1);
    await product.later('2026-03-03T10:00');
    expect(asked(product)).toEqual(['欢迎 new']);
  });
});
