// The groups: their members, their talk, and a form to speak in them.
import { h, on } from './dom.js';
import { act, at, choose, seen } from './corp.js';
import { attached, chip, empty, face, shortWhen, when } from './format.js';
import { say } from './words.js';

/** The id of whoever is chosen to speak, by group. */
const speakers = new Map();

on('open-group', ({ id }) => choose({ tab: 'groups', group: id, show: 'main' }));
on('speak-as', ({ id }) => {
  speakers.set(at.group, id);
  choose({});
});
on('speaker', (_, __, element) => {
  speakers.set(at.group, element.value);
});
on('speak', async ({ group }, { who, text, bot }, form) => {
  if (text.trim() === '') return;
  form.elements.text.value = '';
  const mentions = bot ? [seen.corp.corp.bot] : [];
  await act({ do: 'speak', who, group, text: bot ? `@${seen.corp.corp.bot}\u2005${text}` : text, mentions }, '');
});
on('remove', ({ who, group, staff }) => act({ do: 'remove', who, group, staff }));

export const groupList = () => [
  h('h2', {}, say('tab_groups'), h('small', {}, seen.corp.groups.length)),
  h(
    'div.rows',
    {},
    seen.corp.groups.map((group) =>
      h(
        `button.row${group.chatId === at.group ? '.on' : ''}`,
        { 'data-do': 'open-group', 'data-id': group.chatId, 'data-key': group.chatId },
        face(group.name, group.chatId),
        h(
          'span.what',
          {},
          h(
            'span.first',
            {},
            h('b', {}, group.name),
            group.last && h('time', {}, shortWhen(group.last.at, seen.corp.now)),
          ),
          h('span.second', {}, group.last ? lastWords(group.last) : say('nothing_said')),
        ),
        h('span.count', {}, `${group.size}/${group.capacity}`),
      ),
    ),
  ),
];

const lastWords = ({ kind, who, text }) => (kind === 'said' ? `${who}：${text}` : say(kind, who));

export function groupMain() {
  const { group } = seen;
  if (!group || group.chatId !== at.group) return [empty(say('group_gone'))];
  return [
    h(
      'header.head',
      {},
      back(),
      h(
        'div',
        {},
        h('h1', {}, group.name),
        h('small', {}, say('members_of', group.members.length, group.capacity), group.notice && ` · ${group.notice}`),
      ),
    ),
    h(
      'div.split',
      { 'data-key': group.chatId },
      h('section.chat', {}, h('div.lines', { 'data-key': `lines ${group.chatId}` }, talk(group)), composer(group)),
      h(
        'section.members',
        {},
        h('h3', {}, say('members')),
        h(
          'div.rows',
          {},
          group.members.map((one) => member(group, one)),
        ),
      ),
    ),
  ];
}

export const back = () => h('button.back.narrow', { 'data-do': 'back', 'aria-label': say('back') }, '‹');
on('back', () => choose({ show: 'list' }));

function talk({ lines }) {
  if (lines.length === 0) return [empty(say('nothing_said'))];
  const keys = new Map();
  return lines.map((line) => {
    const name = `${line.at} ${line.whoId} ${line.kind}`;
    keys.set(name, (keys.get(name) ?? 0) + 1);
    const key = `${name} ${keys.get(name)}`;
    if (line.kind !== 'said')
      return h(
        'p.event',
        { 'data-key': key },
        say(line.kind === 'left' && line.text ? 'removed' : line.kind, line.who, line.text),
      );
    return h(
      `div.line.${line.side}`,
      { 'data-key': key },
      face(line.who, line.whoId),
      h(
        'div.said',
        {},
        h('small', {}, line.who, line.sent && chip(say('mass_send')), h('time', {}, when(line.at, seen.corp.now))),
        line.text && h('div.bubble', {}, line.text),
        attached(line),
      ),
    );
  });
}

function composer(group) {
  const people = group.members.filter((member) => !member.isBot);
  const chosen = speakers.get(group.chatId) ?? people.find((member) => !member.isStaff)?.id;
  const { bot } = seen.corp.corp;
  return h(
    'form.composer',
    { 'data-do': 'speak', 'data-group': group.chatId, 'data-key': `composer ${group.chatId}` },
    h(
      'label.as',
      {},
      h('span', {}, say('speak_as')),
      h(
        'select',
        { name: 'who', 'data-do': 'speaker', 'data-key': `who ${chosen ?? ''}` },
        people.map(({ id, name, isStaff }) =>
          h('option', { value: id, selected: id === chosen, 'data-key': id }, isStaff ? say('of_staff', name) : name),
        ),
      ),
      bot && h('label.check', {}, h('input', { type: 'checkbox', name: 'bot' }), `@${bot}`),
    ),
    h(
      'div.words',
      {},
      h('input', { name: 'text', placeholder: say('speak_placeholder'), autocomplete: 'off', maxlength: 500 }),
      h('button.primary', { type: 'submit' }, say('send')),
    ),
  );
}

function member(group, { id, name, isStaff, isOwner, isBot, persona }) {
  return h(
    'div.row.member',
    { 'data-key': id },
    face(name, id),
    h(
      'span.what',
      {},
      h('button.link', { 'data-do': isStaff ? 'open-staff' : 'open-person', 'data-id': id }, name),
      h(
        'span.second',
        {},
        isOwner ? say('owner') : isBot ? say('bot') : isStaff ? say('staff_member') : say(`persona_${persona}`),
      ),
    ),
    h(
      'span.acts',
      {},
      !isBot && h('button.small', { 'data-do': 'speak-as', 'data-id': id }, say('speak')),
      !isStaff &&
        h(
          'button.small.bad',
          { 'data-do': 'remove', 'data-who': id, 'data-group': group.chatId, 'data-staff': group.owner },
          say('remove'),
        ),
    ),
  );
}
