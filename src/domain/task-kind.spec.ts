import { expect, it } from 'vitest';
import { en } from '../console/web/i18n/en.js';
import { zh } from '../console/web/i18n/zh.js';
import { taskLabels } from './task-kind.js';

it('calls a kind of task the same on its card, in chat and in the console', () => {
  for (const [kind, label] of Object.entries(taskLabels))
    expect([Reflect.get(zh, `task.kind.${kind}`), Reflect.get(en, `task.kind.${kind}`)], kind).toEqual([
      label.zh,
      label.en,
    ]);
});
