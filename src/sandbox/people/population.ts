import { DAY } from '../calendar.js';
import { nobodyReacts, type Corp } from '../corp/corp.js';
import type { Founded } from '../corp/founding.js';
import type { Person } from '../corp/person.js';
import { Random, streamSeed } from '../random.js';
import { AssistantHabits } from './assistant-habits.js';
import { Arrivals } from './arrivals.js';
import { momentOfDay } from './day-shape.js';
import { Feelings } from './feelings.js';
import { Life, type LastSpeakers } from './life.js';
import { nicknames } from './names.js';
import { PERSONAS, type Persona } from './personas.js';
import { ServicerLife } from './servicer-life.js';
import { removalsIn, StaffLife } from './staff-life.js';

export interface PopulationSettings {
  readonly seed: number;
  readonly people: number;
  readonly months: number;
}

/** Share of the people who were in the groups before the record begins. */
const WERE_HERE = 0.2;
/** The part of the span in which newcomers arrive, more of them early. */
const LAST_ARRIVAL = 0.92;
const MONTH = 30.44 * DAY;

/** Brings people into the corp over the whole span, and simulates what they and the staff do. */
export function populate(corp: Corp, founded: Founded, { seed, people, months }: PopulationSettings): void {
  const stream = (name: string): Random => new Random(streamSeed(seed, name));
  const feelings = new Map<string, Feelings>();
  const lastSpeakers: LastSpeakers = new Map();
  const arrivals = new Arrivals(corp, founded);
  const names = nicknames(people, stream('names'));
  const births = stream('births');
  const personas = personasFor(people, stream('personas'));

  names.forEach((name, i) => {
    const persona = personas[i] as Persona;
    const person = createPerson(corp, { name, index: i, persona }, births);
    // With a chat account people talk to it; without one they write to the assistant.
    const assistant = corp.bot ? undefined : new AssistantHabits(corp, person, persona, stream(`assistant ${i}`));
    const life = new Life(corp, { person, persona }, { random: stream(`life ${i}`), lastSpeakers, assistant });
    feelings.set(person.externalUserId, new Feelings(corp, life, stream(`feelings ${i}`)));
    const way = stream(`way in ${i}`);
    if (i < people * WERE_HERE) {
      arrivals.addEarlier(person, persona, way);
      corp.timeline.at(corp.now(), () => life.begin());
      return;
    }
    const day = corp.now() + way.next() ** 1.35 * months * LAST_ARRIVAL * MONTH;
    corp.timeline.at(momentOfDay(day, way), () => {
      arrivals.arrive(person, persona, way);
      life.begin();
    });
  });

  const staffLives = new Map(
    [...corp.staff.values()]
      .filter((one) => one !== corp.bot)
      .map((one) => [one.userid, new StaffLife(corp, one, seed)]),
  );
  // In a quiet corp (no people) staff only do what the app asks.
  if (people > 0) for (const life of staffLives.values()) corp.timeline.at(corp.now(), () => life.begin());

  const servicers = new ServicerLife(corp, stream('servicers'));
  corp.reactions = {
    ...nobodyReacts,
    received: (person, message) => feelings.get(person.externalUserId)?.take(message),
    posted: (post) => {
      for (const id of corp.groups.get(post.chatId)?.members.keys() ?? []) feelings.get(id)?.seePost(post);
    },
    staffMessaged: (_staff, message) => {
      for (const { chatId, externalUserId, owner } of removalsIn(corp, message.text)) {
        staffLives.get(owner)?.takeRemoval(chatId, externalUserId);
      }
    },
    asked: (send, userid) => staffLives.get(userid)?.takeMassSend(send),
    reminded: (send, userid) => staffLives.get(userid)?.takeMassSend(send),
    handedOver: (session) => people > 0 && servicers.handedOver(session),
    applied: (person, userid) => staffLives.get(userid)?.acceptLater(person),
  };
}

/** The personas in their shares, in random order. */
function personasFor(people: number, random: Random): Persona[] {
  const deck = PERSONAS.flatMap((persona) => Array.from({ length: Math.ceil(persona.share * people) }, () => persona));
  return random.shuffled(deck).slice(0, people);
}

function createPerson(
  corp: Corp,
  { name, index, persona }: { readonly name: string; readonly index: number; readonly persona: Persona },
  random: Random,
): Person {
  return {
    name,
    externalUserId: corp.ids.letters('wm'),
    unionid: corp.ids.letters('o', 28),
    chatContactId: corp.ids.letters('7882', 24),
    // 7919 shares no factor with 10^8: all numbers differ.
    phone: `138${String((index * 7_919 + 10_000_019) % 100_000_000).padStart(8, '0')}`,
    gender: random.int(0, 2),
    persona: persona.key,
  };
}
