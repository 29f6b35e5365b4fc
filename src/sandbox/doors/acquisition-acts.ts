import { z } from 'zod';
import { linkIn, type AcquisitionLink } from '../corp/acquisition-links.js';
import { blockLink, buyQuota, deleteLinkByHand, openAcquisitionLink, writeToStaff } from '../corp/acts/acquisition.js';
import type { Corp } from '../corp/corp.js';
import { ImpossibleAct, name, person, staff } from './named.js';

/** Acts around acquisition links: customers use them, administrators and the platform change them. */
export const acquisitionActs = [
  // `url` with its customer_channel, as it stands in an ad; or the link_id alone.
  z.object({ do: z.literal('scan_acquisition_link'), who: name, url: name }),
  z.object({ do: z.literal('write_to_staff'), who: name, staff: name }),
  // From now on newcomers see this address.
  z.object({ do: z.literal('publish_acquisition_link'), url: name }),
  z.object({
    do: z.literal('buy_acquisition_quota'),
    count: z.number().int().positive(),
    days: z.number().int().positive().default(365),
  }),
  z.object({ do: z.literal('new_acquisition_link'), name, staff: z.array(name).min(1) }),
  z.object({ do: z.literal('delete_acquisition_link'), linkId: name }),
  // The platform switches a link off, or with `off` on again.
  z.object({ do: z.literal('block_acquisition_link'), linkId: name, off: z.boolean().default(false) }),
] as const;

type AcquisitionAct = z.output<(typeof acquisitionActs)[number]>;

export function performInAcquisition(corp: Corp, act: AcquisitionAct): Record<string, unknown> {
  switch (act.do) {
    case 'scan_acquisition_link':
      return { ...openAcquisitionLink(corp, person(corp, act.who), placeOf(act.url)) };
    case 'write_to_staff':
      if (!writeToStaff(corp, person(corp, act.who), staff(corp, act.staff).userid))
        throw new ImpossibleAct(`${act.who} and ${act.staff} are no contacts`);
      return {};
    case 'publish_acquisition_link':
      linkNamed(corp, placeOf(act.url).linkId);
      corp.acquisitionLinks.published.push(act.url);
      return {};
    case 'buy_acquisition_quota':
      buyQuota(corp, act.count, act.days);
      return { balance: corp.acquisitionQuota.balance(corp.now()) };
    case 'new_acquisition_link': {
      const users = act.staff.map((one) => staff(corp, one).userid);
      const settings = { name: act.name, users, departments: [], skipVerify: true, priority: undefined };
      return { linkId: corp.acquisitionLinks.create(settings, corp.now(), false).linkId };
    }
    case 'delete_acquisition_link':
      deleteLinkByHand(corp, linkNamed(corp, act.linkId));
      return {};
    case 'block_acquisition_link':
      blockLink(corp, linkNamed(corp, act.linkId), !act.off);
      return {};
  }
}

/** An address, or the id alone. */
const placeOf = (url: string): { readonly linkId: string; readonly channel: string } =>
  linkIn(url) ?? { linkId: url, channel: '' };

function linkNamed(corp: Corp, linkId: string): AcquisitionLink {
  const link = corp.acquisitionLinks.get(linkId);
  if (!link) throw new ImpossibleAct(`no acquisition link ${linkId}`);
  return link;
}
