import { expect, it } from 'vitest';
import { aConsole } from '../../support/console-app.js';
import { eachDatabase } from '../../support/databases.js';
import { aProduct } from '../../support/test-product.js';

/** PostgreSQL accepts no NUL and no lone surrogate, neither in a column nor in a parameter. */
const paths = [
  '/api/v1/members?q=a%00b',
  '/api/v1/members?tag=%00',
  '/api/v1/members?tier=%00',
  '/api/v1/members/wm%00',
  '/api/v1/members/wm%00/why',
  '/api/v1/deliveries?member=%00',
  '/api/v1/deliveries?template=%00',
  '/api/v1/moves?member=%00',
  '/console/api/group-stats?owner=%00',
  '/console/api/templates/%00',
];
const posts: readonly [path: string, body: object][] = [
  ['/console/api/members/wm%00/contact-way', {}],
  ['/api/v1/members/1/tier-lock', { tier: 'a\u0000b' }],
  ['/api/v1/members/1/tier-lock', { tier: 'loyal', reason: 'a\u0000b' }],
  ['/api/v1/rules/check', { when: "source == 'a\u0000'" }],
  ['/console/api/login', { username: 'a\u0000', password: 'a\u0000' }],
  ['/console/api/dry-runs', { tags: [{ group: 'a', name: 'a\u0000b', when: 'true' }] }],
  ['/console/api/contact-ways', { name: 'a\u0000b', staff: ['LinXia'] }],
  ['/console/api/contact-ways', { name: 'a\ud800b', staff: ['LinXia'] }],
  ['/console/api/contact-ways', { name: 'ab', staff: ['LinXia'], tags: ['a\u0000b'] }],
];

eachDatabase('odd characters', (open) => {
  it('are refused without an internal error', async () => {
    const app = await aConsole(await aProduct(await open()));
    const statuses: [string, number][] = [];
    for (const path of paths) statuses.push([path, (await app.asAdmin('GET', path)).status]);
    for (const [path, body] of posts) statuses.push([path, (await app.asAdmin('POST', path, body)).status]);
    expect(statuses.filter(([, status]) => ![400, 401, 404].includes(status))).toEqual([]);
    await app.close();
  });

  it('do not hide duplicates: staff and tags of a code are stored once', async () => {
    const app = await aConsole(await aProduct(await open()));
    const body = { name: 'ab', staff: ['LinXia', 'LinXia'], tags: ['门店', ' 门店'] };
    expect(await app.asAdmin('POST', '/console/api/contact-ways', body)).toMatchObject({
      status: 200,
      body: { way: { staff: ['LinXia'], tags: ['门店'] } },
    });
    await app.close();
  });

  it('are no reason to store what has no effect: a code with a priority is refused', async () => {
    const app = await aConsole(await aProduct(await open()));
    const body = { name: 'ab', staff: ['LinXia'], priority: ['LinXia'] };
    expect((await app.asAdmin('POST', '/console/api/contact-ways', body)).status).toBe(400);
    await app.close();
  });
});

const prototypeNames = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'];
const deepJson = (levels: number) => JSON.parse('['.repeat(levels) + ']'.repeat(levels)) as unknown;
const template = (body: string) =>
  `---\nkey: odd\nname: 怪\nkind: care\ntrigger: {on: contact_added}\nchannels: [welcome]\n---\n${body}\n`;
const yamls = [
  ...['a: *nope', '- *nope', 'tiers: &a\n  - *a', '- key: &k regular\n  enter: *k\n- *k'],
  'a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c]',
  'a: &a x\n' + Array.from({ length: 120 }, (_, n) => `b${n}: *a`).join('\n'),
  ...['[', '{a: ', '- ', '? ', '[{a: ', '&a ', 'a: ', '"', '!!x '].map((piece) => piece.repeat(19_000 / piece.length)),
  '<<: *x',
  'a: !!binary "AAAA"',
  '---\na: 1\n---\nb: 2',
  '__proto__: {a: 1}',
  '? [a, b]\n: 1',
  '%YAML 9',
];

