import type { ActionKind } from '../../../src/domain/action.js';
import type { OpenDatabase } from '../../support/databases.js';
import { FakeChannel } from '../../support/fake-channel.js';
import {
  aFact,
  aProduct,
  groupRead,
  groupReadOf,
  MONDAY,
  xiaolu,
  type TestProduct,
} from '../../support/test-product.js';

export const kinds: readonly ActionKind[] = [
  'mass_send',
  'read_mass_send',
  'read_group',
  'ensure_join_way',
  'notify_staff',
  'staff_card',
  'close_card',
];
export const cards = ({ channel }: TestProduct) => channel.ofKind('staff_card');
export const closed = ({ channel }: TestProduct) =>
  channel.ofKind('close_card').map(({ staff, mark }) => `${staff.join(' ')}: ${mark}`);
export const tasks = ({ db }: TestProduct) =>
  db.read.all<{ kind: string; staff: string; state: string; answered_by: string | null }>(
    'SELECT kind, staff, state, answered_by FROM operator_task ORDER BY id',
  );

let said = 0;

export async function says(product: TestProduct, staff: string, text: string): Promise<string[]> {
  const before = product.channel.ofKind('notify_staff').length;
  await product.inbox.receive([
    {
      kind: 'command',
      command: {
        key: `said-${++said}`,
        at: product.clock.now(),
        from: { kind: 'staff', staff },
        replyTo: { kind: 'app' },
        text,
      },
    },
  ]);
  await product.workLoop.drain();
  return product.channel
    .ofKind('notify_staff')
    .slice(before)
    .map(({ text: answer }) => answer);
}

/** Presses a button of the latest card, or of the card `taskId`. */
export async function presses(
  product: TestProduct,
  staff: string,
  button: string,
  { key = `pressed-${++said}`, taskId = cards(product).at(-1)!.taskId }: { key?: string; taskId?: string } = {},
): Promise<void> {
  await product.inbox.receive([
    {
      kind: 'command',
      command: {
        key,
        at: product.clock.now(),
        from: { kind: 'staff', staff },
        replyTo: { kind: 'card', taskId, responseCode: `pressed-${key}` },
        text: `${button} ${taskId}`,
      },
    },
  ]);
  await product.workLoop.drain();
}

export const aProductWithCards = async (
  open: OpenDatabase,
  approve: 'none' | 'all' = 'none',
  abilities = kinds,
): Promise<TestProduct> => aProduct(await open(), { channel: new FakeChannel(abilities), approve });

/** 小鹿 is a member by now, in the new group and still in the old one, which is 周铭's. */
export async function toBeRemoved(product: TestProduct): Promise<void> {
  await product.happens(
    aFact('contact_added', MONDAY, xiaolu),
    aFact('order_paid', MONDAY, xiaolu, { orderId: 'o-1', amountCents: 9_900 }),
  );
  await product.happens(
    groupReadOf({ chatId: 'wrOld', name: '普通1群', people: ['wmXiaolu'], at: MONDAY, owner: 'ZhouMing' }),
    groupRead('wrNew', '会员1群', ['wmXiaolu'], MONDAY),
  );
}
const oldGroupIsRead = ({ happens, clock }: TestProduct, people: readonly string[]) =>
  happens(groupReadOf({ chatId: 'wrOld', name: '普通1群', people, at: clock.now(), owner: 'ZhouMing' }));
export const seenGone = (product: TestProduct) => oldGroupIsRead(product, []);
export const seenInGroup = (product: TestProduct) => oldGroupIsRead(product, ['wmXiaolu']);
