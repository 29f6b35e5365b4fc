import { expect, it } from 'vitest';
import type { MemberId } from '../../../src/domain/ids.js';
import { loadEvaluations } from '../../../src/engine/load-evaluations.js';
import { loadContactRoutes } from '../../../src/features/messages/contact-routes.js';
import { loadTemplateValues } from '../../../src/features/messages/template-values.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY, type TestProduct } from '../../support/test-product.js';

const joins = (who: string, chatId: string) =>
  aFact('joined_group', MONDAY - 60_000, { externalUserId: who }, { chatId });
const says = (who: string, times: number) =>
  Array.from({ length: times }, (_, nth) =>
    aFact('sent_message', MONDAY - 50_000 + nth, { externalUserId: who }, { chatId: 'wr-1' }),
  );

async function shown(product: TestProduct, who: string) {
  const { member_id: id } = (await product.db.read.one<{ member_id: MemberId }>(
    'SELECT member_id FROM identity WHERE value = $1',
    [who],
  ))!;
  const context = await product.engine.context();
  const [evaluation] = await loadEvaluations(product.db.read, [id], context, product.clock.now());
  const routes = (await loadContactRoutes(product.db.read, [evaluation!])).get(id)!;
  const campaign = { variables: ['percent_ahead', 'groupmates_count'] };
  const about = { campaign, reached: undefined, group: null };
  const run = { tx: product.db.read, context, now: product.clock.now() };
  const values = await loadTemplateValues(run, { evaluation: evaluation!, routes, about });
  return [values['percent_ahead'], values['groupmates_count']];
}

eachDatabase('the percentage of group mates a member is ahead of', (open) => {
  it('counts the people of their own groups, silent ones too, and those with as many messages as not behind', async () => {
    const product = await aProduct(await open());
    await product.happens(
      ...['wmA', 'wmB', 'wmC', 'wmLurks'].map((who) => joins(who, 'wr-1')),
      ...says('wmA', 5),
      ...says('wmB', 5),
      ...says('wmC', 2),
      // People of another group do not count.
      joins('wmElsewhere', 'wr-2'),
      joins('wmAlone', 'wr-3'),
    );
    expect(await shown(product, 'wmA')).toEqual([66, 2]);
    expect(await shown(product, 'wmC')).toEqual([33, 2]);
    expect(await shown(product, 'wmLurks')).toEqual([0, 3]);
  });

  it('is unknown without a group or without other people in it, and does not count those who left', async () => {
    const product = await aProduct(await open());
    await product.happens(joins('wmA', 'wr-1'), joins('wmB', 'wr-1'), ...says('wmA', 1));
    await product.happens(aFact('contact_added', MONDAY, { externalUserId: 'wmNowhere' }));
    expect(await shown(product, 'wmA')).toEqual([100, 0]);
    await product.happens(aFact('left_group', MONDAY, { externalUserId: 'wmB' }, { chatId: 'wr-1' }));
    expect(await shown(product, 'wmA')).toEqual([null, 0]);
    expect(await shown(product, 'wmNowhere')).toEqual([null, 0]);
  });
});
