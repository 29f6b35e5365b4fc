import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/**
 * A separate process for one part of a benchmark, so that no two parts share an event loop. `ask` calls one of the
 * functions that the file passed to `answerFor` (asked.mjs).
 */
function startChild(file) {
  const child = fork(join(import.meta.dirname, '..', file), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const waiting = new Map();
  let asked = 0;
  child.on('message', ({ id, answer, error }) => {
    const { settle, fail } = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) settle(answer);
    else fail(new Error(error));
  });
  child.on('exit', (code) => {
    for (const { fail } of waiting.values()) fail(new Error(`${file} ended with ${code}`));
  });
  return {
    ask(what, about) {
      return new Promise((settle, fail) => {
        waiting.set(++asked, { settle, fail });
        child.send({ id: asked, what, about });
      });
    },
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      const overdue = setTimeout(() => child.kill('SIGKILL'), 5_000);
      if (child.connected) child.disconnect();
      await ended;
      clearTimeout(overdue);
    },
  };
}

/** Starts a process for each file, passes them to `work`, and ends them afterwards in any case. */
export async function withChildren(files, work) {
  const children = files.map(startChild);
  try {
    return await work(...children);
  } finally {
    await Promise.all(children.map((child) => child.end()));
  }
}
