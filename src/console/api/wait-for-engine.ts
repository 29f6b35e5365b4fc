import type { WorkLoop } from '../console.tokens.js';

const MAX_WAIT_MS = 3_000;

/**
 * Waits until the engine has applied what was just written, so that the next request shows it. The limit is safe: the fact
 * is stored, and a busy engine applies it later.
 */
export async function waitForEngine(workLoop: WorkLoop): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((settle) => {
    timer = setTimeout(settle, MAX_WAIT_MS);
  });
  try {
    await Promise.race([workLoop.drain(), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
