import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FakeWecom, inTurn, recorded, type Asked } from '../fake-wecom.js';
import { endpoints } from './endpoints.js';
import type { EndpointRow, Refusal } from './endpoint-row.js';
import { fixtureWorld } from './fixture-world.js';
import { openSandboxWorld } from './sandbox-world.js';
import { expectVerdict, failing } from './verdict.js';
import type { Names, World } from './world.js';

type OpenWorld = Awaited<ReturnType<typeof openSandboxWorld>>;

const source = new URL('../../../../src/channels/wecom/', import.meta.url);

/** The token in the query, and in the query only; JSON as JSON; and what the contract's section wants. */
function expectAsked(row: EndpointRow, [asked]: readonly Asked[], names: Names): void {
  const { access_token: token, ...query } = Object.fromEntries(asked?.query ?? []);
  expect(typeof token).toBe(row.endpoint === 'gettoken' ? 'undefined' : 'string');
  expect(asked?.headers.authorization).toBeUndefined();
  expect(query).toEqual(row.query?.(names) ?? {});
  expect(asked?.method).toBe(row.body || row.file ? 'POST' : 'GET');
  if (row.body) {
    expect(asked?.headers['content-type']).toBe('application/json');
    expect(asked?.body).toEqual(row.body(names));
  }
  if (row.file) {
    expect(asked?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    expect(asked?.raw).toContain(`name="media"; filename="${row.file}"`);
  }
}

async function expectSuccess(row: EndpointRow, world: World): Promise<void> {
  expect({ come: await row.ask(world.api, world.names) }).toMatchObject({ come: row.comes?.(world.names) });
  expectAsked(row, world.asked(row.endpoint), world.names);
}

async function expectRefused(row: EndpointRow, refusal: Refusal, world: World, names: Names): Promise<void> {
  const asking = (refusal.ask ?? row.ask)(world.api, names);
  const outcome = row.outcomes?.[refusal.errcode];
  if (outcome) expect({ come: await asking }).toMatchObject({ come: outcome(names) });
  else expectVerdict(await failing(asking), refusal.errcode, row.endpoint, world.api);
}

const successes = endpoints.map((row) => [row.calls, row.section, row] as const);
const refusals = endpoints.flatMap((row) =>
  row.refusals.map((refusal) => [row.calls, refusal.errcode, refusal.when, { row, refusal }] as const),
);
/** Those for which the corp is as always are asked in one corp, each by an app of its own. */
const isPlain = ({ corp, before }: Refusal): boolean => corp === undefined && before === undefined;

describe('against the recorded answers', () => {
  const wecom = new FakeWecom();
  const follow = { 'externalcontact/get_follow_user_list': recorded('api_get_follow_user_list') };
  beforeAll(() => wecom.open());
  afterAll(() => wecom.close());

  it.each(successes)('%s asks as contract %s says and reads what comes', async (_calls, _section, row) => {
    wecom.says({ ...follow, [row.endpoint]: inTurn(...row.answers) });
    await expectSuccess(row, fixtureWorld(wecom));
  });

  it.each(refusals)('%s is refused with %i when %s', async (_calls, _errcode, _when, { row, refusal }) => {
    const bare = { errcode: refusal.errcode, errmsg: 'no', ...row.empty };
    wecom.says({ ...follow, [row.endpoint]: inTurn(...(refusal.answers ?? [bare])) });
    const world = fixtureWorld(wecom);
    await expectRefused(row, refusal, world, world.names);
  });
});

describe('against the sandbox corp', () => {
  let plain: OpenWorld;
  let world: OpenWorld | undefined;
  beforeAll(async () => {
    plain = await openSandboxWorld();
  });
  afterAll(() => plain.close());
  afterEach(async () => {
    await world?.close();
    world = undefined;
  });

  it.each(successes)('%s asks as contract %s says and reads what comes', async (_calls, _section, row) => {
    world = await openSandboxWorld();
    await expectSuccess(row, world);
    if (row.done) expect(row.done[0](world.corp.record(), world.names)).toEqual(row.done[1]);
  });

  it.each(refusals)('%s is refused with %i when %s', async (_calls, _errcode, _when, { row, refusal }) => {
    if (!isPlain(refusal)) world = await openSandboxWorld(refusal.corp);
    const held = world ?? { ...plain, api: plain.anApp() };
    const before = held.answered(row.endpoint).length;
    const names = { ...held.names, ...(await refusal.before?.(held)) };
    await expectRefused(row, refusal, held, names);
    const refused = held
      .answered(row.endpoint)
      .slice(before)
      .find((answer) => answer['errcode'] !== 0);
    expect(refused?.['errcode']).toBe(refusal.errcode);
    // Beside the errcode stand the fields of a success; whom a mass-send would not reach is told in them.
    expect(Object.keys(refused ?? {})).toEqual(expect.arrayContaining(Object.keys(row.empty)));
  });
});

/** What the doctor asks only to learn whether it may, past the client's functions (contract §4.2, §6). */
const probes = [
  {
    endpoint: 'externalcontact/list',
    call: ({ staff }: Names) => ({ query: { userid: staff } }),
    answer: 'api_externalcontact_list',
    body: ({ customer }: Names) => ({ external_userid: expect.arrayContaining([customer]) as unknown }),
    refused: [84061, { query: { userid: 'ChenYu' } }],
  },
  {
    endpoint: 'externalcontact/list_contact_way',
    call: () => ({ body: { limit: 1 } }),
    answer: 'api_list_contact_way',
    body: ({ contactWay }: Names) => ({ contact_way: [{ config_id: contactWay }] }),
    refused: [40058, { body: { limit: 1_001 } }],
  },
] as const;

describe('endpoints that are only probed', () => {
  const wecom = new FakeWecom();
  let corp: OpenWorld;
  beforeAll(async () => {
    await wecom.open();
    corp = await openSandboxWorld();
  });
  afterAll(async () => {
    await wecom.close();
    await corp.close();
  });

  it.each(probes)('$endpoint is answered, or refused without an error, in both worlds', async (probe) => {
    const { endpoint, call, answer, body } = probe;
    const [errcode, wrong] = probe.refused;
    wecom.says({ [endpoint]: inTurn(recorded(answer), { errcode, errmsg: 'no' }) });
    for (const { api, names } of [fixtureWorld(wecom), corp]) {
      const answer = await api.probe({ endpoint, ...call(names) });
      expect(answer).toMatchObject({ kind: 'answered', errcode: 0, body: body(names) });
      expect(await api.probe({ endpoint, ...wrong })).toMatchObject({ kind: 'answered', errcode });
    }
  });
});

describe('the table of endpoints', () => {
  it('contains every function of the client once, and nothing else', async () => {
    const modules = readdirSync(new URL('client/', source)).filter(
      (name) =>
        name.endsWith('.ts') &&
        !name.endsWith('.spec.ts') &&
        readFileSync(new URL(`client/${name}`, source), 'utf8').includes('api: WecomApi'),
    );
    const exported = await Promise.all(
      modules.map(async (name) => {
        const module = (await import(new URL(`client/${name}`, source).href)) as Record<string, unknown>;
        return Object.entries(module).flatMap(([exportedAs, value]) =>
          typeof value === 'function' ? [exportedAs] : [],
        );
      }),
    );
    expect(modules.length).toBeGreaterThanOrEqual(7);
    expect(exported.flat().length).toBeGreaterThanOrEqual(29);
    expect(endpoints.map((row) => row.calls).sort()).toEqual([...exported.flat(), 'gettoken'].sort());
  });

  it('contains every endpoint that the client calls', () => {
    const asked = new Set(
      readdirSync(new URL('client/', source))
        .filter((name) => !name.endsWith('.spec.ts'))
        .flatMap((name) => [
          ...readFileSync(new URL(`client/${name}`, source), 'utf8').matchAll(
            /(?:endpoint: |TOKEN_ENDPOINT = )'([\w/]+)'/g,
          ),
        ])
        .map((match) => match[1]),
    );
    expect(asked.size).toBeGreaterThanOrEqual(29);
    expect([...new Set(endpoints.map((row) => row.endpoint))].sort()).toEqual([...asked].sort());
  });

  it('leaves nothing that is asked anywhere else to chance', () => {
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.ts') && !name.endsWith('.spec.ts') && name !== 'rate-limits/published-quotas.ts',
    );
    const asked = files
      .flatMap((name) => [...readFileSync(new URL(name, source), 'utf8').matchAll(/endpoint: '([\w/]+)'/g)])
      .map((match) => match[1]);
    const known: readonly string[] = [...endpoints, ...probes].map(({ endpoint }) => endpoint);
    expect(asked.filter((endpoint) => !known.includes(endpoint ?? ''))).toEqual([]);
  });

  it('has at least one refusal per endpoint, and the result of each outcome', () => {
    for (const { calls, refusals: of, outcomes = {} } of endpoints) {
      expect([calls, of.length > 0]).toEqual([calls, true]);
      expect(Object.keys(outcomes).length === 0 || of.some(({ errcode }) => errcode in outcomes)).toBe(true);
    }
  });
});
