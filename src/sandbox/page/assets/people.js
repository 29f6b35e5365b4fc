// The customers: their contacts, groups, orders and messages, and forms to act as them.
import { h, on } from './dom.js';
import { act, at, choose, seen, showOutcome } from './corp.js';
import { assistantChat, phoneTabs } from './assistant.js';
import { back } from './groups.js';
import { attached, chip, empty, face, when, yuan } from './format.js';
import { linked, openPageAs } from './links.js';
import { say } from './words.js';

on('open-person', ({ id }) => choose({ tab: 'people', person: id, show: 'main' }));
on('find', (_, { q }) => choose({ words: q }));
on('find-field', (_, __, field) => choose({ words: field.value }));
on('newcomer', async (_, { name }, form) => {
  if (name.trim() === '') return;
  const made = await act({ do: 'newcomer', name: name.trim() });
  if (!made) return;
  form.reset();
  choose({ person: made.externalUserId, show: 'main' });
});
on('pair-act', ({ act: what, who, staff }) => act({ do: what, who, staff }));
on('add-contact', ({ who }, { staff, half }) => act({ do: 'add_contact', who, staff, half: half === 'on' }));
on('re-add', ({ who, staff }) => act({ do: 'add_contact', who, staff }));
on('buy', ({ who }, { yuan: price, category }) =>
  act({ do: 'buy', who, amountCents: Math.round(Number(price) * 100), ...(category ? { category } : {}) }),
);
on('scan', async ({ who }, { configId }) => {
  const isContactWay = seen.corp.contactWays.some((way) => way.configId === configId);
  showOutcome(await act({ do: isContactWay ? 'scan_contact_way' : 'scan', who, configId }, ''));
});
on('invite', ({ who }, { group }) => {
  const owner = seen.corp.groups.find(({ chatId }) => chatId === group)?.ownerId;
  return act({ do: 'invite', who, group, staff: owner });
});
on('scan-url', async ({ who }, { url }) => showOutcome(await act({ do: 'scan_acquisition_link', who, url }, '')));
on('leave', ({ who, group }) => act({ do: 'leave', who, group }));
on('to-bot', async ({ who }, { text }, form) => {
  if (text.trim() === '') return;
  form.reset();
  await act({ do: 'speak', who, text }, '');
});
on('tags', ({ who, staff }, { add, remove }) =>
  act({ do: 'tag', who, staff, add: add ? [add] : [], remove: remove ? [remove] : [] }),
);
on('remark', ({ who, staff }, { remark }) => act({ do: 'edit_contact', who, staff, remark }));

export const peopleList = () => [
  h('h2', {}, say('tab_people'), h('small', {}, seen.corp.people)),
  h(
    'form.find',
    { 'data-do': 'find' },
    h('input', { name: 'q', type: 'search', placeholder: say('find_placeholder'), 'data-do': 'find-field' }),
  ),
  h(
    'div.rows',
    {},
    seen.people?.people.map(({ id, name, persona, groups, isContact, orders, spendCents, optedOut }) =>
      h(
        `button.row${id === at.person ? '.on' : ''}`,
        { 'data-do': 'open-person', 'data-id': id, 'data-key': id },
        face(name, id),
        h(
          'span.what',
          {},
          h(
            'span.first',
            {},
            h('b', {}, name),
            isContact && chip(say('contact'), 'blue'),
            optedOut && chip(say('opted_out'), 'red'),
          ),
          h(
            'span.second',
            {},
            `${say(`persona_${persona}`)} · ${say('in_groups', groups)} · ${say('orders', orders, yuan(spendCents))}`,
          ),
        ),
      ),
    ),
    seen.people?.people.length === 0 && empty(say('nobody_found')),
  ),
  h(
    'form.foot',
    { 'data-do': 'newcomer' },
    h('input', { name: 'name', placeholder: say('newcomer_name'), autocomplete: 'off', maxlength: 30 }),
    h('button', { type: 'submit' }, say('newcomer')),
  ),
];

export function personMain() {
  const { person } = seen;
  if (!person || person.id !== at.person) return [empty(say('choose_person'))];
  return [
    h(
      'header.head',
      {},
      back(),
      face(person.name, person.id),
      h('div', {}, h('h1', {}, person.name), h('small', {}, `${say(`persona_${person.persona}`)} · ${person.id}`)),
      h('span.gap', {}),
      openPageAs(person.id),
    ),
    h('div.split', { 'data-key': person.id }, phone(person), h('section.cards', {}, cards(person))),
  ];
}

