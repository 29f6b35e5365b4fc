import { z } from 'zod';
import { cardOf, tapCard, useApp } from '../corp/acts/app-events.js';
import type { Corp } from '../corp/corp.js';
import { ImpossibleAct, name, staff } from './named.js';

/** Acts of staff in the conversation with the app. */
export const appActs = [
  z.object({
    do: z.literal('tap_card'),
    staff: name,
    taskId: name,
    key: name,
    choices: z.array(z.object({ question: name, options: z.array(name) })).default([]),
  }),
  z.object({ do: z.literal('click'), staff: name, key: name }),
  z.object({ do: z.literal('enter_agent'), staff: name }),
  z.object({ do: z.literal('subscribe'), staff: name }),
  z.object({ do: z.literal('unsubscribe'), staff: name }),
] as const;

type AppAct = z.output<(typeof appActs)[number]>;

export function performInApp(corp: Corp, act: AppAct): Record<string, unknown> {
  const who = staff(corp, act.staff);
  switch (act.do) {
    case 'tap_card': {
      const card = cardOf(corp, who, act.taskId);
      if (!card) throw new ImpossibleAct(`${act.staff} has no card ${act.taskId}`);
      return { ...tapCard(corp, who, card, act) };
    }
    case 'click':
      useApp(corp, who, 'click', act.key);
      return {};
    case 'enter_agent':
    case 'subscribe':
    case 'unsubscribe':
      useApp(corp, who, act.do);
      return {};
  }
}
