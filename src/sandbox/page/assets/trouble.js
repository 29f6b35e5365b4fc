// Everything that can go wrong, with a switch for each.
import { h, on } from './dom.js';
import { act, seen, setDoors, toast, trouble, verify } from './corp.js';
import { openPageAs } from './links.js';
import { serviceTrouble } from './trouble-service.js';
import { say } from './words.js';

const SHARES = ['duplicate', 'reorder', 'lose', 'bare', 'misnamed', 'noisy', 'noWelcomeCode'];
const SWITCHES = ['untrustedIp', 'disabled', 'withdrawn', 'down', 'shortPages'];
const ENVELOPE = ['cdata', 'spaced', 'json', 'sameSeal'];
const WAITS = ['latencyMs', 'lateGroupReadMs', 'lateContactReadMs'];

on('once', ({ name }) => trouble({ [name]: true }));
on('switch', ({ name }, _, box) =>
  trouble(name === 'withdrawn' ? { withdraw: { off: !box.checked } } : { [name]: box.checked }),
);
on('share', ({ name }, _, field) => trouble({ mischief: { [name]: Number(field.value) / 100 } }));
on('envelope', ({ name }, _, box) => trouble({ envelope: { [name]: box.checked } }));
on('wait', ({ name }, _, field) => trouble({ [name]: Number(field.value) * (name === 'latencyMs' ? 1 : 1_000) }));
on('pick', ({ name }, _, field) => trouble({ [name]: field.value }));
on('secret', (_, { secret }) => secret && trouble({ newSecret: secret }, say('secret_changed')));
on('scope', (_, { userids }) => {
  const asked = userids.split(/[\s,，、]+/).filter(Boolean);
  return trouble({ scope: asked.length > 0 ? asked : null });
});
on('limit', (_, { path, ...marks }) => {
  const limit = Object.fromEntries(
    Object.entries(marks).flatMap(([name, value]) => (value ? [[name, Number(value)]] : [])),
  );
  return trouble({ limit: { ...limit, ...(path ? { path } : {}) } });
});
on('fault', (_, { path, kind, errcode, times }) =>
  trouble({ fault: { path, kind, times: Number(times), ...(kind === 'error' ? { errcode: Number(errcode) } : {}) } }),
);
on('pick-in', ({ part, name }, _, field) => trouble({ [part]: { [name]: field.value } }));
on('switch-in', ({ part, name }, _, box) => trouble({ [part]: { [name]: box.checked } }));
on('trusted-domain', (_, { trustedDomain }) => setDoors({ trustedDomain: trustedDomain.trim() }));
on('buy-uses', (_, { count, days }) => act({ do: 'buy_acquisition_quota', count: Number(count), days: Number(days) }));
on('block-link', ({ id, off }) => act({ do: 'block_acquisition_link', linkId: id, off: off === 'true' }));
on('delete-link', ({ id }) => act({ do: 'delete_acquisition_link', linkId: id }));
on('doors', async (_, { callbackUrl }) => {
  if (await setDoors({ callbackUrl })) await verified();
});
on('verify', () => verified());

async function verified() {
  const outcome = await verify();
  if (outcome?.ok) toast(say('verified'), 'good');
  else if (outcome) toast(say('not_verified', outcome.because), 'bad');
}

const section = (name, ...content) =>
  h('section.card', { 'data-key': name }, h('h3', {}, say(`trouble_${name}`)), content);
const box = (act, name, checked) =>
  h(
    'label.switch',
    { 'data-key': name },
    h('input', { type: 'checkbox', 'data-do': act, 'data-name': name, checked }),
    h('span', {}, say(`trouble_${name}`)),
  );
const number = (act, name, value, unit, most) =>
  h(
    'label.amount',
    { 'data-key': name },
    h('span', {}, say(`trouble_${name}`)),
    h('input', { type: 'number', min: 0, max: most, 'data-do': act, 'data-name': name, value }),
    h('i', {}, unit),
  );
const pick = (name, value, options) =>
  h(
    'label.amount',
    { 'data-key': name },
    h('span', {}, say(`trouble_${name}`)),
    h(
      'select',
      { 'data-do': 'pick', 'data-name': name },
      options.map((one) =>
        h('option', { value: one, selected: one === value, 'data-key': one }, say(`${name}_${one}`)),
      ),
    ),
  );

const pickIn = (part, name, value, options) =>
  h(
    'label.amount',
    { 'data-key': name },
    h('span', {}, say(`trouble_${name}`)),
    h(
      'select',
      { 'data-do': 'pick-in', 'data-part': part, 'data-name': name },
      options.map((one) =>
        h('option', { value: one, selected: one === value, 'data-key': one }, say(`${name}_${one}`)),
      ),
    ),
  );

const signInSection = ({ signIn }, { trustedDomain }) =>
  section(
    'sign_in',
    h(
      'form.inline',
      { 'data-do': 'trusted-domain' },
      h('input', {
        name: 'trustedDomain',
        required: true,
        placeholder: '127.0.0.1:8080',
        value: trustedDomain,
        'aria-label': say('trusted_domain'),
      }),
      h('button', { type: 'submit' }, say('set_trusted_domain')),
    ),
    pickIn('signIn', 'code', signIn.code, ['good', 'used', 'expired', 'made_up', 'other_app', 'none']),
    pickIn('signIn', 'state', signIn.state, ['kept', 'changed', 'dropped']),
    pickIn('signIn', 'outOfScope', signIn.outOfScope, ['answered', 'refused']),
    pickIn('signIn', 'externalUserId', signIn.externalUserId, ['customers', 'everybody', 'nobody']),
    h('div.acts', {}, openPageAs('stranger', say('open_page_stranger'))),
  );

