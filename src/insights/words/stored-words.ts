import { z } from 'zod';
import type { LocalizedText } from '../../domain/localized-text.js';
import type { Action } from '../../domain/action.js';

import { storedOr } from '../../platform/database/stored-json.js';

/** Shown in a list for a stored text that cannot be read, so that the rest of the list is usable. */
export const unreadable: LocalizedText = { zh: '（这条记录读不出来）', en: '(this record cannot be read)' };

const label = z.object({ zh: z.string(), en: z.string() });

export const labelFrom = (stored: string): LocalizedText => storedOr(stored, label, unreadable);

const shownAction = z.looseObject({
  kind: z.string(),
  text: z.string().optional(),
  message: z
    .looseObject({
      text: z.string(),
      attachments: z.array(z.looseObject({ kind: z.string(), title: z.string(), url: z.string() })),
    })
    .optional(),
}) as unknown as z.ZodType<Action>;

/** The parts of a stored action that are shown; null when it cannot be read. */
export const actionFrom = (stored: string): Action | null => storedOr(stored, shownAction, null);
