import { expect, it } from 'vitest';
import { DAY_MS } from '../../../src/domain/day.js';
import { aConsole } from '../../support/console-app.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY, xiaolu } from '../../support/test-product.js';

eachDatabase("the demo's year", (open) => {
  const year = { from: MONDAY, until: MONDAY + 365 * DAY_MS };

  it('is shown with its progress and figures, and is null afterwards', async () => {
    const product = await aProduct(await open());
    const app = await aConsole(product, { demo: { sandboxUrl: 'http://127.0.0.1:4100/', year } });
    const shown = async () => (await app.asAdmin('GET', '/console/api/demo')).body;
    expect(await shown()).toMatchObject({ year: { percent: 0, figures: { members: 0, messages: 0 } } });

    await product.happens(aFact('contact_added', MONDAY, xiaolu, { staff: 'LinXia' }));
    await product.happens(aFact('order_paid', MONDAY, xiaolu, { orderId: 'o-1', amountCents: 8_800 }));
    product.clock.pushTo(year.from + 100 * DAY_MS);
    expect(await shown()).toEqual({
      sandboxUrl: 'http://127.0.0.1:4100/',
      year: {
        ...year,
        now: product.clock.now(),
        percent: 27,
        figures: { members: 1, promotions: 1, moves: 0, messages: expect.any(Number) as number },
      },
      hasEditedText: false,
    });

    product.clock.pushTo(year.until);
    expect(await shown()).toMatchObject({ year: null, sandboxUrl: 'http://127.0.0.1:4100/' });
  });

  it('does not exist in a product without a demo', async () => {
    const app = await aConsole(await aProduct(await open()));
    expect((await app.asAdmin('GET', '/console/api/demo')).body).toEqual({
      sandboxUrl: null,
      year: null,
      hasEditedText: false,
    });
  });
});
