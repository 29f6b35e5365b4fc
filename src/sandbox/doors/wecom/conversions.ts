import { openidOf } from '../../corp/ids.js';
import { post, Refused, type Endpoint } from './endpoint.js';
import { customerNamed } from './people-of.js';

/** Conversions between the ids of a customer (contract §8). `idconvert/…` is for third-party apps only. */
export const conversionEndpoints: readonly Endpoint[] = [
  post('externalcontact/unionid_to_external_userid', { external_userid: '' }, ({ corp, params }) => {
    const unionid = params.text('unionid');
    if (unionid === '') throw new Refused(40063, 'unionid missing');
    const person = [...corp.people.values()].find((one) => one.unionid === unionid);
    // 610014 and above are conversion errors; which one an unknown person gets is not documented (?).
    if (!person || corp.relations.ofPerson(person.externalUserId).length === 0)
      throw new Refused(610014, 'unionid cannot be converted');
    return { external_userid: person.externalUserId };
  }),

  post('idconvert/unionid_to_external_userid', { external_userid: '', pending_id: '' }, () => {
    throw new Refused(48002, 'api forbidden');
  }),

  post('externalcontact/convert_to_openid', { openid: '' }, ({ corp, params }) => {
    const person = customerNamed(corp, params.text('external_userid'));
    if (corp.relations.ofPerson(person.externalUserId).length === 0) throw new Refused(84061, 'not external contact');
    return { openid: openidOf(person.unionid) };
  }),
];
