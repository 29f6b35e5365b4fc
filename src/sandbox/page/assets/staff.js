// The staff: mass-sends that wait for their tap, messages of the app, and their customers.
import { h, on } from './dom.js';
import { act, at, choose, seen, showOutcome } from './corp.js';
import { back } from './groups.js';
import { attached, chip, empty, face, when } from './format.js';
import { openPageAs } from './links.js';
import { say } from './words.js';

on('open-staff', ({ id }) => choose({ tab: 'staff', staff: id, show: 'main' }));
on('confirm', ({ msgid, staff }) => act({ do: 'confirm', msgid, staff }, say('confirmed')));
on('to-app', async ({ staff }, { text }, form) => {
  if (text.trim() === '') return;
  form.reset();
  await act({ do: 'write_to_app', staff, text }, '');
});
on('tap', async ({ staff, task, button }, _, element) => {
  const fields = [...element.closest('.appcard').querySelectorAll('select')];
  const choices = fields.map((field) => ({ question: field.name, options: [field.value] }));
  showOutcome(await act({ do: 'tap_card', staff, taskId: task, key: button, choices }, ''));
});
on('resign', ({ staff, name }) => {
  if (confirm(say('resign_sure', name))) return act({ do: 'staff_leaves', staff });
  return undefined;
});

export const staffList = () => [
  h('h2', {}, say('tab_staff'), h('small', {}, seen.corp.staff.length)),
  h(
    'div.rows',
    {},
    seen.corp.staff.map(({ userid, name, isBot, hasLeft, customers, waiting }) =>
      h(
        `button.row${userid === at.staff ? '.on' : ''}`,
        { 'data-do': 'open-staff', 'data-id': userid, 'data-key': userid },
        face(name, userid),
        h(
          'span.what',
          {},
          h('span.first', {}, h('b', {}, name), isBot && chip(say('bot')), hasLeft && chip(say('has_left'), 'red')),
          h('span.second', {}, `${userid} · ${say('customers', customers)}`),
        ),
        waiting > 0 && h('i.badge', { title: say('waiting_tasks', waiting) }, waiting),
      ),
    ),
  ),
];

export function staffMain() {
  const { staff } = seen;
  if (!staff || staff.userid !== at.staff) return [empty(say('choose_staff'))];
  const { habits } = staff;
  return [
    h(
      'header.head',
      {},
      back(),
      face(staff.name, staff.userid),
      h(
        'div',
        {},
        h('h1', {}, staff.name, staff.hasLeft && chip(say('has_left'), 'red')),
        h('small', {}, `${staff.userid} · ${say('habits', Math.round(habits.diligence * 100), habits.slownessHours)}`),
      ),
      h('span.gap', {}),
      !staff.isBot && !staff.hasLeft && openPageAs(staff.userid),
      !staff.isBot &&
        !staff.hasLeft &&
        h('button.bad', { 'data-do': 'resign', 'data-staff': staff.userid, 'data-name': staff.name }, say('resign')),
    ),
    h(
      'div.split',
      { 'data-key': staff.userid },
      appChat(staff),
      h('section.cards', {}, tasks(staff), customers(staff)),
    ),
  ];
}

function appChat(staff) {
  return h(
    'section.chat.phone',
    {},
    h('h3', {}, say('app_chat')),
    h(
      'div.lines',
      { 'data-key': `app ${staff.userid}` },
      staff.chat.length === 0 && empty(say('app_silent')),
      staff.chat.map((message, i) =>
        h(
          `div.line.${message.mine ? 'mine' : 'app'}`,
          { 'data-key': `${message.at} ${i}` },
          face(message.mine ? staff.name : say('app'), message.mine ? staff.userid : 'app'),
          h(
            'div.said',
            {},
            h('small', {}, message.mine ? staff.name : say('app'), h('time', {}, when(message.at, seen.corp.now))),
            message.card ? cardOf(staff, message) : h('div.bubble', {}, message.text),
          ),
        ),
      ),
    ),
    !staff.hasLeft &&
      h(
        'form.composer',
        { 'data-do': 'to-app', 'data-staff': staff.userid },
        h(
          'div.words',
          {},
          h('input', { name: 'text', placeholder: say('to_app', staff.name), autocomplete: 'off', maxlength: 500 }),
          h('button.primary', { type: 'submit' }, say('send')),
        ),
      ),
  );
}

