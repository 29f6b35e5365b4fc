// Connections that each send junk as soon as the previous one was answered. Only to this machine.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { answerFor } from '../processes/asked.mjs';
import { nowMs } from '../processes/clock.mjs';
import { junk } from './junk.mjs';

let attack;
/** Headers of large bodies that never come: the sender disconnects at once. */
const HEADS = 'headsAlone';
const HUNG_UP_AFTER_MS = 5;

answerFor({
  shapes: () => [...Object.keys(junk), HEADS],
  /** Sends until `stop`, or until the limit of bodies or time. */
  begin({ port, shape, attackers, mostBodies, mostMs }) {
    const state = { going: true, sent: 0, statuses: {}, mostBodies, until: nowMs() + mostMs, begun: nowMs() };
    const request = shape === HEADS ? (state.head = headOnly()) : requestOf(junk[shape]);
    attack = { state, all: Promise.all(Array.from({ length: attackers }, () => attacking(state, port, request))) };
  },
  async stop() {
    const { state, all } = attack;
    state.going = false;
    await all;
    return {
      bodies: state.sent,
      perSecond: Math.round(state.sent / ((nowMs() - state.begun) / 1_000)),
      statuses: state.statuses,
    };
  },
});

/** Looks like a call of WeCom: a signature of the right form, and the current time. */
function requestOf(body) {
  const query = `msg_signature=${randomBytes(20).toString('hex')}&timestamp=${Math.floor(Date.now() / 1_000)}&nonce=1234567890`;
  return Buffer.from(
    `POST /wecom/callback?${query} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

const headOnly = () => Buffer.from(requestOf('').toString().replace('Content-Length: 0', 'Content-Length: 200000'));

async function attacking(state, port, request) {
  while (isGoing(state)) await untilClosed(state, port, request);
}

const isGoing = (state) => state.going && state.sent < state.mostBodies && nowMs() < state.until;

/** One connection, until the server closes it. */
async function untilClosed(state, port, request) {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => undefined);
  socket.on('data', (bytes) => {
    const status = /^HTTP\/1\.1 (\d+)/.exec(bytes.toString('latin1'))?.[1];
    if (status === undefined) return;
    state.statuses[status] = (state.statuses[status] ?? 0) + 1;
    if (isGoing(state)) send();
    else socket.end();
  });
  const send = () => {
    state.sent += 1;
    socket.write(request);
  };
  const hangUp = () => setTimeout(() => socket.destroy(), HUNG_UP_AFTER_MS);
  socket.on('connect', () => (send(), request === state.head && hangUp()));
  await once(socket, 'close');
}
