// Switches for the faults of customer service. The list comes from the corp, so that none is missing here.
import { h, on } from './dom.js';
import { act, seen, trouble } from './corp.js';
import { say } from './words.js';

on('kf-switch', ({ name }, _, box) => trouble({ kf: { [name]: box.checked } }));
on('kf-number', ({ name, per }, _, field) => trouble({ kf: { [name]: Number(field.value) / Number(per) } }));
on('kf-pick', ({ name }, _, field) => {
  const [choice] = seen.corp.service.choices[name].filter((one) => String(one) === field.value);
  return trouble({ kf: { [name]: choice } });
});
on('kf-words', ({ name }, { words }) => trouble({ kf: { [name]: words.split(/[\s,，、]+/).filter(Boolean) } }));
on('kf-callback', ({ account, times }) => act({ do: 'kf_callback', openKfid: account, times: Number(times) }));
on('kf-grant', ({ account }, _, box) => act({ do: 'grant_account', account, granted: box.checked }));
on('kf-serving', ({ account, staff }, _, field) => act({ do: 'servicer_status', account, staff, status: field.value }));
on('kf-activated', ({ staff }, _, box) => act({ do: 'activation', staff, activated: box.checked }));

const words = (name) => h('span', {}, say(`service_${name}`));

/** The control of one switch, by the type of its value. */
function control(name, value, choices) {
  if (choices)
    return h(
      'label.amount',
      { 'data-key': name },
      words(name),
      h(
        'select',
        { 'data-do': 'kf-pick', 'data-name': name },
        choices.map((one) =>
          h('option', { value: one, selected: one === value, 'data-key': String(one) }, say(`${name}_${one}`)),
        ),
      ),
    );
  if (typeof value === 'boolean')
    return h(
      'label.switch',
      { 'data-key': name },
      h('input', { type: 'checkbox', 'data-do': 'kf-switch', 'data-name': name, checked: value }),
      words(name),
    );
  if (typeof value === 'number') {
    const isShare = name === 'failShare';
    const per = isShare ? 100 : name.endsWith('Ms') ? 0.001 : 1;
    return h(
      'label.amount',
      { 'data-key': name },
      words(name),
      h('input', {
        type: 'number',
        min: 0,
        step: 'any',
        max: isShare ? 100 : undefined,
        'data-do': 'kf-number',
        'data-name': name,
        'data-per': per,
        value: Math.round(value * per * 1_000) / 1_000,
      }),
      h('i', {}, isShare ? '%' : name.endsWith('Ms') ? say('s') : ''),
    );
  }
  return h(
    'form.inline',
    { 'data-do': 'kf-words', 'data-name': name, 'data-key': name },
    h('input', { name: 'words', placeholder: say(`service_${name}`), 'aria-label': say(`service_${name}`), value }),
    h('button', { type: 'submit' }, say('save')),
  );
}

const accountRow = ({ openKfid, name, granted, servicers }) => [
  h(
    'div.item',
    { 'data-key': openKfid },
    h(
      'label.switch',
      {},
      h('input', { type: 'checkbox', 'data-do': 'kf-grant', 'data-account': openKfid, checked: granted }),
      h('span', {}, say('service_granted', name)),
    ),
    h(
      'button.small',
      { 'data-do': 'kf-callback', 'data-account': openKfid, 'data-times': 2 },
      say('service_callback_twice'),
    ),
  ),
  servicers.map(({ userid, name: who, status, isActivated }) =>
    h(
      'div.item',
      { 'data-key': `${openKfid} ${userid}` },
      h('span', {}, who),
      h(
        'select',
        {
          'data-do': 'kf-serving',
          'data-account': openKfid,
          'data-staff': userid,
          'aria-label': say('service_status', who),
        },
        ['serving', 'paused', 'stopped'].map((one) =>
          h('option', { value: one, selected: one === status, 'data-key': one }, say(`servicer_${one}`)),
        ),
      ),
      h(
        'label.switch',
        {},
        h('input', { type: 'checkbox', 'data-do': 'kf-activated', 'data-staff': userid, checked: isActivated }),
        h('span', {}, say('service_activated')),
      ),
    ),
  ),
];

export const serviceTrouble = ({ switches, choices, accounts }) => [
  Object.entries(switches).map(([name, value]) => control(name, value, choices[name])),
  accounts.map(accountRow),
  h(
    'div.acts',
    {},
    h(
      'button',
      { 'data-do': 'kf-callback', 'data-account': 'wkUnknownToTheApp', 'data-times': 1 },
      say('service_unknown_callback'),
    ),
  ),
  h('p.note', {}, say('service_acts')),
];
