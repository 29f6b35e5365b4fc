// The chat with the corp's assistant (customer service), as a customer's phone shows it, and what its servicers can do in it.
import { h, on } from './dom.js';
import { act, choose, seen } from './corp.js';
import { attached, chip, empty, face, when } from './format.js';
import { link, linked } from './links.js';
import { say } from './words.js';

on('phone', ({ phone }) => choose({ phone }));
on('kf-open', ({ who }) => act({ do: 'open_assistant', who }, ''));
on('kf-write', async ({ who }, { text }, form) => {
  if (text.trim() === '') return;
  form.reset();
  await act({ do: 'write_to_assistant', who, text }, '');
});
on('kf-picture', ({ who }) => act({ do: 'send_to_assistant', who, media: 'image' }, ''));
on('kf-tap', ({ who, id, text }) => act({ do: 'tap_menu', who, id, text }, ''));
on('kf-recall', ({ who, msgid }) => act({ do: 'recall_message', who, msgid }, ''));
on('kf-refuse', ({ who, refuses }) => act({ do: 'refuse_assistant', who, refuses: refuses === 'true' }));
on('kf-servicer', ({ act: what, who, staff }) => act({ do: what, who, staff }));
on('kf-reply', async ({ who, staff }, { text }, form) => {
  if (text.trim() === '') return;
  form.reset();
  await act({ do: 'write_as_servicer', who, staff, text }, '');
});

/** What the phone can show: what was received, or the assistant. */
export const phoneTabs = (shown, { name }) =>
  h(
    'div.tabs',
    { role: 'group', 'aria-label': say('their_phone') },
    [
      ['received', say('their_phone')],
      ['assistant', name],
    ].map(([phone, words]) =>
      h(
        `button${shown === phone ? '.on' : ''}`,
        {
          'data-do': 'phone',
          'data-phone': phone,
          'data-key': phone,
          'aria-pressed': shown === phone ? 'true' : 'false',
        },
        words,
      ),
    ),
  );

export function assistantChat(person) {
  const { assistant } = person;
  return [
    stateLine(person, assistant),
    h(
      'div.lines',
      { 'data-key': `assistant ${person.id}` },
      assistant.lines.length === 0 && empty(say('kf_nothing')),
      assistant.lines.map((line) => lineOf(person, line)),
    ),
    composer(person, assistant),
  ];
}

function stateLine({ id }, assistant) {
  const { state, servicer, servicerId, servicers, left, hasWritten, hasUpgrade } = assistant;
  const button = (what, staff, words) =>
    h('button.small', { 'data-do': 'kf-servicer', 'data-act': what, 'data-who': id, 'data-staff': staff }, words);
  return h(
    'div.session',
    {},
    chip(
      say(hasWritten ? `kf_state_${state}` : 'kf_state_none', servicer),
      state === 2 || state === 3 ? 'amber' : 'blue',
    ),
    state <= 1 && h('small', {}, say('kf_left', left)),
    state === 2 && servicers.map(({ userid, name }) => button('take_session', userid, say('kf_take', name))),
    state === 3 && hasUpgrade && button('press_upgrade', servicerId, say('kf_press')),
    state === 3 && button('end_session', servicerId, say('kf_end')),
  );
}

function lineOf(person, line) {
  const isMine = line.by === 'customer';
  return h(
    `div.line.${isMine ? 'mine' : line.by === 'app' ? 'app' : 'staff'}`,
    { 'data-key': line.msgid },
    isMine ? face(line.who, person.id) : face(line.who),
    h(
      'div.said',
      {},
      h(
        'small',
        {},
        line.who,
        line.via === 'welcome' && chip(say('via_welcome'), 'welcome'),
        line.failed !== '' && chip(say('kf_failed', say(`kf_fail_${line.failed}`)), 'red'),
        h('time', {}, when(line.at, seen.corp.now)),
        isMine &&
          !line.isRecalled &&
          h(
            'button.link',
            { 'data-do': 'kf-recall', 'data-who': person.id, 'data-msgid': line.msgid },
            say('kf_recall'),
          ),
      ),
      line.isRecalled
        ? h('div.bubble.recalled', {}, say('kf_recalled'))
        : [
            line.text && h('div.bubble', {}, linked(line.text, person.id)),
            line.menu && menu(person, line.menu),
            attached({ attachments: line.attachments, way: '' }, person.id),
          ],
    ),
  );
}

/** A menu: one can tap the lines that the platform makes tappable. */
const menu = (person, { head, items, tail }) =>
  h(
    'div.bubble.menu',
    {},
    head && h('p', {}, linked(head, person.id)),
    items.map(({ type, id, url, content }, i) =>
      type === 'click'
        ? h(
            'button.link.tap',
            {
              'data-do': 'kf-tap',
              'data-who': person.id,
              'data-id': id,
              'data-text': content,
              'data-key': `${i} ${id}`,
            },
            content,
          )
        : h('p', { 'data-key': `${i}` }, type === 'view' ? link(url, content, person.id) : content),
    ),
    tail && h('p', {}, tail),
  );

const composer = (person, { name, state, servicer, servicerId, refuses }) =>
  h(
    'div.composer',
    {},
    h(
      'div.acts',
      {},
      h('button.small', { 'data-do': 'kf-open', 'data-who': person.id }, say('kf_open')),
      h('button.small', { 'data-do': 'kf-picture', 'data-who': person.id }, say('kf_picture')),
      h(
        'button.small',
        { 'data-do': 'kf-refuse', 'data-who': person.id, 'data-refuses': refuses ? 'false' : 'true' },
        say(refuses ? 'kf_accept' : 'kf_refuse'),
      ),
    ),
    h(
      'form.words',
      { 'data-do': 'kf-write', 'data-who': person.id },
      h('input', { name: 'text', placeholder: say('kf_write', name), autocomplete: 'off', maxlength: 1000 }),
      h('button.primary', { type: 'submit' }, say('send')),
    ),
    state === 3 &&
      h(
        'form.words.reply',
        { 'data-do': 'kf-reply', 'data-who': person.id, 'data-staff': servicerId, 'data-key': 'reply' },
        h('input', { name: 'text', placeholder: say('kf_reply', servicer), autocomplete: 'off', maxlength: 1000 }),
        h('button', { type: 'submit' }, say('kf_reply_send')),
      ),
  );
