import { Counter, Gauge, type Registry } from 'prom-client';
import type { Channel } from '../channels/channel.js';
import type { Connection } from '../channels/connection.js';

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number];

/** Exposes the connection of each channel that has one as metrics `qunjie_<channel>_…`, read at each scrape. */
export function exposeChannels(registry: Registry, channels: readonly Channel[]): void {
  for (const channel of channels) {
    if (!channel.connection) continue;
    for (const { name, help, labels, samples } of metrics) {
      const shared = { name: `qunjie_${channel.id}_${name}`, help, labelNames: labels, registers: [registry] };
      const read = (): readonly Sample[] => (channel.connection ? samples(channel.connection()) : []);
      if (name.endsWith('_total')) {
        new Counter({
          ...shared,
          collect() {
            this.reset();
            for (const [sampleLabels, value] of read()) this.inc(sampleLabels, value);
          },
        });
      } else {
        new Gauge({
          ...shared,
          collect() {
            this.reset();
            for (const [sampleLabels, value] of read()) this.set(sampleLabels, value);
          },
        });
      }
    }
  }
}

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly labels: string[];
  readonly samples: (connection: Connection) => readonly Sample[];
}

const metrics: readonly Metric[] = [
  {
    name: 'calls_total',
    help: 'Calls by endpoint and errcode; 0 is success, none is no answer.',
    labels: ['endpoint', 'errcode'],
    samples: ({ usage }) =>
      usage.flatMap(({ endpoint, answers }) =>
        Object.entries(answers).map(([errcode, count]): Sample => [{ endpoint, errcode }, count]),
      ),
  },
  {
    name: 'waiting',
    help: 'Calls that wait for a quota or for their turn.',
    labels: ['endpoint', 'why'],
    samples: ({ waiting }) => waiting.map(({ endpoint, why, calls }): Sample => [{ endpoint, why }, calls]),
  },
  {
    name: 'halted',
    help: '1 while an endpoint, or the app, is refused until an admin acts.',
    labels: ['endpoint', 'code'],
    samples: ({ halted }) => halted.map(({ endpoint, code }): Sample => [{ endpoint, code }, 1]),
  },
  {
    name: 'callbacks_total',
    help: 'Callbacks: taken, kept but not known, refused, refused because their signed time is too far from ours (stale).',
    labels: ['outcome'],
    samples: ({ callbacks: { taken, unknown, refused, stale } }) => [
      [{ outcome: 'taken' }, taken - unknown],
      [{ outcome: 'unknown' }, unknown],
      [{ outcome: 'refused' }, refused - stale],
      [{ outcome: 'stale' }, stale],
    ],
  },
];
