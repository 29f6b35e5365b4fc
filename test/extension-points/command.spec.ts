import { expect, it, vi } from 'vitest';
import type { Command } from '../../src/commands/command.js';
import { commandRequestStore } from '../../src/inbox/command-request.store.js';
import { freshSqlite } from '../support/databases.js';
import { aProduct, MONDAY } from '../support/test-product.js';

// Adds the line that a new command needs in the list. The object would be a file of its own.
vi.mock('../../src/commands/index.js', async (importOriginal) => {
  const list = await importOriginal<typeof import('../../src/commands/index.js')>();
  (list.commands as Command[]).push({
    words: ['抛硬币'],
    role: 'operator',
    usage: '抛硬币',
    does: '帮你拿个主意',
    needsArgument: false,
    run: () => Promise.resolve({ text: '正面' }),
  });
  return list;
});

it('answers and is named in the help as soon as it is in the list', async () => {
  const db = await freshSqlite();
  try {
    const { workLoop, channel } = await aProduct(db);
    await db.write((tx) =>
      commandRequestStore.append(
        tx,
        ['抛硬币！', '帮助'].map((text) => ({
          key: `said:${text}`,
          at: MONDAY,
          from: { kind: 'staff', staff: 'LinXia' },
          replyTo: { kind: 'app' },
          text,
        })),
        MONDAY,
      ),
    );
    await workLoop.drain();
    expect(channel.ofKind('notify_staff').map(({ text }) => text)).toEqual([
      '正面',
      expect.stringContaining('抛硬币 — 帮你拿个主意'),
    ]);
  } finally {
    await db.close();
  }
});