const acquisitionSection = ({ acquisition: manners }, { balance, links }) =>
  section(
    'acquisition',
    h('div.item', {}, say('uses_left', balance)),
    h(
      'form.inline',
      { 'data-do': 'buy-uses' },
      h('input', { name: 'count', type: 'number', min: 1, value: 100, 'aria-label': say('uses') }),
      h('input', { name: 'days', type: 'number', min: 1, value: 365, 'aria-label': say('valid_days') }),
      h('button', { type: 'submit' }, say('buy_uses')),
    ),
    pickIn('acquisition', 'exhausted', manners.exhausted, ['closed', 'open']),
    pickIn('acquisition', 'chatStatus', manners.chatStatus, ['known', 'unknown']),
    h(
      'label.switch',
      {},
      h('input', {
        type: 'checkbox',
        'data-do': 'switch-in',
        'data-part': 'acquisition',
        'data-name': 'priority',
        checked: manners.priority,
      }),
      h('span', {}, say('trouble_priority')),
    ),
    links.map(({ linkId, name, isBlocked }) =>
      h(
        'div.item',
        { 'data-key': linkId },
        h('span', {}, name),
        h(
          'button.small',
          { 'data-do': 'block-link', 'data-id': linkId, 'data-off': isBlocked },
          say(isBlocked ? 'unblock' : 'block'),
        ),
        h('button.small.bad', { 'data-do': 'delete-link', 'data-id': linkId }, say('delete')),
      ),
    ),
  );

export function troublePanel() {
  const { trouble: now, corp, endpoints, acquisition, service } = seen.corp;
  return h(
    'div.troubles',
    {},
    section(
      'callback_address',
      h(
        'form.inline',
        { 'data-do': 'doors' },
        h('input', {
          name: 'callbackUrl',
          type: 'url',
          required: true,
          placeholder: 'http://127.0.0.1:3000/wecom/callback',
          value: corp.callbackUrl,
          'aria-label': say('trouble_callback_address'),
        }),
        h('button', { type: 'submit' }, say('save')),
        h('button', { type: 'button', 'data-do': 'verify' }, say('verify')),
      ),
    ),
    section(
      'credentials',
      h(
        'div.acts',
        {},
        ['killToken', 'expireToken'].map((name) =>
          h('button.bad', { 'data-do': 'once', 'data-name': name, 'data-key': name }, say(`trouble_${name}`)),
        ),
      ),
      h(
        'form.inline',
        { 'data-do': 'secret' },
        h('input', {
          name: 'secret',
          placeholder: say('new_secret'),
          'aria-label': say('new_secret'),
          autocomplete: 'off',
        }),
        h('button.bad', { type: 'submit' }, say('change_secret')),
      ),
      SWITCHES.slice(0, 3).map((name) => box('switch', name, now[name])),
      h(
        'form.inline',
        { 'data-do': 'scope' },
        h('input', {
          name: 'userids',
          placeholder: say('scope_placeholder'),
          'aria-label': say('trouble_scope'),
          value: (now.scope ?? []).join(' '),
        }),
        h('button', { type: 'submit' }, say('set_scope')),
      ),
    ),
    section(
      'callbacks',
      SHARES.map((name) => number('share', name, Math.round(now.shares[name] * 100), '%', 100)),
      ENVELOPE.map((name) => box('envelope', name, now.envelope[name])),
    ),
    section(
      'api',
      SWITCHES.slice(3).map((name) => box('switch', name, now[name])),
      WAITS.map((name) =>
        number(
          'wait',
          name,
          name === 'latencyMs' ? now[name] : now[name] / 1_000,
          say(name === 'latencyMs' ? 'ms' : 's'),
        ),
      ),
      pick('endOfList', now.endOfList, ['empty', 'absent']),
      pick('otherApp', now.otherApp, ['silent', 'welcomes_first', 'is_sending']),
    ),
    signInSection(now, corp),
    section('service', serviceTrouble(service)),
    acquisitionSection(now, acquisition),
    section(
      'limits',
      h(
        'form.stack',
        { 'data-do': 'limit' },
        path(endpoints, false),
        h(
          'div.inline',
          {},
          ['perMinute', 'perHour', 'parallel'].map((name) =>
            h('input', {
              name,
              type: 'number',
              min: 0,
              placeholder: say(name),
              'aria-label': say(name),
              'data-key': name,
            }),
          ),
        ),
        h('button', { type: 'submit' }, say('set_limit')),
      ),
    ),
    section(
      'faults',
      h(
        'form.stack',
        { 'data-do': 'fault' },
        path(endpoints, true),
        h(
          'div.inline',
          {},
          h(
            'select',
            { name: 'kind', 'aria-label': say('fault_kind') },
            ['error', 'lose_call', 'lose_answer'].map((kind) =>
              h('option', { value: kind, 'data-key': kind }, say(`fault_${kind}`)),
            ),
          ),
          h('input', { name: 'errcode', type: 'number', value: '-1', 'aria-label': 'errcode' }),
          h('input', { name: 'times', type: 'number', min: 1, value: '1', 'aria-label': say('times') }),
        ),
        h('button.bad', { type: 'submit' }, say('order_fault')),
      ),
    ),
  );
}

const path = (endpoints, required) =>
  h(
    'select',
    { name: 'path', 'aria-label': say('endpoint'), required },
    !required && h('option', { value: '' }, say('all_endpoints')),
    endpoints.map((one) => h('option', { value: one, 'data-key': one }, one.replace('/cgi-bin/', ''))),
  );