/** A card with its questions and buttons. One that the app has recalled or closed says so. */
function cardOf(staff, { card, recalledAt }) {
  const data = { 'data-do': 'tap', 'data-staff': staff.userid, 'data-task': card.taskId };
  const button = ({ key, text }) => h('button', { ...data, 'data-key': key, 'data-button': key }, text);
  if (recalledAt) return h('div.appcard', {}, h('small', {}, say('recalled')));
  return h(
    'div.appcard',
    {},
    card.title && h('b', {}, linkedTitle(card)),
    card.text && h('p', {}, card.text),
    card.lines.map(([name, value]) => h('div.pair', {}, h('small', {}, name), h('span', {}, value))),
    card.questions.map(({ key, optionIds }) =>
      h(
        'label',
        { 'data-key': key },
        key,
        h(
          'select',
          { name: key },
          optionIds.map((id) => h('option', { value: id }, id)),
        ),
      ),
    ),
    card.replaced
      ? h('div.buttons', {}, h('button', { disabled: true }, card.replaced))
      : card.buttons.length > 0 && h('div.buttons', {}, card.buttons.map(button)),
    card.menu.length > 0 && h('div.buttons', {}, h('small', {}, say('menu')), card.menu.map(button)),
  );
}

/** The title, as a link if a tap on the card opens a page. */
function linkedTitle({ title, opens }) {
  return /^https?:/.test(opens ?? '') ? h('a', { href: opens, target: '_blank', rel: 'noreferrer' }, title) : title;
}

function tasks(staff) {
  const waiting = staff.tasks.filter(({ state }) => state === 'waiting').length;
  return h(
    'section.card',
    { 'data-key': 'tasks' },
    h('h3', {}, say('tasks'), waiting > 0 && h('i.badge', {}, waiting)),
    staff.tasks.length === 0 && empty(say('no_tasks')),
    staff.tasks.map((task) =>
      h(
        `div.task.${task.state}`,
        { 'data-key': task.msgid },
        h(
          'div.item',
          {},
          h('b', {}, say(`to_${task.chatType}`, task.targets)),
          chip(say(`task_${task.state}`, task.reached), task.state),
          h('time', {}, when(task.sentAt ?? task.createdAt, seen.corp.now)),
        ),
        h('small', {}, [task.names.join('、'), task.targets > task.names.length ? '…' : ''].join('')),
        task.text && h('p.quote', {}, task.text),
        attached(task),
        task.reminded > 0 && h('small', {}, say('reminded', task.reminded)),
        task.state === 'waiting' &&
          h(
            'button.primary',
            { 'data-do': 'confirm', 'data-msgid': task.msgid, 'data-staff': staff.userid },
            say('confirm'),
          ),
      ),
    ),
  );
}

const customers = (staff) =>
  h(
    'section.card',
    { 'data-key': 'customers' },
    h('h3', {}, say('customers', staff.customers)),
    staff.relations.map(({ customerId, customer, bond, tags }) =>
      h(
        'div.item',
        { 'data-key': customerId },
        face(customer, customerId),
        h('button.link', { 'data-do': 'open-person', 'data-id': customerId }, customer),
        bond !== 'mutual' && chip(say(`bond_${bond}`), bond),
        h('small', {}, tags.map(({ name }) => name).join('、')),
        bond !== 'ended' &&
          h(
            'button.small.bad',
            {
              'data-do': 'pair-act',
              'data-act': 'delete_customer',
              'data-who': customerId,
              'data-staff': staff.userid,
            },
            say('delete'),
          ),
      ),
    ),
  );
