import type { CommandRequest } from '../../../src/channels/channel.js';
import type { ActionKind } from '../../../src/domain/action.js';
import type { Database } from '../../../src/platform/database/database.js';
import { aFact, aProduct, MONDAY, type TestProduct } from '../../support/test-product.js';
import { FakeChannel } from '../../support/fake-channel.js';

const kinds: readonly ActionKind[] = [
  'mass_send',
  'read_mass_send',
  'notify_staff',
  'staff_card',
  'close_card',
  'chat_dm',
  'group_say',
];

let received = 0;

/** A product whose bot receives commands of operators (by default LinXia) and messages of members, direct or in a group. */
export async function aListeningProduct(db: Database, operators?: readonly string[]) {
  const product: TestProduct = await aProduct(db, {
    channel: new FakeChannel(kinds),
    ...(operators ? { operators } : {}),
  });
  const receives = async (
    command: Omit<CommandRequest, 'key' | 'at'>,
    at: number,
    key = `received-${++received}`,
  ): Promise<void> => {
    await product.inbox.receive([{ kind: 'command', command: { key, at, ...command } }]);
    await product.workLoop.drain();
  };
  return {
    ...product,
    receives,
    /** Sends a command; returns what the bot answers. */
    async operator(text: string, { at = product.clock.now(), staff = 'LinXia' } = {}): Promise<string> {
      const before = product.channel.ofKind('notify_staff').length;
      await receives({ from: { kind: 'staff', staff }, replyTo: { kind: 'app' }, text }, at);
      return product.channel
        .ofKind('notify_staff')
        .slice(before)
        .filter((sent) => sent.staff.includes(staff))
        .map((sent) => sent.text)
        .join('\n---\n');
    },
    /** Sends a direct message of a member; returns what the bot answers. */
    async dm(
      who: string,
      text: string,
      { at = product.clock.now(), key }: { at?: number; key?: string } = {},
    ): Promise<string[]> {
      const before = product.channel.ofKind('chat_dm').length;
      const ids = { chatContactId: who };
      await receives({ from: { kind: 'member', ids }, replyTo: { kind: 'dm', chatContactId: who }, text }, at, key);
      return product.channel
        .ofKind('chat_dm')
        .slice(before)
        .map(({ message }) => message.text);
    },
    async inGroup(who: string, text: string, room = 'R:1'): Promise<string[]> {
      const before = product.channel.ofKind('group_say').length;
      const ids = { chatContactId: who };
      await receives(
        { from: { kind: 'member', ids }, replyTo: { kind: 'group', chatId: room, mention: who }, text },
        product.clock.now(),
      );
      return product.channel
        .ofKind('group_say')
        .slice(before)
        .map((sent) => sent.text);
    },
    /** Adds a contact of `staff` whom the chat account knows as `who`. */
    async contact(who: string, name: string, staff = 'LinXia'): Promise<void> {
      const ids = { externalUserId: `wm${who}`, chatContactId: who };
      await product.happens(
        aFact('contact_added', MONDAY, ids, { staff }),
        aFact('profile_updated', MONDAY, ids, { name }),
      );
    },
    async optedOut(who: string): Promise<boolean> {
      const row = await product.db.read.one<{ opted_out: number }>(
        `SELECT f.opted_out FROM member_metrics f JOIN identity i ON i.member_id = f.member_id WHERE i.value = $1`,
        [who],
      );
      return row?.opted_out === 1;
    },
  };
}
