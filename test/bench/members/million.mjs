// A product over a file with many lively members.
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { withChildren } from '../processes/child.mjs';
import { productSettings } from '../processes/corp.mjs';
import { DAY_MS, enliven, fillMembers } from './fill.mjs';

const API_TOKEN = 'a-token-of-the-benchmark';
/** No server listens there. */
const NOBODY = 'http://127.0.0.1:9';

/** `now`: the moment of the members' figures. `start` is answered for the product's own question of that name. */
export async function fileWithMembers(folder, size, now, startAt) {
  const file = join(folder, 'product.sqlite');
  const settings = { ...productSettings(NOBODY, file), API_TOKEN };
  const start = { settings, runsByItself: false, logLevel: 'error', ...(startAt === undefined ? {} : { startAt }) };
  await withChildren(['processes/product.mjs'], async (product) => {
    await product.ask('start', start);
    await product.ask('stop');
  });
  await fillMembers(file, size, { active: 0, now: now - DAY_MS });
  await enliven(file, { now });
  return { file, start };
}

/** Asks the API of the product as a program does, and answers the body. */
export async function askApi(port, method, path, body) {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${API_TOKEN}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** The dry run of these documents, when it has ended. */
export async function dryRun(port, texts) {
  let run = await askApi(port, 'POST', 'dry-runs', { texts });
  while (run.state === 'running') {
    await setTimeout(100);
    run = await askApi(port, 'GET', `dry-runs/${run.id}`);
  }
  if (run.state !== 'done') throw new Error(`a dry run has ended as ${JSON.stringify(run).slice(0, 400)}`);
  return run;
}
