// What the page knows of the corp, and how it asks and tells it things.
import { impossible, say } from './words.js';
import { h } from './dom.js';

const LOOK_MS = 700;
const kept = new URLSearchParams(location.hash.slice(1));

/** `now` is the corp as last seen; `open` the group, person or staff member looked at; `at` what is chosen on the page. */
export const seen = { corp: undefined, people: undefined, group: undefined, person: undefined, staff: undefined };
export const at = {
  tab: kept.get('tab') ?? 'groups',
  log: kept.get('log') ?? 'calls',
  /** On a narrow screen one of list, main and side is seen. */
  show: 'list',
  group: kept.get('group') ?? '',
  person: kept.get('person') ?? '',
  staff: kept.get('staff') ?? '',
  words: '',
  onlyRefused: false,
  /** The call or callback whose whole text is open. */
  unfolded: undefined,
};

let draw = () => undefined;
let looking = false;
let timer;

export function begin(drawing) {
  draw = drawing;
  document.addEventListener('visibilitychange', () => void look());
  void look();
}

/** Chooses something and shows it at once. */
export function choose(changes) {
  Object.assign(at, changes);
  const { tab, log, group, person, staff } = at;
  history.replaceState(null, '', `#${new URLSearchParams({ tab, log, group, person, staff })}`);
  draw();
  void look();
}

export async function look() {
  clearTimeout(timer);
  if (document.hidden) return;
  if (!looking) {
    looking = true;
    try {
      await see();
      document.body.classList.remove('deaf');
    } catch {
      document.body.classList.add('deaf');
    }
    looking = false;
    draw();
  }
  timer = setTimeout(() => void look(), LOOK_MS);
}

async function see() {
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

/** Undefined when there is no such thing any more. */
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

/** Tells the corp something, says how it went, and looks again; answers undefined when it could not be. */
async function ask(path, body, done) {
  try {
    const answer = await post(path, body);
    if (done) toast(done, 'good');
    await look();
    return answer;
  } catch (problem) {
    toast(impossible(problem.message), 'bad');
    return undefined;
  }
}

export const act = (body, done = say('done')) => ask('/sandbox/act', body, done);
/** Says what came of an act that can come to nothing. */
export function told(outcome) {
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
