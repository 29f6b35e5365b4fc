import { servicersOf } from '../corp/acts/kf-who-serves.js';
import type { Corp } from '../corp/corp.js';
import { kfMannersShape } from '../corp/kf/kf-manners.js';

/** Customer service for the page's trouble: every switch with its value, and the servicers of each account. */
export const serviceView = (corp: Corp) => ({
  switches: corp.kf.manners,
  choices: Object.fromEntries(
    Object.entries(kfMannersShape.shape).flatMap(([name, field]) => {
      const choices = choicesOf(field.unwrap());
      return choices ? [[name, choices]] : [];
    }),
  ),
  accounts: corp.kf.accounts().map((account) => ({
    openKfid: account.openKfid,
    name: account.name,
    granted: account.granted,
    servicers: servicersOf(corp, account).map(({ userid, status }) => ({
      userid,
      name: corp.staff.get(userid)?.name ?? userid,
      status,
      isActivated: !corp.kf.unactivated.has(userid),
    })),
  })),
});

/** The values that a switch may have; undefined: any of its type. */
function choicesOf(field: object): readonly (string | number)[] | undefined {
  if ('options' in field && Array.isArray(field.options))
    return field.options.map((one: string | { readonly value: number }) => (typeof one === 'string' ? one : one.value));
  return undefined;
}
