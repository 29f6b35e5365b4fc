import { describe, expect, it } from 'vitest';
import { forecast } from './forecast.js';
import { publishedQuotas } from './published-quotas.js';

const of = (work: Parameters<typeof forecast>[1]) => forecast(publishedQuotas, work);

describe('the forecast', () => {
  it('is an hour and five minutes for 200 000 tag updates, which are the slowest part', () => {
    expect(of({ mark_tags: 200_000, notify_staff: 10 })).toEqual({
      calls: 200_010,
      takesMs: 3_600_000 + 300_000,
      slowest: 'externalcontact/mark_tag',
      endpoints: [
        { endpoint: 'externalcontact/mark_tag', calls: 200_000, takesMs: 3_600_000 + 300_000 },
        { endpoint: 'message/send', calls: 10, takesMs: 60 },
      ],
    });
  });

  it('counts 10 000 receivers of a mass send as one call', () => {
    expect(of({ mass_send: 10_000 }).calls).toBe(1);
    expect(of({ mass_send: 10_001 }).calls).toBe(2);
  });

  it('adds up actions on the same endpoint, and is zero without calls', () => {
    expect(of({ ensure_tags: 1, read_tags: 1 }).calls).toBe(3);
    expect(of({ chat_dm: 5 })).toEqual({ calls: 0, takesMs: 0, slowest: null, endpoints: [] });
  });
});
