import { chmod, lstat, mkdir, open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';

const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
/** What SQLite keeps beside a database; it gives them the permissions the database has when it makes them. */
const BESIDE = ['', '-wal', '-shm', '-journal'] as const;

/**
 * Makes a database file that only we can read before SQLite does, and mends one that others could read. The folder is
 * made private where we make it, or where nothing but the database is in it: elsewhere it belongs to somebody else too.
 */
export async function keepPrivate(file: string): Promise<void> {
  const path = resolve(file);
  const folder = dirname(path);
  const made = await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  if (made === undefined && (await holdsOnly(folder, basename(path)))) await restrict(folder, FOLDER_MODE);
  await (await open(path, 'a', FILE_MODE)).close();
  for (const suffix of BESIDE) await restrict(`${path}${suffix}`, FILE_MODE);
}

async function restrict(path: string, mode: number): Promise<void> {
  try {
    if (((await stat(path)).mode & 0o077) !== 0) await chmod(path, mode);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    // Not there yet; or on a volume whose owner or file system decides about permissions, which is theirs to do.
    if (code !== 'ENOENT' && code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EROFS') throw cause;
  }
}

/** Other databases of ours may stand there too: the sandbox's beside the live one. */
async function holdsOnly(folder: string, database: string): Promise<boolean> {
  if ((await lstat(folder)).isSymbolicLink()) return false;
  const names = await readdir(folder);
  return names.every(
    (name) => name === '.gitkeep' || name.startsWith(database) || /\.sqlite(-wal|-shm|-journal)?$/.test(name),
  );
}
