import { expect, it } from 'vitest';
import { ReconciliationRuns } from '../../../src/features/reconcile/run.store.js';
import { createWecomChannel } from '../../../src/channels/wecom/create-wecom-channel.js';
import type { WecomChannel } from '../../../src/channels/wecom/wecom.channel.js';
import type { Receive } from '../../../src/channels/channel.js';
import type { Fact } from '../../../src/domain/fact.js';
import { StoredCorpState } from '../../../src/features/reconcile/corp-state.js';
import { listReconciliations } from '../../../src/insights/reconciliations.js';
import { listDrift } from '../../../src/insights/drift.js';
import { timelineOf } from '../../../src/insights/timeline.js';
import { contactPairStore } from '../../../src/features/members/contact-pair.store.js';
import type { Database } from '../../../src/platform/database/database.js';
import { RetryLater } from '../../../src/platform/errors.js';
import { startSandbox, type Sandbox } from '../../../src/sandbox/sandbox.js';
import { eachDatabase } from '../../support/databases.js';
import { aProduct, MONDAY, type TestProduct } from '../../support/test-product.js';
import { FakeChannel } from '../../support/fake-channel.js';
import { PushedClock } from '../../../src/platform/clock.js';
import { aCorp, silent } from './a-corp.js';
import { defaultVocabulary } from '../../../src/domain/rules/index.js';
import { rulesOf } from '../../support/rules-of.js';

const MINUTE = 60_000;

interface Life {
  readonly db: Database;
  readonly product: TestProduct;
  readonly corp: Sandbox;
  /** Opens the channel and waits until its first run has finished. */
  begin(receive?: Receive): Promise<WecomChannel>;
  /** A minute later: as `begin`, and applies the facts of that run. */
  sync(): Promise<WecomChannel>;
  /** Runs a reconciliation and applies its facts. */
  reconcile(channel: WecomChannel, why: 'nightly' | 'asked'): Promise<void>;
  open(over?: { receive?: Receive; onDone?: () => void; onWarn?: () => void }): Promise<WecomChannel>;
  /** Both clocks. */
  push(ms: number): Promise<void>;
}

/** A corp whose callbacks reach nobody, so only reconciliations find its state. */
async function aLife(db: Database, use: (life: Life) => Promise<void>): Promise<void> {
  const clock = new PushedClock(MONDAY);
  const settings = aCorp();
  const corp = await startSandbox({ ...settings, agentId: String(settings.agentId), startAt: MONDAY, people: 0 });
  const product = await aProduct(db, { channel: new FakeChannel([]), clock });
  const opened: WecomChannel[] = [];
  const open: Life['open'] = async ({ receive = product.inbox.receive, onDone, onWarn } = {}) => {
    const logger = { ...silent, info: () => onDone?.(), warn: () => onWarn?.() };
    const deps = {
      clock,
      logger,
      corpState: new StoredCorpState(db, () => product.engine),
      runLog: new ReconciliationRuns(db),
    };
    const { channel } = createWecomChannel({ ...settings, apiBase: corp.url }, { ...deps, staffAtOnce: 2 });
    opened.push(channel);
    await channel.start(receive);
    return channel;
  };
  const begin: Life['begin'] = (receive) =>
    new Promise((finished, fail) => {
      const channel = open({ ...(receive ? { receive } : {}), onDone: () => void channel.then(finished, fail) });
    });
  const push: Life['push'] = async (ms) => {
    await corp.advance(corp.now() + ms);
    clock.pushTo(corp.now());
  };
  const sync: Life['sync'] = async () => {
    await push(MINUTE);
    const channel = await begin();
    await product.workLoop.drain();
    return channel;
  };
  const reconcile: Life['reconcile'] = async (channel, why) => {
    await channel.reconcile(why);
    await product.workLoop.drain();
  };
  try {
    await use({ db, product, corp, open, begin, push, sync, reconcile });
  } finally {
    for (const channel of opened) await channel.stop();
    await corp.close();
  }
}

async function people(corp: Sandbox, ...names: string[]): Promise<void> {
  for (const name of names) await corp.act({ do: 'newcomer', name });
}

const contact = (corp: Sandbox, who: string, staff = 'LinXia') =>
  corp.act({ do: 'add_contact', who, staff, state: 'expo' });

