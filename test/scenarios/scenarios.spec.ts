import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/platform/database/database.js';
import { freshSqlite } from '../support/databases.js';
import { StagePlay } from './stage-play.js';
import { readTable } from './table.js';

const tables = (await readdir(import.meta.dirname)).filter((name) => name.endsWith('.yaml')).sort();
const read = await Promise.all(
  tables.map(async (name) => ({ name, scenarios: await readTable(join(import.meta.dirname, name)) })),
);

describe.each(read)('$name', ({ scenarios }) => {
  let db: Database | undefined;
  afterEach(() => db?.close());

  it.each(scenarios.map((scenario) => [scenario.scenario, scenario] as const))('%s', async (_name, scenario) => {
    db = await freshSqlite();
    const play = await StagePlay.open(db, scenario);
    for (const [index, row] of scenario.rows.entries()) {
      await play.play(row);
      const label = `row ${index + 1}: day ${row.day} ${row.at}, ${row.happens.join(', ') || 'time passes'}`;
      expect({ [label]: await play.outcome(row) }).toEqual({ [label]: row.then });
    }
  });
});

it('reads every table', () => {
  expect(tables.length).toBeGreaterThan(3);
  expect(read.flatMap(({ scenarios }) => scenarios).length).toBeGreaterThan(20);
});
