import type { Database } from '../../../src/platform/database/database.js';
import { aConsole } from '../../support/console-app.js';
import { aFact, aProduct, MONDAY, xiaolu } from '../../support/test-product.js';

export const fan = { externalUserId: 'wmFan' };

/** 小鹿, who has ordered, and a fan, who has only talked. */
export async function aShop(db: Database) {
  const product = await aProduct(db);
  await product.happens(
    aFact('contact_added', MONDAY, xiaolu, { staff: 'LinXia' }),
    aFact('profile_updated', MONDAY, xiaolu, { name: '小鹿' }),
    aFact('order_paid', MONDAY, xiaolu, { orderId: 'o-1', amountCents: 8_800 }),
    aFact('contact_added', MONDAY, fan, { staff: 'LinXia' }),
    ...Array.from({ length: 5 }, () => aFact('sent_message', MONDAY, fan)),
  );
  return { product, app: await aConsole(product) };
}
