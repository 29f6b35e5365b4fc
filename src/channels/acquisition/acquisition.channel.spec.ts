import { describe, expect, it } from 'vitest';
import type { ActionOf } from '../../domain/action.js';
import { GiveUp, RetryLater } from '../../platform/errors.js';
import type { ApiCall, WecomApp } from '../wecom-app.js';
import { accessCheck } from './access-check.js';
import { AcquisitionChannel } from './acquisition.channel.js';

const AT = Date.parse('2026-03-02T10:00:00+08:00');
const MINUTE = 60_000;

interface Link {
  readonly link_id: string;
  readonly link_name: string;
  readonly url: string;
  readonly create_time?: number;
}

/** The links of a corp, as its API makes and lists them. `losesAnswer`: the next creation gets no answer. */
class Corp {
  readonly links: Link[] = [];
  readonly calls: string[] = [];
  losesAnswer = false;
  quota: object | number = { total: 10, balance: 5 };

  add(name: string, at: number | null = AT): Link {
    const link_id = `L${this.links.length + 1}`;
    const link = { link_id, link_name: name, url: `https://work.weixin.qq.com/ca/${link_id}` };
    this.links.push(at === null ? link : { ...link, create_time: Math.floor(at / 1_000) });
    return link;
  }

  get app(): WecomApp {
    const call = <T>(one: ApiCall<T>): Promise<T> => Promise.resolve().then(() => one.answer.parse(this.answer(one)));
    const tryCall = <T>(one: ApiCall<T>, expected: readonly number[]) => {
      const errcode = this.refusalOf(one);
      return errcode !== undefined && expected.includes(errcode)
        ? Promise.resolve({ ok: false as const, errcode })
        : call(one).then((data) => ({ ok: true as const, data }));
    };
    return { call, tryCall } as unknown as WecomApp;
  }

  private refusalOf({ endpoint, body }: ApiCall<unknown>): number | undefined {
    if (endpoint.endsWith('_quota')) return typeof this.quota === 'number' ? this.quota : undefined;
    const { link_id: wanted } = (body ?? {}) as { link_id?: string };
    return endpoint.endsWith('/get') && !this.links.some(({ link_id }) => link_id === wanted) ? 40058 : undefined;
  }

  private answer({ endpoint, body }: ApiCall<unknown>): object {
    const name = endpoint.split('/').at(-1)!;
    this.calls.push(name);
    const given = (body ?? {}) as { link_name?: string; link_id?: string };
    switch (name) {
      case 'list_link':
        return { link_id_list: this.links.map(({ link_id }) => link_id), next_cursor: '' };
      case 'get':
        return { link: this.links.find(({ link_id }) => link_id === given.link_id) };
      case 'create_link': {
        const link = this.add(given.link_name!);
        if (!this.losesAnswer) return { link };
        this.losesAnswer = false;
        throw new RetryLater('wecom_timeout', 1_000, { mayBeDone: true });
      }
      case 'customer_acquisition_quota':
        if (typeof this.quota === 'number') throw new GiveUp('refused');
        return this.quota;
      default:
        return {};
    }
  }
}

const warnings: unknown[] = [];
const logger = { warn: (...given: unknown[]) => void warnings.push(given) };
const channelOf = (corp: Corp): AcquisitionChannel => new AcquisitionChannel(corp.app, logger);
const request = (over: Partial<ActionOf<'ensure_acquisition_link'>> = {}): ActionOf<'ensure_acquisition_link'> => ({
  ...{ kind: 'ensure_acquisition_link', way: 7, version: AT, openedAt: AT, state: 'sms', name: '短信' },
  ...{ staff: ['LinXia'], priority: [], skipVerify: true, ...over },
});

