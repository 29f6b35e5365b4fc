import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActionKind } from '../../../src/domain/action.js';
import type { Fact, MemberIds } from '../../../src/domain/fact.js';
import { EngineDeliveryHooks } from '../../../src/engine/delivery-hooks.js';
import { Engine } from '../../../src/engine/engine.js';
import { readRuleset, type CompiledRules } from '../../../src/features/ruleset/compile-rules.js';
import { RulesetSource } from '../../../src/features/ruleset/ruleset-source.js';
import { CommandAnswers } from '../../../src/commands/answer-commands.js';
import { Inbox } from '../../../src/inbox/inbox.js';
import { DeliveryWorker } from '../../../src/outbox/delivery.worker.js';
import { MassSendWorker } from '../../../src/outbox/mass-sends/mass-send.worker.js';
import { PushedClock } from '../../../src/platform/clock.js';
import type { Database } from '../../../src/platform/database/database.js';
import { createLogger } from '../../../src/platform/logger/logger.js';
import { WorkLoop } from '../../../src/app/work-loop.js';
import { TemplatesService } from '../../../src/features/templates/templates.service.js';
import { aFact, driverOf, MONDAY, type TestProduct } from '../../support/test-product.js';
import { FakeChannel } from '../../support/fake-channel.js';

const zone = 'Asia/Shanghai';
/** A corp whose groups are also a chat account's rooms. */
export const chatAbilities: readonly ActionKind[] = [
  'read_contact',
  'set_remark',
  'mark_tags',
  'send_welcome',
  'mass_send',
  'read_mass_send',
  'ensure_tags',
  'read_tags',
  'read_group',
  'ensure_join_way',
  'notify_staff',
  'chat_dm',
  'group_say',
  'room_add',
  'room_remove',
];

type ChatProduct = Pick<TestProduct, 'db' | 'clock' | 'channel' | 'engine' | 'happens' | 'later'>;

/** A product whose tiers all move members through the chat account. `capacity`: of each group. */
export async function aChatProduct(
  db: Database,
  given: { capacity?: number; channel?: FakeChannel } = {},
): Promise<ChatProduct> {
  const { channel = new FakeChannel(chatAbilities), capacity = 200 } = given;
  const clock = new PushedClock(MONDAY);
  const files = await editedRules((text) => text.replaceAll(/capacity: \d+/g, `capacity: ${capacity}\n    path: chat`));
  const templates = new TemplatesService(db, { vocabulary: files.vocabulary });
  await templates.seedFromFiles('templates', clock.now());
  const logger = createLogger({ level: 'fatal' });
  const engine = new Engine(db, await RulesetSource.open(db, files, templates, clock.now()), {
    clock,
    logger,
    timeZone: zone,
    abilities: () => channel.abilities,
  });
  const hooks = new EngineDeliveryHooks(db, engine, clock);
  const world = { clock, logger, worker: 'test', timeZone: zone };
  const workLoop = new WorkLoop(
    {
      engine,
      commands: new CommandAnswers(db, engine, () => [], world),
      channels: [channel],
      timeZone: 'Asia/Shanghai',
      deliveries: new DeliveryWorker(db, [channel], hooks, world),
      massSends: new MassSendWorker(db, [channel], hooks, world),
    },
    logger,
  );
  const inbox = new Inbox(db, clock, workLoop.wake);
  return { db, clock, channel, engine, ...driverOf({ clock, inbox, workLoop }) };
}

async function editedRules(edit: (text: string) => string): Promise<CompiledRules> {
  const directory = await mkdtemp(join(tmpdir(), 'rules-'));
  try {
    await cp('config', directory, { recursive: true });
    const tiers = join(directory, 'tiers.yaml');
    await writeFile(tiers, edit(await readFile(tiers, 'utf8')));
    const files = await readRuleset(directory);
    if (!files.ok) throw new Error(JSON.stringify(files.problems));
    return files.value;
  } finally {
    await rm(directory, { recursive: true });
  }
}

interface Person {
  readonly name?: string;
  readonly ids: MemberIds;
}
export const lu: Person = { name: '小鹿', ids: { externalUserId: 'wm-lu', chatContactId: 'c-lu' } };
export const hua: Person = { name: '阿花', ids: { externalUserId: 'wm-hua', chatContactId: 'c-hua' } };
export const onlyChat = ({ name, ids }: Person): Person => ({
  ...(name ? { name } : {}),
  ids: { chatContactId: ids.chatContactId! },
});
export const onlyOfficial = ({ name, ids }: Person): Person => ({
  ...(name ? { name } : {}),
  ids: { externalUserId: ids.externalUserId! },
});

/** A read of a chat room or of a WeCom group, depending on the id. */
export function aRead(chatId: string, name: string, people: readonly Person[], at: number): Fact {
  return aFact(
    'group_read',
    at,
    {},
    {
      chatId,
      name,
      owner: 'LinXia',
      readAt: at,
      dismissed: false,
      people: [
        { staff: 'LinXia' },
        ...people.map((person) => ({ ...person.ids, ...(person.name ? { name: person.name } : {}), joinedAt: at })),
      ],
    },
  );
}

export interface MoveRow {
  readonly state: string;
  readonly path: string;
  readonly to: string;
}

export const movesOf = (db: Database): Promise<MoveRow[]> =>
  db.read.all<MoveRow>(
    'SELECT m.state, m.path, g.name AS "to" FROM move m JOIN chat_group g ON g.id = m.to_group ORDER BY m.id',
  );
