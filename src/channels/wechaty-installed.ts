import { createRequire } from 'node:module';

const here = createRequire(import.meta.url);

/** Wechaty is an optional dependency: a product that only uses the official API may leave it out. */
export function isInstalled(name = 'wechaty'): boolean {
  try {
    here.resolve(name);
    return true;
  } catch (cause) {
    // The package is installed but has no CommonJS entry. It will be imported as a module.
    return cause instanceof Error && 'code' in cause && cause.code === 'ERR_PACKAGE_PATH_NOT_EXPORTED';
  }
}