function phone(person) {
  return h(
    'section.chat.phone',
    {},
    person.assistant ? phoneTabs(at.phone, person.assistant) : h('h3', {}, say('their_phone')),
    person.assistant && at.phone === 'assistant' ? assistantChat(person) : received(person),
  );
}

function received(person) {
  return [
    h(
      'div.lines',
      { 'data-key': `phone ${person.id}` },
      person.messages.length === 0 && empty(say('nothing_received')),
      person.messages.map((message, i) =>
        h(
          `div.line.${message.mine ? 'mine' : 'customer'}`,
          { 'data-key': `${message.at} ${i}` },
          face(message.from),
          h(
            'div.said',
            {},
            h(
              'small',
              {},
              message.from,
              !message.mine && chip(say(`via_${message.via}`), message.via),
              h('time', {}, when(message.at, seen.corp.now)),
            ),
            message.text && h('div.bubble', {}, linked(message.text, person.id)),
            attached(message, person.id),
          ),
        ),
      ),
    ),
    seen.corp.corp.bot &&
      h(
        'form.composer',
        { 'data-do': 'to-bot', 'data-who': person.id },
        h(
          'div.words',
          {},
          h('input', {
            name: 'text',
            placeholder: say('to_bot', seen.corp.corp.bot),
            autocomplete: 'off',
            maxlength: 500,
          }),
          h('button.primary', { type: 'submit' }, say('send')),
        ),
      ),
  ];
}

const card = (title, ...content) => h('section.card', { 'data-key': title }, h('h3', {}, title), content);

function cards(person) {
  const known = new Set(person.relations.filter(({ bond }) => bond === 'mutual').map(({ userid }) => userid));
  const others = seen.corp.staff.filter(({ userid, isBot, hasLeft }) => !isBot && !hasLeft && !known.has(userid));
  const elsewhere = seen.corp.groups.filter(({ chatId }) => !person.groups.some((group) => group.chatId === chatId));
  return [
    card(
      say('relations'),
      person.relations.length === 0 && empty(say('knows_nobody')),
      person.relations.map((one) => relation(person, one)),
      others.length > 0 && addForm(person, others),
      addresses().length > 0 && choice('scan-url', person, 'url', say('scan_link'), addresses()),
    ),
    card(
      say('their_groups'),
      person.groups.length === 0 && empty(say('in_no_group')),
      person.groups.map(({ chatId, name, joinedAt, scene, state }) =>
        h(
          'div.item',
          { 'data-key': chatId },
          h('button.link', { 'data-do': 'open-group', 'data-id': chatId }, name),
          h('small', {}, `${when(joinedAt, seen.corp.now)} ${say(`scene_${scene}`)}${state && ` · ${state}`}`),
          h('button.small.bad', { 'data-do': 'leave', 'data-who': person.id, 'data-group': chatId }, say('leave')),
        ),
      ),
      choice('scan', person, 'configId', say('scan'), ways()),
      elsewhere.length > 0 &&
        choice(
          'invite',
          person,
          'group',
          say('invite'),
          elsewhere.map(({ chatId, name }) => [chatId, name]),
        ),
    ),
    card(
      say('shopping', person.orders, yuan(person.spendCents)),
      h(
        'form.inline',
        { 'data-do': 'buy', 'data-who': person.id },
        h('input', {
          name: 'yuan',
          type: 'number',
          min: '0.01',
          step: '0.01',
          value: '99',
          'aria-label': say('price'),
        }),
        h('input', { name: 'category', placeholder: say('category'), 'aria-label': say('category') }),
        h('button', { type: 'submit' }, say('buy')),
      ),
      person.orderLines.map(({ at: then, kind, data }, i) =>
        h(
          'div.item',
          { 'data-key': `${then} ${kind} ${i}` },
          h('span', {}, say(`fact_${kind}`)),
          h('small', {}, [data.amountCents && yuan(data.amountCents), data.category].filter(Boolean).join(' · ')),
          h('time', {}, when(then, seen.corp.now)),
        ),
      ),
    ),
    person.opened.length > 0 &&
      card(
        say('opened'),
        person.opened.map(({ at: then, url, status, title, problem, steps }, i) =>
          h(
            'div.item',
            { 'data-key': `${then} ${i}` },
            chip(problem ? say(`opened_${problem}`) : status, status === 200 ? '' : 'red'),
            h(
              'small',
              { title: url },
              title || (problem ? url : new URL(url).pathname),
              steps > 1 && ` · ${say('opened_steps', steps)}`,
            ),
            h('time', {}, when(then, seen.corp.now)),
          ),
        ),
      ),
    card(
      say('ids'),
      ['id', 'unionid', 'chatContactId', 'phone'].map((name) =>
        h('div.item', { 'data-key': name }, h('small', {}, say(`id_${name}`)), h('code', {}, person[name])),
      ),
    ),
  ];
}