const counted = ['fact', 'outbox', 'decision', 'member_tag', 'audit', 'corp_drift', 'follow', 'group_person'] as const;
async function rows(db: Database): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const table of counted)
    found[table] = Number((await db.read.one<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`))?.n);
  return found;
}

const anyRules = { vocabulary: defaultVocabulary, tierLabel: (key: string) => ({ zh: key, en: key }) };
const everyDrift = async (db: Database) => {
  const [run] = (await listReconciliations(db.read, { limit: 1 })).items;
  return (await listDrift(db.read, run!, { limit: 100 }, anyRules)).items.map(({ kind, subject, ours, theirs }) => ({
    kind,
    subject,
    ours,
    theirs,
  }));
};
const openPairs = async (db: Database, id: string) =>
  ((await contactPairStore.open(db.read, [id])).get(id) ?? []).map((pair) => pair.staff).sort();
const isContact = async (db: Database, id: string) =>
  (
    await db.read.one<{ is_contact: number }>(
      'SELECT f.is_contact FROM member m JOIN member_metrics f ON f.member_id = m.id WHERE m.external_userid = $1',
      [id],
    )
  )?.is_contact === 1;
const idOf = (corp: Sandbox, name: string) => corp.record().people.find((one) => one.name === name)!.externalUserId;
const groupNamed = (corp: Sandbox, name: string) => corp.record().groups.find((one) => one.name === name)!;

eachDatabase('the reconciliation with the corp', (openDatabase) => {
  it('reads the whole corp in the first run, and writes only its own log in the second', async () => {
    await aLife(await openDatabase(), async ({ db, corp, push, sync, reconcile }) => {
      await people(corp, '小鹿', '阿青', '老周');
      await contact(corp, '小鹿');
      await contact(corp, '小鹿', 'XuNuo');
      await contact(corp, '阿青', 'ZhaoMin');
      await corp.act({ do: 'tag', who: '小鹿', staff: 'LinXia', add: ['VIP'] });
      await corp.act({ do: 'invite', who: '老周', group: '会员群①', staff: 'ChenYu' });
      const channel = await sync();
      const xiaolu = idOf(corp, '小鹿');
      expect(await openPairs(db, xiaolu)).toEqual(['LinXia', 'XuNuo']);
      expect(await isContact(db, xiaolu)).toBe(true);
      const tags = await db.read.all<{ name: string }>(`SELECT name FROM member_tag WHERE origin = 'staff'`);
      expect(tags).toEqual([{ name: 'VIP' }]);
      const inGroup = await db.read.all(
        `SELECT 1 FROM group_person gp JOIN chat_group g ON g.id = gp.group_id WHERE g.name = '会员群①' AND gp.present = 1`,
      );
      expect(inGroup).toHaveLength(1);

      await push(MINUTE);
      const before = await rows(db);
      await reconcile(channel, 'asked');
      expect(await rows(db)).toEqual(before);
      expect((await listReconciliations(db.read, { limit: 10 })).items).toMatchObject([
        { why: 'asked', state: 'done', contacts: 3, groups: 8, drift: 0, problem: null },
        { why: 'first', state: 'done', contacts: 3, groups: 8, drift: 0 },
      ]);
      expect(before).toMatchObject({ corp_drift: 0, audit: 0 });
    });
  });

  it('corrects and records every change without a callback, and finds nothing the next night', async () => {
    await aLife(await openDatabase(), async ({ db, product, corp, push, sync, reconcile }) => {
      await people(corp, '小鹿', '阿青', '老周', '新来的');
      await contact(corp, '小鹿');
      await contact(corp, '阿青', 'ZhaoMin');
      await contact(corp, '老周', 'ChenYu');
      await corp.act({ do: 'tag', who: '老周', staff: 'ChenYu', add: ['重点跟进'] });
      await corp.act({ do: 'invite', who: '小鹿', group: '会员群①', staff: 'ChenYu' });
      const channel = await sync();

      await push(10 * MINUTE);
      await contact(corp, '新来的');
      await corp.act({ do: 'delete_customer', who: '阿青', staff: 'ZhaoMin' });
      await corp.act({ do: 'tag', who: '小鹿', staff: 'LinXia', add: ['VIP'] });
      await corp.act({ do: 'tag', who: '老周', staff: 'ChenYu', remove: ['重点跟进'] });
      await corp.act({ do: 'new_tag', group: '来源', name: '抖音' });
      await corp.act({ do: 'rename_tag', tag: '门店', name: '线下门店' });
      await corp.act({ do: 'delete_tag', tag: '母婴' });
      await corp.act({ do: 'leave', who: '小鹿', group: '会员群①' });
      await corp.act({ do: 'invite', who: '老周', group: '会员群②', staff: 'LinXia' });
      await corp.act({ do: 'rename_group', group: '铁杆群①', name: '铁杆之家' });
      await corp.act({ do: 'dismiss_group', group: '老友闲聊群' });
      const [xiaolu, aqing, laozhou, newcomer] = ['小鹿', '阿青', '老周', '新来的'].map((name) => idOf(corp, name)) as [
        string,
        string,
        string,
        string,
      ];
      await push(10 * MINUTE);
      await reconcile(channel, 'nightly');

      const drift = await everyDrift(db);
      const libraryDrift = drift.filter((one) => one.kind === 'library').map(({ ours, theirs }) => [ours, theirs]);
      expect(libraryDrift).toEqual(
        expect.arrayContaining([
          ['', '来源/抖音'],
          ['来源/门店', '来源/线下门店'],
          ['喜好/母婴', ''],
        ]),
      );
      expect(drift).toEqual(
        expect.arrayContaining([
          { kind: 'contact', subject: newcomer, ours: '', theirs: '新来的' },
          { kind: 'pair', subject: aqing, ours: 'ZhaoMin', theirs: '' },
          { kind: 'tag', subject: xiaolu, ours: '', theirs: 'VIP' },
          { kind: 'tag', subject: laozhou, ours: '重点跟进', theirs: '' },
          { kind: 'group', subject: xiaolu, ours: '会员群①', theirs: '' },
          { kind: 'group', subject: laozhou, ours: '', theirs: '会员群②' },
          { kind: 'group', subject: groupNamed(corp, '铁杆之家').chatId, ours: '铁杆群①', theirs: '铁杆之家' },
          expect.objectContaining({ kind: 'group', ours: '老友闲聊群', theirs: '' }),
        ]),
      );
      expect(await openPairs(db, newcomer)).toEqual(['LinXia']);
      expect(await openPairs(db, aqing)).toEqual([]);
      expect(await isContact(db, aqing)).toBe(false);
      const wanted = await db.read.all<{ name: string; want: number }>(
        `SELECT name, want FROM member_tag WHERE origin = 'staff' ORDER BY want DESC`,
      );
      expect(wanted).toEqual([
        { name: 'VIP', want: 1 },
        { name: '重点跟进', want: 0 },
      ]);
      const named = await db.read.all<{ name: string; status: string }>(
        `SELECT name, status FROM chat_group WHERE name = '铁杆之家' OR status = 'dismissed'`,
      );
      expect(named).toHaveLength(2);
      const audit = await db.read.all<{ what: string }>('SELECT what FROM audit');
      expect(audit).toEqual([{ what: 'drift_found' }]);
      const member = await db.read.one<{ id: number }>('SELECT id FROM member WHERE external_userid = $1', [xiaolu]);
      const timeline = await timelineOf(
        db.read,
        member!.id,
        { limit: 20 },
        { timeZone: 'Asia/Shanghai', now: product.clock.now(), ...rulesOf(product) },
      );
      expect(timeline.items.map((entry) => entry.title.zh)).toEqual(
        expect.arrayContaining(['夜间核对发现：有人打上了标签「VIP」', '夜间核对发现：已不在「会员群①」']),
      );

      await push(10 * MINUTE);
      const before = await rows(db);
      await reconcile(channel, 'nightly');
      expect(await rows(db)).toEqual(before);
    });
  });

  it('reports a drift again that equals an earlier one', async () => {
    await aLife(await openDatabase(), async ({ db, corp, begin, push, reconcile }) => {
      await people(corp, '小鹿');
      await contact(corp, '小鹿');
      const channel = await begin();
      for (const [add, remove] of [
        [['VIP'], []],
        [[], ['VIP']],
        [['VIP'], []],
      ] as const) {
        await corp.act({ do: 'tag', who: '小鹿', staff: 'LinXia', add: [...add], remove: [...remove] });
        await push(10 * MINUTE);
        await reconcile(channel, 'nightly');
        const tag = await db.read.one<{ want: number }>(`SELECT want FROM member_tag WHERE name = 'VIP'`);
        expect(tag?.want).toBe(add.length);
      }
    });
  });

  it('continues the same run at its position after a crash', async () => {
    await aLife(await openDatabase(), async ({ db, product, corp, begin, open, push }) => {
      await people(corp, '小鹿', '阿青', '老周');
      await contact(corp, '小鹿', 'ChenYu');
      await contact(corp, '阿青', 'TangGuo');
      await contact(corp, '老周', 'ZhaoMin');
      await push(MINUTE);
      let deliveries = 0;
      await new Promise<void>((stumbled) => {
        void open({
          receive: (received) => {
            deliveries += 1;
            // The process ends after the library and the first chunk of staff.
            return deliveries <= 2
              ? product.inbox.receive(received)
              : Promise.reject(new RetryLater('gone', 3_600_000));
          },
          onWarn: stumbled,
        }).then((channel) => channel);
      });
      const calls = () => corp.record().calls;
      const pages = () =>
        Object.entries(calls())
          .filter(([name]) => name.includes('batch/get_by_user'))
          .reduce((sum, [, times]) => sum + times, 0);
      const before = pages();
      const half = await db.read.all<{ position: string }>('SELECT position FROM corp_run');
      expect(half).toHaveLength(1);
      expect(JSON.parse(half[0]!.position)).toMatchObject({ phase: 'contacts', after: 'LinXia' });
      // PostgreSQL may have another process, which is given up only now.
      await push(3 * MINUTE);
      await begin();
      await product.workLoop.drain();
      // Five staff, two at a time: two chunks were left.
      expect(pages() - before).toBe(2);
      expect((await listReconciliations(db.read, { limit: 10 })).items).toMatchObject([
        { why: 'first', state: 'done', contacts: 3, groups: 8, problem: null },
      ]);
      for (const name of ['小鹿', '阿青', '老周']) expect(await openPairs(db, idOf(corp, name))).toHaveLength(1);
    });
  });

  it('does not undo a recent callback by an outdated read', async () => {
    await aLife(await openDatabase(), async ({ db, product, corp, begin, push, reconcile }) => {
      await people(corp, '小鹿', '阿青');
      await contact(corp, '小鹿');
      const channel = await begin();
      await product.workLoop.drain();
      const group = groupNamed(corp, '会员群①');
      corp.trouble({ lateGroupReadMs: MINUTE });
      await push(10 * MINUTE);
      await corp.act({ do: 'invite', who: '小鹿', group: group.name, staff: 'ChenYu' });
      const at = corp.now();
      product.clock.pushTo(at);
      const joined: Fact = {
        key: 'told:join',
        kind: 'joined_group',
        at,
        member: { externalUserId: idOf(corp, '小鹿') },
        data: { chatId: group.chatId, scene: 0 },
      };
      const added: Fact = {
        key: 'told:add',
        kind: 'contact_added',
        at,
        member: { externalUserId: idOf(corp, '阿青') },
        data: { staff: 'ZhaoMin', mutual: true },
      };
      await product.happens(joined, added);
      product.clock.pushTo(at + 2_000);
      await reconcile(channel, 'asked');
      const present = await db.read.all('SELECT 1 FROM group_person WHERE present = 1');
      expect(present).toHaveLength(1);
      expect(await openPairs(db, idOf(corp, '阿青'))).toEqual(['ZhaoMin']);
      expect(await everyDrift(db)).toEqual([]);

      // A minute later the reading has caught up, and what was never true is put right.
      await push(2 * MINUTE);
      await reconcile(channel, 'nightly');
      expect(await openPairs(db, idOf(corp, '阿青'))).toEqual([]);
      expect(await db.read.all('SELECT 1 FROM group_person WHERE present = 1')).toHaveLength(1);
    });
  });

  it('never restores a pair that a customer deleted, although WeCom still lists it', async () => {
    await aLife(await openDatabase(), async ({ db, product, corp, push, sync, reconcile }) => {
      await people(corp, '小鹿');
      await contact(corp, '小鹿');
      const channel = await sync();
      await push(MINUTE);
      await corp.act({ do: 'delete_staff', who: '小鹿', staff: 'LinXia' });
      await product.happens({
        key: 'told:lost',
        kind: 'contact_lost',
        at: corp.now(),
        member: { externalUserId: idOf(corp, '小鹿') },
        data: { staff: 'LinXia', by: 'member' },
      });
      await push(10 * MINUTE);
      const before = await rows(db);
      await reconcile(channel, 'nightly');
      expect(await rows(db)).toEqual(before);
      expect(await isContact(db, idOf(corp, '小鹿'))).toBe(false);
    });
  });

  it('ends no pair because staff are out of scope or a page is incomplete, and reports those staff', async () => {
    await aLife(await openDatabase(), async ({ db, corp, push, sync, reconcile }) => {
      await people(corp, '小鹿', '阿青', '老周');
      await contact(corp, '小鹿');
      await contact(corp, '阿青', 'ZhaoMin');
      await contact(corp, '老周', 'ChenYu');
      const channel = await sync();
      const compared = async () => {
        await push(10 * MINUTE);
        await reconcile(channel, 'nightly');
        return (await listReconciliations(db.read, { limit: 1 })).items[0]!;
      };
      const contacts = () => Promise.all(['小鹿', '阿青', '老周'].map((name) => isContact(db, idOf(corp, name))));
      corp.trouble({ scope: ['LinXia'] });
      expect((await compared()).problem).toContain('ChenYu、ZhaoMin');
      expect(await contacts()).toEqual([true, true, true]);
      corp.trouble({ scope: null });
      corp.trouble({ fault: { path: 'externalcontact/batch/get_by_user', kind: 'error', errcode: 84061, times: 2 } });
      expect(await compared()).toMatchObject({ drift: 0, problem: null });
      expect(await contacts()).toEqual([true, true, true]);
      await corp.act({ do: 'staff_leaves', staff: 'ZhaoMin' });
      expect(await compared()).toMatchObject({ problem: null });
      expect(await contacts()).toEqual([true, false, true]);
    });
  });

  it.each([
    ['reopens a pair that WeCom refused and lists again', true],
    ['does not reopen a pair that a mass send has ended, although WeCom still lists it', false],
  ])('%s', async (_name, unlisted) => {
    await aLife(await openDatabase(), async ({ db, product, corp, push, sync, reconcile }) => {
      await people(corp, '小鹿');
      await contact(corp, '小鹿');
      const channel = await sync();
      const id = idOf(corp, '小鹿');
      await db.write((tx) =>
        contactPairStore.end(tx, { externalUserId: id, staff: 'LinXia' }, { at: product.clock.now(), unlisted }),
      );
      expect(await openPairs(db, id)).toEqual([]);
      await push(10 * MINUTE);
      await reconcile(channel, 'nightly');
      expect(await openPairs(db, id)).toEqual(unlisted ? ['LinXia'] : []);
      const found = [{ kind: 'pair', subject: id, ours: '', theirs: 'LinXia' }];
      expect(await everyDrift(db)).toEqual(unlisted ? found : []);
    });
  });

  it('runs one reconciliation at a time', async () => {
    await aLife(await openDatabase(), async ({ corp, begin, push }) => {
      const channel = await begin();
      await push(MINUTE);
      const first = channel.reconcile('asked');
      await expect(channel.reconcile('nightly')).rejects.toMatchObject({ code: 'comparison_under_way' });
      expect(channel.connection().comparing === null || channel.connection().comparing!.share < 1).toBe(true);
      await first;
      expect(channel.connection().comparing).toBeNull();
      expect(corp.record().groups.length).toBeGreaterThan(0);
    });
  });

  it('reports why it stopped, and makes no calls until an admin can have acted', async () => {
    await aLife(await openDatabase(), async ({ db, corp, begin, open, push }) => {
      await (await begin()).stop();
      corp.trouble({ newSecret: 'another-secret' });
      await push(3 * 3_600_000);
      await new Promise<void>((stumbled) => void open({ onWarn: stumbled }));
      const [run] = (await listReconciliations(db.read, { limit: 1 })).items;
      expect(run).toMatchObject({ state: 'running', problem: expect.stringContaining('40001') as string });
      const asked = Object.entries(corp.record().calls).filter(([name]) => name.includes('gettoken'));
      expect(asked.reduce((sum, [, times]) => sum + times, 0)).toBeLessThan(5);
    });
  });
});
