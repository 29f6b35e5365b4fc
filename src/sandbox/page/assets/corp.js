// What the page has read of the corp, and its requests to the corp.
import { impossible, say } from './words.js';
import { h } from './dom.js';

const POLL_MS = 700;
const kept = new URLSearchParams(location.hash.slice(1));

/** `seen` is what was last read of the corp; `at` is what is chosen on the page. */
export const seen = { corp: undefined, people: undefined, group: undefined, person: undefined, staff: undefined };
export const at = {
  tab: kept.get('tab') ?? 'groups',
  log: kept.get('log') ?? 'calls',
  /** Which of list, main and side a narrow screen shows. */
  show: 'list',
  group: kept.get('group') ?? '',
  person: kept.get('person') ?? '',
  /** What a customer's phone shows: what was received, or the chat with the assistant. */
  phone: kept.get('phone') ?? 'received',
  staff: kept.get('staff') ?? '',
  words: '',
  onlyRefused: false,
  /** The call or callback whose whole text is open. */
  unfolded: undefined,
};

let draw = () => undefined;
let isReading = false;
let timer;

export function begin(drawing) {
  draw = drawing;
  document.addEventListener('visibilitychange', () => void refresh());
  void refresh();
}

/** Chooses something and shows it at once. */
export function choose(changes) {
  Object.assign(at, changes);
  const { tab, log, group, person, phone, staff } = at;
  history.replaceState(null, '', `#${new URLSearchParams({ tab, log, group, person, phone, staff })}`);
  draw();
  void refresh();
}

export async function refresh() {
  clearTimeout(timer);
  if (document.hidden) return;
  if (!isReading) {
    isReading = true;
    try {
      await readChosen();
      document.body.classList.remove('unreachable');
    } catch {
      document.body.classList.add('unreachable');
    }
    isReading = false;
    draw();
  }
  timer = setTimeout(() => void refresh(), POLL_MS);
}

async function readChosen() {
  seen.corp = await read('corp');
  if (at.group === '') at.group = seen.corp.groups[0]?.chatId ?? '';
  if (at.staff === '') at.staff = seen.corp.staff[0]?.userid ?? '';
  if (at.tab === 'people') {
    seen.people = await read('people', { q: at.words });
    if (at.person === '') at.person = seen.people.people[0]?.id ?? '';
  }
  const one = { groups: 'group', people: 'person', staff: 'staff' }[at.tab];
  const id = at[one];
  if (id !== '') {
    const thing = await read(one, { id });
    if (at[one] === id) seen[one] = thing;
  }
}

/** Undefined when it no longer exists. */
export async function read(what, query = {}) {
  const answer = await fetch(`/page/${what}?${new URLSearchParams(query)}`);
  if (answer.status === 404) return undefined;
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return answer.json();
}

async function post(path, body) {
  const answer = await fetch(path, { method: 'POST', body: JSON.stringify(body) });
  const json = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(json.message ?? json.error ?? `HTTP ${answer.status}`);
  return json;
}

/** Posts to the corp, shows the outcome and refreshes the page. Returns undefined when it failed. */
async function ask(path, body, done) {
  try {
    const answer = await post(path, body);
    if (done) toast(done, 'good');
    await refresh();
    return answer;
  } catch (problem) {
    toast(impossible(problem.message), 'bad');
    return undefined;
  }
}

export const act = (body, done = say('done')) => ask('/sandbox/act', body, done);
/** Shows the outcome of an act that may have had no effect. */
export function showOutcome(outcome) {
  if (outcome?.not) toast(say(`not_${outcome.not}`), 'bad');
  else if (outcome?.joined) toast(say('joined_now', outcome.joined), 'good');
  else if (outcome?.waiting) toast(say('waits_for', outcome.waiting), 'good');
  else if (outcome) toast(say('done'), 'good');
}

export const trouble = (body, done = say('done')) => ask('/sandbox/trouble', body, done);
export const moveTime = (body) => ask('/page/time', body);
export const setDoors = (body) => ask('/sandbox/doors', body, say('saved'));
export const verify = () => ask('/sandbox/verify', {});

export function toast(text, kind) {
  const note = h(`div.toast.${kind}`, {}, text);
  document.querySelector('#toasts').append(note);
  setTimeout(() => note.remove(), 4_000);
}
