// The minimum of a delivery: one call, whose answer is read. Stores and decides nothing.
import { Agent, request } from 'node:http';
import { answerFor } from './asked.mjs';
import { nowMs } from './clock.mjs';

let base;
let token;
const agent = new Agent({ keepAlive: true });

function call(path, body) {
  return new Promise((settle, fail) => {
    const data = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const headers = data ? { 'content-type': 'application/json', 'content-length': data.length } : {};
    const asked = request(new URL(path, base), { method: data ? 'POST' : 'GET', headers, agent }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => settle(JSON.parse(Buffer.concat(parts).toString())));
    });
    asked.on('error', fail);
    asked.end(data);
  });
}

answerFor({
  async start({ url, corpId, secret }) {
    base = url;
    token = (await call(`/cgi-bin/gettoken?corpid=${corpId}&corpsecret=${secret}`)).access_token;
  },
  /** Posts every body, so many at once. Answers the milliseconds it took. */
  async call({ path, bodies, atOnce }) {
    let next = 0;
    const begun = nowMs();
    const one = async () => {
      while (next < bodies.length) {
        const { errcode } = await call(`${path}?access_token=${token}`, bodies[next++]);
        if (errcode !== 0) throw new Error(`${path} answered ${errcode}`);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, one));
    return nowMs() - begun;
  },
});
