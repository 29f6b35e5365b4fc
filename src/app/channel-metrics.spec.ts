import { describe, expect, it } from 'vitest';
import { exposeChannels } from './channel-metrics.js';
import type { Channel } from '../channels/channel.js';
import type { Connection } from '../channels/connection.js';
import { createMetrics } from '../platform/http/metrics.js';

const connection: Connection = {
  halted: [{ endpoint: 'gettoken', errcode: 40001, code: 'bad_secret', since: 1, advice: { zh: '', en: '' } }],
  waiting: [{ endpoint: 'externalcontact/mark_tag', calls: 7, until: 2, why: 'minute' }],
  usage: [
    {
      endpoint: 'externalcontact/mark_tag',
      lastMinute: 1,
      perMinute: 10_000,
      lastHour: 1,
      perHour: 150_000,
      total: 12,
      refused: 2,
      answers: { 0: 10, 84061: 2 },
    },
  ],
  callbacks: { lastAt: 1, taken: 5, refused: 3, stale: 2, unknown: 2 },
  comparing: null,
};

describe('the metrics of the channels', () => {
  it('show the connection of a channel at each scrape, and nothing of a channel without one', async () => {
    const registry = createMetrics();
    const wecom = { id: 'wecom', connection: () => connection } as unknown as Channel;
    exposeChannels(registry, [wecom, { id: 'chat' } as unknown as Channel]);
    await registry.metrics();
    const lines = (await registry.metrics()).split('\n').filter((line) => line.startsWith('qunjie_'));
    expect(lines).toEqual([
      'qunjie_wecom_calls_total{endpoint="externalcontact/mark_tag",errcode="0"} 10',
      'qunjie_wecom_calls_total{endpoint="externalcontact/mark_tag",errcode="84061"} 2',
      'qunjie_wecom_waiting{endpoint="externalcontact/mark_tag",why="minute"} 7',
      'qunjie_wecom_halted{endpoint="gettoken",code="bad_secret"} 1',
      'qunjie_wecom_callbacks_total{outcome="taken"} 3',
      'qunjie_wecom_callbacks_total{outcome="unknown"} 2',
      'qunjie_wecom_callbacks_total{outcome="refused"} 1',
      'qunjie_wecom_callbacks_total{outcome="stale"} 2',
    ]);
  });
});