describe('an acquisition link whose creation got no answer', () => {
  it('is made once, however often the request is repeated, also by another process', async () => {
    const corp = new Corp();
    corp.losesAnswer = true;
    await expect(channelOf(corp).send(request())).rejects.toMatchObject({ code: 'wecom_timeout' });
    const first = await channelOf(corp).send(request());
    const second = await channelOf(corp).send(request({ version: AT + MINUTE }));
    expect(corp.links).toHaveLength(1);
    expect([first.ref, second.ref]).toEqual(['L1', 'L1']);
    expect(first.result).toMatchObject({ qrCode: 'https://work.weixin.qq.com/ca/L1?customer_channel=sms' });
  });

  it('is made once also in place of a link that was deleted in WeCom', async () => {
    const corp = new Corp();
    corp.losesAnswer = true;
    const again = request({ configId: 'deleted' });
    await expect(channelOf(corp).send(again)).rejects.toMatchObject({ code: 'wecom_timeout' });
    expect(await channelOf(corp).findOutcome(again, AT)).toEqual({ outcome: 'not_done' });
    expect((await channelOf(corp).send(again)).ref).toBe('L1');
    expect(corp.links).toHaveLength(1);
  });

  it('is not confused with a link of the same name of another contact way', async () => {
    const corp = new Corp();
    const channel = channelOf(corp);
    await channel.send(request({ way: 70 }));
    await channel.send(request({ way: 7 }));
    corp.add('短信');
    expect((await channel.send(request({ way: 8 }))).ref).toBe('L4');
    expect(corp.links.map(({ link_name: name }) => name)).toEqual(['短信 #70', '短信 #7', '短信', '短信 #8']);
    expect(await channel.findOutcome(request({ way: 9 }), AT)).toEqual({ outcome: 'not_done' });
    expect(await channel.findOutcome(request(), AT)).toMatchObject({ outcome: 'done', done: { ref: 'L2' } });
  });

  it('is not one that WeCom had before somebody asked for the link', async () => {
    const corp = new Corp();
    corp.add('短信 #7', AT - 60 * MINUTE);
    expect((await channelOf(corp).send(request())).ref).toBe('L2');
  });

  it('is found by its name alone where WeCom does not say when it was made', async () => {
    const corp = new Corp();
    corp.add('短信 #7', null);
    expect((await channelOf(corp).send(request())).ref).toBe('L1');
    expect(corp.links).toHaveLength(1);
  });

  it('is the first of several, and the log names them', async () => {
    const corp = new Corp();
    corp.add('短信 #7');
    corp.add('短信 #7');
    expect((await channelOf(corp).send(request())).ref).toBe('L1');
    expect(JSON.stringify(warnings.at(-1))).toContain('"L1","L2"');
  });
});

it('reads each link of the corp once, not for every new link', async () => {
  const corp = new Corp();
  for (let count = 0; count < 20; count += 1) corp.add(`旧链接${count}`);
  const channel = channelOf(corp);
  await channel.send(request({ way: 1 }));
  await channel.send(request({ way: 2 }));
  expect(corp.calls.filter((name) => name === 'get')).toHaveLength(21);
});

it('keeps the number of the contact way when a name is too long for WeCom', async () => {
  const corp = new Corp();
  await channelOf(corp).send(request({ name: '长'.repeat(30), way: 123 }));
  expect(corp.links[0]!.link_name).toBe(`${'长'.repeat(25)} #123`);
});

describe('the check of the right to acquisition links', () => {
  it.each([
    [{ total: 10, balance: 5 }, true, '还剩 5 个'],
    [{ total: 10, balance: 0 }, false, '还剩 0 个'],
    // A corp that has never bought any uses does not use links.
    [{ total: 0, balance: 0 }, true, '还剩 0 个'],
    [{}, true, '余额未知'],
    [48002, null, '48002'],
    [99, null, '现在问不到'],
  ])('of a corp that answers %j is %s', async (quota, ok, found) => {
    const corp = new Corp();
    corp.quota = quota;
    const check = await accessCheck(corp.app);
    expect(check.ok).toBe(ok);
    expect(check.found.zh).toContain(found);
  });
});
