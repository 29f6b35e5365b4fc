import { z } from 'zod';
import { defineTrigger } from './trigger.js';

/**
 * A customer opened the chat with customer service and may be greeted. `find` finds nothing, because the greeting needs the
 * code of that moment, which works for 20 seconds: `features/messages/service-greeting.ts` plans it when the fact is applied.
 */
export const enteredService = defineTrigger({
  on: 'entered_service',
  settings: {},
  hint: { zh: '例如 trigger: {on: entered_service}', en: 'for example trigger: {on: entered_service}' },
  words: () => ({ zh: '打开微信客服时', en: 'opens customer service' }),
  ground: { at: z.number() },
  find: () => [],
  stillHolds: () => true,
  lapsed: { code: 'left_service', words: { zh: '已离开客服', en: 'left customer service' } },
  goesOneByOne: true,
});
