// Deliveries a second through the outbox (leased, checked, called, settled) beside a bare loop that makes the same calls with
// as many at once against the same sandbox. No quota holds either back. Product, sandbox and bare loop run in their own
// processes. Rounds alternate; each figure is the median. Build first. SEND_ROWS=200 for a quick run.
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { withChildren } from './processes/child.mjs';
import { corp, inFolder, productSettings, sandboxSettings } from './processes/corp.mjs';
import { median, rounded } from './processes/figures.mjs';

/** All rounds of both sides together stay below the 10,000 calls a minute after which the sandbox refuses, as WeCom does. */
const ROWS = Number(process.env.SEND_ROWS ?? 900);
const ROUNDS = 5;
const CONTACTS = 200;
/** As many calls of one endpoint at once as the product makes. */
const AT_ONCE = 5;
const STAFF = 'LinXia';
const REMARK = '/cgi-bin/externalcontact/remark';

const files = ['processes/sandbox.mjs', 'processes/product.mjs', 'processes/bare-caller.mjs'];
const figures = await inFolder((folder) => withChildren(files, (...children) => measure(folder, ...children)));
console.log(JSON.stringify(figures));

async function measure(folder, sandbox, product, bare) {
  const { url } = await sandbox.ask('start', sandboxSettings);
  const externalUserIds = await sandbox.ask('contacts', { count: CONTACTS, staff: STAFF });
  const settings = productSettings(url, join(folder, 'product.sqlite'));
  const { port } = await product.ask('start', { settings, runsByItself: false, isUnlimited: true });
  await sandbox.ask('connect', `http://127.0.0.1:${port}/wecom/callback`);
  await bare.ask('start', { url, corpId: corp.corpId, secret: corp.secret });
  // The first reads of the corp are no part of the figure.
  await product.ask('drain');
  const [through, beside] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    const remarks = Array.from({ length: ROWS }, (_, n) => ({
      userid: STAFF,
      external_userid: externalUserIds[n % CONTACTS],
      remark: `${round} ${n}`,
    }));
    await product.ask('planRemarks', remarks);
    through.push((ROWS * 1_000) / (await product.ask('drain')));
    const ms = await bare.ask('call', { path: REMARK, bodies: remarks, atOnce: AT_ONCE });
    beside.push((ROWS * 1_000) / ms);
  }
  const sent = await product.ask('sentRemarks');
  if (sent !== ROWS * ROUNDS) throw new Error(`${sent} of ${ROWS * ROUNDS} rows were sent`);
  const calls = (await sandbox.ask('calls'))[REMARK] ?? 0;
  if (calls < 2 * ROWS * ROUNDS) throw new Error(`the sandbox had ${calls} calls`);
  const [perSecond, baseline] = [median(through), median(beside)];
  return {
    bench: 'send',
    perSecond: rounded(perSecond, 0),
    baseline: rounded(baseline, 0),
    ratio: rounded(perSecond / baseline),
    unit: 'deliveries/s',
    rows: ROWS * ROUNDS,
    atOnce: AT_ONCE,
    load: loadavg().map((figure) => rounded(figure)),
  };
}
