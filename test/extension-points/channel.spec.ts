import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { startProduct } from '../../src/app/product.js';
import type { ListedChannel } from '../../src/channels/channel-definition.js';
import { channelLabel } from '../../src/channels/open-channels.js';
import { reasonLabel } from '../../src/insights/words/reason-words.js';
import { PushedClock } from '../../src/platform/clock.js';
import { readConfig } from '../../src/platform/config/config.js';
import { GiveUp } from '../../src/platform/errors.js';
import { createLogger } from '../../src/platform/logger/logger.js';
import { MONDAY } from '../support/test-product.js';
import { pigeon } from './pigeon.channel.js';

// Adds the line that a new channel needs in the list.
vi.mock('../../src/channels/channels.module.js', async (importOriginal) => {
  const list = await importOriginal<typeof import('../../src/channels/channels.module.js')>();
  const { asListedChannel } = await import('../../src/channels/channel-definition.js');
  const { definition } = await import('./pigeon.channel.js');
  (list.knownChannels as ListedChannel[]).push(asListedChannel(definition));
  return list;
});

it('receives, delivers and has its labels as soon as it is in the list', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'qunjie-pigeon-'));
  const read = readConfig({ PORT: '0', DATABASE_URL: `sqlite:${join(folder, 'product.sqlite')}` });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const product = await startProduct({
    config: read.config,
    clock: new PushedClock(MONDAY),
    logger: createLogger({ level: 'silent' }),
    runsByItself: false,
    operators: ['LinXia'],
  });
  const says = (key: string) =>
    pigeon.receive([
      {
        kind: 'command',
        command: {
          key,
          at: MONDAY,
          from: { kind: 'staff', staff: 'LinXia' },
          replyTo: { kind: 'app' },
          text: '帮助',
        },
      },
    ]);
  try {
    expect(product.channels.map(({ id }) => id)).toEqual(['pigeon']);
    expect([pigeon.loft, channelLabel('pigeon')]).toEqual(['Asia/Shanghai', { zh: '信鸽', en: 'pigeon' }]);
    await says('one');
    await product.workLoop.drain();
    expect(pigeon.ofKind('notify_staff').map(({ text }) => text)).toEqual([expect.stringContaining('看能做什么')]);

    pigeon.failNext('notify_staff', new GiveUp('pigeon_lost'));
    await says('two');
    await product.workLoop.drain();
    const [row] = await product.database.read.all<{ reason: string }>(
      `SELECT reason FROM outbox WHERE key = 'reply:two'`,
    );
    expect(reasonLabel(row!.reason)).toEqual({ zh: '信鸽没有回来', en: 'the pigeon did not come back' });
  } finally {
    await product.close();
    await rm(folder, { recursive: true, force: true });
  }
});
