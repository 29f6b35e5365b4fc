import { deliver } from '../../corp/acts/deliver.js';
import { contentOf } from './content.js';
import { post, Refused, type Endpoint } from './endpoint.js';

/** Contract §7.1. */
const REFUSALS = {
  invalid: () => new Refused(41050, 'invalid welcome code'),
  taken: () => new Refused(41051, 'external user has started chatting or has been welcomed'),
  in_flight: () => new Refused(41096, 'welcome message is being sent by another app'),
};

export const welcomeEndpoints: readonly Endpoint[] = [
  post('externalcontact/send_welcome_msg', {}, ({ corp, params, now }) => {
    const code = params.text('welcome_code');
    if (code === '') throw new Refused(41049, 'welcome_code missing');
    const content = contentOf(corp, params);
    const redeemed = corp.welcomes.redeem(code, now);
    if ('not' in redeemed) throw REFUSALS[redeemed.not]();
    const { relation } = redeemed;
    deliver(corp, relation.person, { ...content, via: 'welcome', from: relation.userid, ref: code });
    return {};
  }),
];
