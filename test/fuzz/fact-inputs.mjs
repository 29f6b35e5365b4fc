import { deepJson, damaged, oddText, oddValue, oddNumbers } from './odd-values.mjs';

const shapes = {
  contact_added: () => ({ staff: 'LinXia', state: 'poster' }),
  contact_lost: () => ({ staff: 'LinXia' }),
  joined_group: () => ({ chatId: 'wrFuzz', name: '小林' }),
  left_group: () => ({ chatId: 'wrFuzz' }),
  sent_message: () => ({ chatId: 'wrFuzz', length: 12, mentions: ['wmFuzzOther'] }),
  order_paid: (index) => ({ orderId: `order-${index}`, amountCents: 4_900, category: '零食' }),
  order_refunded: (index) => ({ orderId: `order-${index - 1}`, amountCents: 4_900 }),
  checked_in: () => ({}),
  invited: () => ({ invitee: 'wmFuzzOther' }),
  visited: () => ({ page: '/x' }),
  content_viewed: () => ({ contentId: 'c1', category: '教程' }),
  profile_updated: () => ({ name: '小林', phone: '13800138000', birthday: '1990-02-28', region: '杭州' }),
  opted_out: () => ({}),
  opted_in: () => ({}),
  custom: () => ({ name: 'lesson_done', value: 3 }),
};

/** One request with a few facts; `whole` are the keys of those that nothing was done to, which must be kept. */
export function factInput(random, index) {
  const whole = [];
  const facts = random.times(random.int(1, 5), (place) => {
    const kind = random.pick(Object.keys(shapes));
    const key = `fuzz-${index}-${place}`;
    const fact = {
      key,
      kind,
      at: new Date(Date.now() - random.int(0, 40 * 86_400) * 1_000).toISOString(),
      member: { externalUserId: `wmFuzzMember${random.int(1, 60)}` },
      data: shapes[kind](index),
    };
    if (random.chance(0.4)) {
      whole.push(key);
      return fact;
    }
    return oddly(fact, random);
  });
  const body = JSON.stringify({ facts });
  if (random.chance(0.05)) return { ...posted(damaged(body, random)), whole: [] };
  if (random.chance(0.05)) {
    const depth = deepJson(
      random.int(100, 20_000),
      ...random.pick([
        ['[', ']'],
        ['{"a":', '1}'],
      ]),
    );
    return { ...posted(body.replace('"data":{', `"data":{"deep":${depth},`)), whole: [] };
  }
  return { ...posted(body), whole };
}

function oddly(fact, random) {
  const odd = structuredClone(fact);
  for (const name of ['kind', 'at', 'member', 'data']) if (random.chance(0.1)) odd[name] = oddValue(random);
  if (typeof odd.data === 'object' && odd.data !== null)
    for (const name of Object.keys(odd.data))
      if (random.chance(0.3)) odd.data[name] = random.chance(0.5) ? oddText(random) : oddValue(random, 2);
  if (typeof odd.member === 'object' && odd.member !== null) {
    if (random.chance(0.2)) odd.member[random.pick(['phone', 'unionid', 'chatContactId'])] = oddText(random);
    if (random.chance(0.1)) odd.member.externalUserId = oddText(random);
  }
  if (random.chance(0.1))
    odd.at = random.pick([
      '2026-02-30T00:00:00Z',
      '0000-01-01T00:00:00Z',
      '9999-12-31T23:59:59Z',
      '1970-01-01T00:00:00+14:00',
      oddText(random),
    ]);
  if (random.chance(0.1))
    odd.data = { ...odd.data, amountCents: random.pick(oddNumbers), length: random.pick(oddNumbers) };
  if (random.chance(0.05)) odd.key = oddText(random);
  return odd;
}

const posted = (body) => ({
  method: 'POST',
  path: '/api/v1/facts',
  headers: { 'content-type': 'application/json' },
  body,
});