function ways() {
  const name = ({ state, groups, staff, configId }) =>
    [state || configId.slice(0, 6), (groups ?? staff ?? []).join('、')].filter(Boolean).join(' → ');
  return [...seen.corp.joinWays, ...seen.corp.contactWays].reverse().map((way) => [way.configId, name(way)]);
}

/** Acquisition links as they are shown somewhere, else as the app got them. */
function addresses() {
  const { links, published } = seen.corp.acquisition;
  const shown = new Set(published.map(({ linkId }) => linkId));
  return [
    ...published.map(({ url, name, channel }) => [url, [name, channel].filter(Boolean).join(' · ')]),
    ...links.filter(({ linkId }) => !shown.has(linkId)).map(({ url, name }) => [url, name]),
  ];
}

const choice = (what, person, name, label, options) =>
  h(
    'form.inline',
    { 'data-do': what, 'data-who': person.id, 'data-key': what },
    h(
      'select',
      { name, 'aria-label': label },
      options.map(([value, words]) => h('option', { value, 'data-key': value }, words)),
    ),
    h('button', { type: 'submit' }, label),
  );

const addForm = (person, others) =>
  h(
    'form.inline',
    { 'data-do': 'add-contact', 'data-who': person.id, 'data-key': 'add' },
    h(
      'select',
      { name: 'staff', 'aria-label': say('add_staff') },
      others.map(({ userid, name }) => h('option', { value: userid, 'data-key': userid }, name)),
    ),
    h('label.check', {}, h('input', { type: 'checkbox', name: 'half' }), say('half')),
    h('button', { type: 'submit' }, say('add_staff')),
  );

function relation(person, { userid, staff, bond, remark, tags, state, since }) {
  const pair = { 'data-who': person.id, 'data-staff': userid };
  const isContact = bond === 'mutual' || bond === 'left';
  const free = seen.corp.tags.flatMap((group) => group.tags).filter((name) => !tags.some((tag) => tag.name === name));
  return h(
    'div.relation',
    { 'data-key': userid },
    h(
      'div.item',
      {},
      h('button.link', { 'data-do': 'open-staff', 'data-id': userid }, staff),
      chip(say(`bond_${bond}`), bond),
      h('small', {}, [when(since, seen.corp.now), state].filter(Boolean).join(' · ')),
    ),
    isContact && remark !== person.name && h('div.item', {}, h('small', {}, say('remark')), remark),
    tags.length > 0 &&
      h(
        'div.chips',
        {},
        tags.map((tag) => chip(`${tag.group} / ${tag.name}`, 'blue')),
      ),
    h(
      'div.acts',
      {},
      bond === 'mutual' &&
        h('button.small', { 'data-do': 'pair-act', 'data-act': 'write_to_staff', ...pair }, say('write_to_staff')),
      bond === 'mutual' &&
        h('button.small.bad', { 'data-do': 'pair-act', 'data-act': 'delete_staff', ...pair }, say('delete_staff')),
      isContact &&
        h(
          'button.small.bad',
          { 'data-do': 'pair-act', 'data-act': 'delete_customer', ...pair },
          say('delete_customer'),
        ),
      bond !== 'mutual' && h('button.small', { 'data-do': 're-add', ...pair }, say('add_back')),
    ),
    isContact &&
      h(
        'details',
        {},
        h('summary', {}, say('edit_by_hand')),
        h(
          'form.inline',
          { 'data-do': 'tags', ...pair },
          h(
            'select',
            { name: 'add', 'aria-label': say('add_tag') },
            h('option', { value: '' }, say('add_tag')),
            free.map((name) => h('option', { value: name, 'data-key': name }, name)),
          ),
          h(
            'select',
            { name: 'remove', 'aria-label': say('remove_tag') },
            h('option', { value: '' }, say('remove_tag')),
            tags.map(({ name }) => h('option', { value: name, 'data-key': name }, name)),
          ),
          h('button', { type: 'submit' }, say('save')),
        ),
        h(
          'form.inline',
          { 'data-do': 'remark', ...pair },
          h('input', { name: 'remark', value: remark, 'aria-label': say('remark'), maxlength: 20 }),
          h('button', { type: 'submit' }, say('save_remark')),
        ),
      ),
  );
}
