import type { z } from 'zod';

/** Describes why a request is no valid act, and lists the known acts. */
export class UnreadableAct extends Error {
  constructor(
    readonly code: 'unknown_act' | 'bad_act',
    message: string,
    readonly acts: readonly string[],
  ) {
    super(message);
  }
}

export function unreadableAct(asked: unknown, problem: z.ZodError, acts: readonly string[]): UnreadableAct {
  const wanted = typeof asked === 'object' && asked !== null && 'do' in asked ? asked.do : undefined;
  if (typeof wanted === 'string' && acts.includes(wanted)) {
    const faults = problem.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`).join('; ');
    return new UnreadableAct('bad_act', `「${wanted}」的内容不对 / ${wanted} is not right: ${faults}`, acts);
  }
  const called = wanted === undefined ? '没有写 do / no do' : `没有这个动作 / no such act: ${JSON.stringify(wanted)}`;
  return new UnreadableAct('unknown_act', `${called}。可以做的有 / there are: ${acts.join(' ')}`, acts);
}