eachDatabase('malicious input', (open) => {
  it('never causes an internal error, and bad YAML is answered with a code and a place', async () => {
    const app = await aConsole(await aProduct(await open()));
    const answers: [string, number, unknown][] = [];
    const post = async (path: string, body: unknown) => {
      const answer = await app.asAdmin('POST', path, body);
      answers.push([`${path} ${JSON.stringify(body).slice(0, 60)}`, answer.status, answer.body['code']]);
      return answer;
    };
    for (const name of prototypeNames) {
      await post('/console/api/templates/check', { text: template(`{% ${name} %}`) });
      await post('/console/api/templates/check', { text: template('x').replace('kind:', `${name}: 1\nkind:`) });
      await post('/console/api/templates/check', { text: template('x').replace('contact_added', name) });
      await app.asAdmin('PUT', `/console/api/templates/odd`, { text: template(`{% ${name} %}`), baseVersion: 0 });
      await post('/api/v1/dry-runs', { campaign: { text: template(`{% ${name} %}`) } });
      await post('/api/v1/dry-runs', { tiers: [{ key: name, enter: 'orders_total > 1' }] });
      await post('/api/v1/dry-runs', { tags: { name: 'x', when: `${name} == 1` } });
      await post('/api/v1/rules/check', { text: `tier == '${name}' && ${name}.${name}()` });
      await post('/api/v1/members/1/tier-lock', { tier: name });
      await post(`/console/api/tasks/1/${name}`, {});
      for (const path of [
        `/api/v1/members?tier=${name}&stage=${name}&tag=${name}`,
        `/api/v1/members?sort=${name}`,
        `/console/api/audit?about=${name}`,
        `/console/api/templates/${name}`,
        `/api/v1/moves?state=${name}`,
      ])
        answers.push([path, (await app.asAdmin('GET', path)).status, undefined]);
    }
    for (const text of yamls) {
      const { status, body } = await post('/api/v1/dry-runs', { tiers: text });
      expect([text.slice(0, 40), status, body['code'], body['where']]).toEqual([
        text.slice(0, 40),
        400,
        expect.stringMatching(/^(bad_yaml|bad_request)$/),
        { line: expect.any(Number) as number, column: expect.any(Number) as number },
      ]);
      await post('/console/api/templates/check', { text: `---\n${text}\n---\nx` });
    }
    for (const levels of [33, 5_000, 100_000]) {
      const deep = { text: deepJson(1), deep: deepJson(1) };
      const payload = JSON.stringify(deep).replace('"deep":[]', `"deep":${'['.repeat(levels)}${']'.repeat(levels)}`);
      for (const path of [
        '/console/api/templates/check',
        '/api/v1/dry-runs',
        '/api/v1/rules/check',
        '/console/api/login',
      ]) {
        const { status } = await app.askRaw('POST', path, payload);
        expect([path, levels, status === 400 || (path.endsWith('login') && status === 413)]).toEqual([
          path,
          levels,
          true,
        ]);
      }
    }
    for (const text of [
      '('.repeat(9_999),
      '!'.repeat(19_000) + 'true',
      '['.repeat(9_000),
      'true ? '.repeat(2_500),
      `a${'.a'.repeat(9_000)}`,
    ])
      await post('/api/v1/rules/check', { text });
    for (const path of [
      '/api/v1/members?cursor=' + Buffer.from('['.repeat(1_400)).toString('base64url'),
      '/api/v1/members?limit=1e3',
      '/console/api/templates/welcome/versions/99999999999999999999',
      '/console/api/templates/welcome/versions/2147483648',
      '/api/v1/members/99999999999999999999',
      '/console/api/comparisons/9007199254740993',
      '/console/api/comparisons/9007199254740991',
      '/console/api/contact-ways?cursor=' + Buffer.from('[9007199254740991]').toString('base64url'),
      '/api/v1/members?q=' + 'x'.repeat(2_001),
      '/api/v1/members?q[]=1&q[]=2',
      '/api/v1/members?q=a&q=b',
      '/console/api/audit?who=' + '%'.repeat(3),
    ])
      answers.push([path, (await app.asAdmin('GET', path)).status, undefined]);
    expect(answers.filter(([, status]) => status >= 500)).toEqual([]);
    await app.close();
  });
});
