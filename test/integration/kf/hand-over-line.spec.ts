import { afterEach, beforeEach, expect, it } from 'vitest';
import { KfSender } from '../../../src/channels/kf/kf-sender.js';
import { KfSentStore } from '../../../src/channels/kf/kf-sent.store.js';
import { KfSessions } from '../../../src/channels/kf/kf-sessions.js';
import { createWecomChannel } from '../../../src/channels/wecom/create-wecom-channel.js';
import { PushedClock } from '../../../src/platform/clock.js';
import { eachDatabase } from '../../support/databases.js';
import type { Database } from '../../../src/platform/database/database.js';
import { aCorp, silent } from '../wecom/a-corp.js';
import { FakeWecom } from '../wecom/fake-wecom.js';

const action = { kind: 'kf_hand_over', account: 'wk1', externalUserId: 'wm1', text: '已为你转接同事。' } as const;

eachDatabase('a hand-over', (open) => {
  let wecom: FakeWecom;
  let db: Database;
  const handOver = (line: Readonly<Record<string, unknown>>) => {
    wecom.says({
      'kf/servicer/list': { errcode: 0, errmsg: 'ok', servicer_list: [{ userid: 'ZhaoMin', status: 0 }] },
      'kf/service_state/trans': { errcode: 0, errmsg: 'ok', msg_code: 'MC1' },
      'kf/send_msg_on_event': line,
    });
    const clock = new PushedClock(1_795_219_201_000);
    const { app } = createWecomChannel(aCorp({ apiBase: wecom.url }), { clock, logger: silent });
    const sender = new KfSender({ app, store: new KfSentStore(db), clock });
    return new KfSessions({ app, sender, clock }).handOver(action, 'hand_over:1');
  };

  beforeEach(async () => {
    wecom = new FakeWecom();
    await wecom.open();
    // Its own, because one test drops a table.
    db = await open({});
  });
  afterEach(() => wecom.close());

  it.each([
    ['refuses', { errcode: 95018, errmsg: 'x' }],
    ['is too busy for', { errcode: -1, errmsg: 'x' }],
  ])('is made although WeCom %s the line to the customer', async (_how, line) => {
    expect((await handOver(line)).facts).toMatchObject([{ data: { to: 'queue' } }]);
    expect(wecom.bodiesOf('kf/send_msg_on_event').length).toBeGreaterThan(0);
  });

  it('does not hide a bug in sending that line', async () => {
    await db.write((tx) => tx.run('DROP TABLE kf_sent'));
    await expect(handOver({ errcode: 0, errmsg: 'ok' })).rejects.toThrow(/kf_sent/);
  });
});
