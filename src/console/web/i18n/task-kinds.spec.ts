import { expect, it } from 'vitest';
import { en } from './en.js';
import { zh } from './zh.js';
import { taskLabels } from '../../../domain/task-kind.js';

it('calls a kind of task the same on its card, in chat and in the console', () => {
  for (const [kind, label] of Object.entries(taskLabels))
    expect([Reflect.get(zh, `task.kind.${kind}`), Reflect.get(en, `task.kind.${kind}`)], kind).toEqual([
      label.zh,
      label.en,
    ]);
});
