// Taps links as phones do: first one after the other, then on many connections at once.
import { Agent, request } from 'node:http';
import { answerFor } from '../processes/asked.mjs';
import { nowMs } from '../processes/clock.mjs';
import { quantile } from '../processes/figures.mjs';

const ALONE = 200;

answerFor({
  async tap({ port, codes, expected, from, count, connections }) {
    const agent = new Agent({ keepAlive: true, maxSockets: connections });
    const tap = (index) => open({ agent, port, code: codes[index % codes.length], visitor: index, expected });
    const alone = [];
    for (let index = 0; index < ALONE; index += 1) alone.push(await timed(() => tap(from + index)));
    const latencies = [];
    let next = from + ALONE;
    const begun = nowMs();
    await Promise.all(
      Array.from({ length: connections }, async () => {
        while (next < from + count) {
          const index = next++;
          latencies.push(await timed(() => tap(index)));
        }
      }),
    );
    const seconds = (nowMs() - begun) / 1_000;
    agent.destroy();
    return {
      perSecond: (count - ALONE) / seconds,
      aloneP50Ms: quantile(alone, 0.5),
      aloneP99Ms: quantile(alone, 0.99),
      p99Ms: quantile(latencies, 0.99),
    };
  },
});

async function timed(work) {
  const begun = nowMs();
  await work();
  return nowMs() - begun;
}

const open = ({ agent, port, code, visitor, expected }) =>
  new Promise((resolve, reject) => {
    const headers = {
      accept: 'text/html,*/*;q=0.8',
      'user-agent': `Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) MicroMessenger/8.0.47 NetType/WIFI ${visitor}`,
    };
    const sent = request({ agent, port, host: '127.0.0.1', path: `/l/${code}`, headers }, (answer) => {
      answer.resume();
      answer.on('end', () =>
        answer.statusCode === 302 && answer.headers.location === expected
          ? resolve()
          : reject(new Error(`the server answered ${answer.statusCode} ${answer.headers.location}`)),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
