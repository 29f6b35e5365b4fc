import type { ChannelDefinition } from '../../src/channels/channel-definition.js';
import type { ActionKind } from '../../src/domain/action.js';
import type { Config } from '../../src/platform/config/config.js';
import { FakeChannel } from '../support/fake-channel.js';

class Pigeon extends FakeChannel {
  override readonly id = 'pigeon' as 'fake';
  override readonly abilities: ReadonlySet<ActionKind> = new Set<ActionKind>(['notify_staff']);
  loft = '';
}
export const pigeon = new Pigeon();

/** A made-up channel, written as a new one in a folder of src/channels would be. */
export const definition: ChannelDefinition<{ readonly loft: string }> = {
  id: 'pigeon',
  label: { zh: '信鸽', en: 'pigeon' },
  settings: ({ timeZone }: Config) => ({ loft: timeZone }),
  reasons: { pigeon_lost: { zh: '信鸽没有回来', en: 'the pigeon did not come back' } },
  open: ({ loft }) => {
    pigeon.loft = loft;
    return { channel: pigeon };
  },
};
