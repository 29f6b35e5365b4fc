import { expect, it } from 'vitest';
import { aConsole } from '../../support/console-app.js';
import { eachDatabase } from '../../support/databases.js';
import { aHouse } from '../../support/engine-house.js';

/** PostgreSQL keeps no NUL and no half character, and reads neither in a parameter. */
const asked = [
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
const posted: readonly [path: string, body: object][] = [
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
  it('are refused, and break nothing', async () => {
    const app = await aConsole(await aHouse(await open()));
    const statuses: [string, number][] = [];
    for (const path of asked) statuses.push([path, (await app.asAdmin('GET', path)).status]);
    for (const [path, body] of posted) statuses.push([path, (await app.asAdmin('POST', path, body)).status]);
    expect(statuses.filter(([, status]) => ![400, 401, 404].includes(status))).toEqual([]);
    await app.close();
  });

  it('said twice, staff and tags of a code are there once', async () => {
    const app = await aConsole(await aHouse(await open()));
    const body = { name: 'ab', staff: ['LinXia', 'LinXia'], tags: ['门店', ' 门店'] };
    expect(await app.asAdmin('POST', '/console/api/contact-ways', body)).toMatchObject({
      status: 200,
      body: { way: { staff: ['LinXia'], tags: ['门店'] } },
    });
    await app.close();
  });
});
