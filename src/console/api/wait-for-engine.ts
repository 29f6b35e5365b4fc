import type { WorkLoop } from '../console.tokens.js';

const PATIENCE_MS = 3_000;

/**
 * Waits for the engine to take in what was just written, so that the next look already shows it; but not for ever: the
 * fact is durable, and an engine that is busy with a year of others comes to it by itself.
 */
export async function waitForEngine(workLoop: WorkLoop): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const impatience = new Promise<void>((settle) => {
    timer = setTimeout(settle, PATIENCE_MS);
  });
  try {
    await Promise.race([workLoop.drain(), impatience]);
  } finally {
    clearTimeout(timer);
  }
}
