import sqlite3 from 'sqlite3';

/** A SQLite file with promises: `all(text, ...params)`, or `prepare(text)` for a frequent statement. */
export async function openSqlite(file, mode) {
  const db = await new Promise((settle, fail) => {
    const opened = new sqlite3.Database(file, mode, (error) => (error ? fail(error) : settle(opened)));
  });
  const all = (asked) => new Promise((settle, fail) => asked((error, rows) => (error ? fail(error) : settle(rows))));
  return {
    all: (text, ...params) => all((done) => db.all(text, params, done)),
    exec: (text) => all((done) => db.exec(text, done)),
    prepare(text) {
      const statement = db.prepare(text);
      return (...params) => all((done) => statement.all(params, done));
    },
    close: () => new Promise((settle) => db.close(settle)),
  };
}

export const openToRead = (file) => openSqlite(file, sqlite3.OPEN_READONLY);
export const openToWrite = (file) => openSqlite(file, sqlite3.OPEN_READWRITE | sqlite3.OPEN_CREATE);

/** The statements that create a table of `file` with its indexes. */
export async function schemaOf(file, table) {
  const db = await openToRead(file);
  const rows = await db.all('SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL', table);
  await db.close();
  return rows.map(({ sql }) => sql);
}
