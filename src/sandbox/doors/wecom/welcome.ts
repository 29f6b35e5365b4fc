import { deliver } from '../../corp/acts/deliver.js';
import { contentOf } from './content.js';
import { post, Refused, type Endpoint } from './endpoint.js';

export const welcomeEndpoints: readonly Endpoint[] = [
  post('externalcontact/send_welcome_msg', {}, ({ corp, params, now }) => {
    const code = params.text('welcome_code');
    if (code === '') throw new Refused(41049, 'welcome_code missing');
    const content = contentOf(corp, params);
    const relation = corp.welcomes.redeem(code, now);
    if (!relation) throw new Refused(41050, 'invalid welcome code');
    deliver(corp, relation.person, { ...content, via: 'welcome', from: relation.userid, ref: code });
    return {};
  }),
];
