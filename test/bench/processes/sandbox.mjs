// A quiet sandbox corp in its own process. It reports when it posted a callback and when it had answered a welcome message,
// on the clock that all processes of a machine share.
import { channel } from 'node:diagnostics_channel';
import { startSandbox } from '../../../dist/sandbox/sandbox.js';
import { answerFor } from './asked.mjs';
import { nowMs } from './clock.mjs';

let sandbox;
const posted = [];
const welcomed = [];
let turn = Promise.resolve();

channel('http.client.request.start').subscribe(({ request }) => {
  if (request.path.startsWith('/wecom/callback')) posted.push(nowMs());
});
channel('http.server.response.finish').subscribe(({ request }) => {
  if (request.url.includes('/externalcontact/send_welcome_msg')) welcomed.push(nowMs());
});

answerFor({
  async start({ startAt = Date.now(), ...corp }) {
    sandbox = await startSandbox({ ...corp, people: 0, startAt });
    return { url: sandbox.url };
  },
  advance: async (until) => void (await sandbox.advance(until)),
  act: (act) => sandbox.act(act),
  /** Creates contacts of one staff member, without a welcome; answers their ids. */
  async contacts({ count, staff }) {
    for (let index = 0; index < count; index += 1) {
      await sandbox.act({ do: 'newcomer', name: `客户${index}` });
      await sandbox.act({ do: 'add_contact', who: `客户${index}`, staff, welcome: false });
    }
    return sandbox
      .record()
      .pairs.filter(({ userid }) => userid === staff)
      .map(({ externalUserId }) => externalUserId);
  },
  tags: () => sandbox.record().tags.map(({ name }) => name),
  /** The calls of each endpoint, and its refusals. */
  calls: () => sandbox.record().calls,
  connect: (callbackUrl) => sandbox.setDoors({ callbackUrl }),
  newcomers: async (names) => {
    for (const name of names) await sandbox.act({ do: 'newcomer', name });
  },
  /** A new customer adds a staff member; resolves when the product has answered the callback. */
  addContact: (about) => (turn = turn.then(() => addContact(about))),
  /** The welcomes by their code, in order of arrival. */
  welcomes: () => {
    const codes = sandbox
      .record()
      .received.filter(({ via }) => via === 'welcome')
      .map(({ ref }) => ref);
    if (codes.length !== welcomed.length) throw new Error(`${codes.length} welcomes, ${welcomed.length} answers`);
    return codes.map((code, index) => ({ code, at: welcomed[index] }));
  },
});

async function addContact({ who, staff }) {
  await sandbox.advance(Date.now());
  const before = posted.length;
  const { welcomeCode } = await sandbox.act({ do: 'add_contact', who, staff });
  if (posted.length !== before + 1) throw new Error(`one callback was expected, ${posted.length - before} were posted`);
  return { welcomeCode, postedAt: posted[before] };
}
