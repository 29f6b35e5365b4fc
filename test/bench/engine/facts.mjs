// The facts of a realistic month of a community: contacts, messages, orders. The same every time.
const HOUR_MS = 3_600_000;
const DAYS = 30;
const GROUPS = 40;
const STAFF = ['LinXia', 'ZhaoMin', 'ChenYu', 'XuNuo', 'TangGuo'];

/** `members` people and `count` facts about them, in the order of their times; the last is one hour before `now`. */
export function monthOfFacts({ members, count, now }) {
  const draw = drawer(20261130);
  const begun = now - DAYS * 24 * HOUR_MS;
  const end = now - HOUR_MS;
  const people = Array.from({ length: members }, (_, index) => ({
    externalUserId: `wm${String(index).padStart(30, '0')}`,
    // Half of the people are there from the start; the others come during the month.
    since: index % 2 === 0 ? begun : begun + Math.floor(draw() * (end - begun)),
    group: `wr${String(index % GROUPS).padStart(30, '0')}`,
  }));
  const facts = people.map(({ externalUserId, since }, index) => ({
    key: `bench:added:${index}`,
    kind: 'contact_added',
    at: since,
    member: { externalUserId },
    data: { staff: STAFF[index % STAFF.length], mutual: true },
  }));
  for (let index = 0; facts.length < count; index += 1) {
    const { externalUserId, since, group } = people[Math.floor(draw() ** 2 * members)];
    const at = since + Math.floor(draw() * (end - since));
    facts.push({ key: `bench:${index}`, at, member: { externalUserId }, ...doing(draw, index, group) });
  }
  return facts.sort((a, b) => a.at - b.at);
}

function doing(draw, index, chatId) {
  const share = draw();
  if (share < 0.15) return { kind: 'joined_group', data: { chatId, scene: 3 } };
  if (share < 0.7) return { kind: 'sent_message', data: { chatId, length: 12 } };
  if (share < 0.85)
    return { kind: 'order_paid', data: { orderId: `o-${index}`, amountCents: 1_000 + Math.floor(draw() * 30_000) } };
  return { kind: share < 0.95 ? 'checked_in' : 'visited', data: {} };
}

/** Numbers in [0, 1) that are the same every time (mulberry32). */
function drawer(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
