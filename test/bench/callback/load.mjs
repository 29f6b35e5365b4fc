// Writes prepared requests to sockets and reads the answers. It costs little, so that the measured server has the machine.
import { once } from 'node:events';
import { connect } from 'node:net';
import { answerFor } from '../processes/asked.mjs';
import { nowMs } from '../processes/clock.mjs';
import { quantile } from '../processes/figures.mjs';
import { sealedCallbacks } from './sealed-callbacks.mjs';

let requests = [];

answerFor({
  prepare: ({ corp, count, largeEvery }) => {
    requests = sealedCallbacks(corp, count, largeEvery);
  },
  /** Closed loop: every connection sends its next request after the answer. */
  async saturate({ port, from, count, connections }) {
    const doors = await open(port, connections);
    const latencies = [];
    let next = from;
    const begun = nowMs();
    await Promise.all(
      doors.map(async (door) => {
        while (next < from + count) {
          const asked = nowMs();
          await door.ask(requests[next++]);
          latencies.push(nowMs() - asked);
        }
      }),
    );
    const seconds = (nowMs() - begun) / 1_000;
    for (const door of doors) door.close();
    return { perSecond: count / seconds, p50Ms: quantile(latencies, 0.5), p99Ms: quantile(latencies, 0.99) };
  },
  /** Open loop: a request at each interval, answered or not; the latency counts from the moment it was due. */
  async pace({ port, from, count, perSecond, connections }) {
    const free = await open(port, connections);
    const all = [...free];
    const latencies = [];
    const answers = [];
    const begun = nowMs();
    const due = (index) => begun + (index * 1_000) / perSecond;
    const one = async (index) => {
      const door = free.pop() ?? (await open(port, 1)).map((fresh) => (all.push(fresh), fresh))[0];
      await door.ask(requests[from + index]);
      latencies[index] = nowMs() - due(index);
      free.push(door);
    };
    for (let index = 0; index < count;) {
      if (due(index) <= nowMs()) answers.push(one(index++));
      else await new Promise((resolve) => setTimeout(resolve, Math.max(0, due(index) - nowMs())));
    }
    await Promise.all(answers);
    for (const door of all) door.close();
    return {
      latencies,
      perSecond: (count * 1_000) / (nowMs() - begun),
      p50Ms: quantile(latencies, 0.5),
      p99Ms: quantile(latencies, 0.99),
    };
  },
});

const open = (port, connections) => Promise.all(Array.from({ length: connections }, () => door(port)));

/** One keep-alive connection, one request at a time. A status other than 200 ends the benchmark. */
async function door(port) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  let received = '';
  let asking;
  const fail = (problem) => asking?.fail(new Error(`the server ${problem}`));
  socket.setEncoding('latin1');
  socket.on('data', (text) => {
    received += text;
    const headEnd = received.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const head = received.slice(0, headEnd);
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
    if (!head.startsWith('HTTP/1.1 200') || length === undefined) return fail(`answered ${received.slice(0, 300)}`);
    if (received.length < headEnd + 4 + Number(length)) return;
    received = '';
    const { settle } = asking;
    asking = undefined;
    settle();
  });
  socket.on('error', (cause) => fail(`broke off: ${cause.message}`));
  socket.on('close', () => fail('closed the connection'));
  return {
    ask: (request) =>
      new Promise((settle, fail) => {
        asking = { settle, fail };
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
}
