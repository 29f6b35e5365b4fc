// Records the product's statements to SQLite, and runs the same statements again without the product.
import sqlite3 from 'sqlite3';
import { nowMs } from '../processes/clock.mjs';
import { openToWrite } from '../processes/sqlite.mjs';

const textOf = new WeakMap();
let recorded;

/** From here on records every statement of this process with its parameters, in order. Call it before the database is opened. */
export function recordStatements() {
  recorded = [];
  const { prepare } = sqlite3.Database.prototype;
  sqlite3.Database.prototype.prepare = function (text, ...rest) {
    const statement = prepare.call(this, text, ...rest);
    textOf.set(statement, text);
    return statement;
  };
  for (const way of ['all', 'run']) {
    const asked = sqlite3.Statement.prototype[way];
    sqlite3.Statement.prototype[way] = function (params, ...rest) {
      recorded.push([textOf.get(this), params]);
      return asked.call(this, params, ...rest);
    };
  }
}

/** Resolves the list so far, and begins a new one. */
export const forgetStatements = () => recorded.splice(0);

/** The ms that a file takes for these statements alone, each prepared once. */
export async function replay(file, statements) {
  const db = await openToWrite(file);
  // The same settings as the product's.
  const settings = ['journal_mode = WAL', 'synchronous = FULL', 'cache_size = -65536', 'wal_autocheckpoint = 4000'];
  await db.exec(settings.map((setting) => `PRAGMA ${setting}`).join(';'));
  const prepared = new Map();
  const begun = nowMs();
  for (const [text, params] of statements) {
    const ask = prepared.get(text) ?? db.prepare(text);
    prepared.set(text, ask);
    await ask(...params);
  }
  const ms = nowMs() - begun;
  await db.close();
  return ms;
}
