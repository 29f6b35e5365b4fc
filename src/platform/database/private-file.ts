import { chmod, lstat, mkdir, open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';

const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
/** The database and the files SQLite creates beside it. They get the permissions that the database has at that time. */
const SUFFIXES = ['', '-wal', '-shm', '-journal'] as const;

/**
 * Creates the database file before SQLite does, so that only its owner can read it, and corrects the permissions of an
 * existing one. The folder is restricted if it is new or holds only databases: another folder may have other users.
 */
export async function makePrivate(file: string): Promise<void> {
  const path = resolve(file);
  const folder = dirname(path);
  const made = await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  if (made === undefined && (await holdsOnly(folder, basename(path)))) await restrict(folder, FOLDER_MODE);
  await (await open(path, 'a', FILE_MODE)).close();
  for (const suffix of SUFFIXES) await restrict(`${path}${suffix}`, FILE_MODE);
}

async function restrict(path: string, mode: number): Promise<void> {
  try {
    if (((await stat(path)).mode & 0o077) !== 0) await chmod(path, mode);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    // The file does not exist yet, or the volume does not let us change permissions.
    if (code !== 'ENOENT' && code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EROFS') throw cause;
  }
}

/** Other databases of this product may be in the folder, for example the sandbox's. */
async function holdsOnly(folder: string, database: string): Promise<boolean> {
  if ((await lstat(folder)).isSymbolicLink()) return false;
  const names = await readdir(folder);
  return names.every(
    (name) => name === '.gitkeep' || name.startsWith(database) || /\.sqlite(-wal|-shm|-journal)?$/.test(name),
  );
}
