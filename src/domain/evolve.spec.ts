import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, dayOf, HOUR_MS } from './day.js';
import { evolve } from './evolve.js';
import { factData, type Fact, type FactData, type FactKind } from './fact.js';
import { asMemberId } from './ids.js';
import { emptyMemberState, type MemberState } from './member.js';

const zone = 'Asia/Shanghai';
const at = Date.parse('2026-03-02T09:00:00+08:00');
const stranger: MemberState = {
  ...emptyMemberState,
  id: asMemberId(1),
  externalUserId: null,
  lastOrderDay: null,
  tierLock: null,
};
const fact = <K extends FactKind>(kind: K, data: Partial<FactData<K>> = {}, when = at): Fact =>
  ({ key: `${kind}:${when}`, kind, at: when, member: { externalUserId: 'wm1' }, data }) as unknown as Fact;
const after = (facts: readonly Fact[], from = stranger): MemberState =>
  facts.reduce((member, one) => evolve(member, one, zone).member, from);
const counts = (one: Fact) => evolve(stranger, one, zone).counts;

describe('evolve', () => {
  it.each([
    [
      'a message in a group',
      fact('sent_message', { chatId: 'wr1', length: 12 }),
      { messages: 1, posts: 1, seen: 1, ads: 0 },
    ],
    [
      'a single word, which is no post',
      fact('sent_message', { chatId: 'wr1', length: 2 }),
      { messages: 1, posts: 0, seen: 1, ads: 0 },
    ],
    [
      'an ad, as a message too',
      fact('sent_message', { chatId: 'wr1', length: 80, looksLikeAd: true }),
      { messages: 1, posts: 0, seen: 1, ads: 1 },
    ],
    [
      'a direct message to the chat account as being seen only',
      fact('sent_message', { looksLikeAd: true }),
      { seen: 1 },
    ],
    ['an order as being seen', fact('order_paid', { orderId: 'o', amountCents: 8_800 }), { seen: 1 }],
    ['nothing for a refund', fact('order_refunded', { orderId: 'o', amountCents: 8_800 }), null],
    ['a mention by others, but not as being seen', fact('was_mentioned', { chatId: 'wr1' }), { mentions: 1 }],
    ['nothing for a mention outside of groups', fact('was_mentioned'), null],
    ['a check-in', fact('checked_in'), { checkins: 1, seen: 1 }],
    ['an invitation', fact('invited', { invitee: 'wm2' }), { invites: 1, seen: 1 }],
    ['nothing for leaving a group', fact('left_group', { chatId: 'wr1' }), null],
  ] as const)('counts %s', (_what, one, expected) => {
    expect(counts(one)).toEqual(expected);
  });

  it("assigns facts to days of the corp's time zone", () => {
    const late = Date.parse('2026-03-02T23:59:00+08:00');
    expect(after([fact('checked_in', {}, late)]).lastSeenDay).toBe(dayOf(at, zone));
    expect(after([fact('checked_in', {}, late + 60_000)]).lastSeenDay).toBe(dayOf(at, zone) + 1);
  });

  it('keeps the later of an add and a loss, in whatever order they arrive', () => {
    const added = fact('contact_added', { mutual: true }, at);
    const lost = fact('contact_lost', { by: 'member' }, at + HOUR_MS);
    expect(after([added, lost]).isContact).toBe(false);
    expect(after([lost, added]).isContact).toBe(false);
    expect(after([lost, added, fact('contact_added', { mutual: true }, at + 2 * HOUR_MS)]).isContact).toBe(true);
  });

  it('keeps the later of opting out and in', () => {
    const out = fact('opted_out', {}, at + HOUR_MS);
    expect(after([out, fact('opted_in', {}, at)]).optedOut).toBe(true);
    expect(after([out, fact('opted_in', {}, at + 2 * HOUR_MS)]).optedOut).toBe(false);
  });

  it('does not let a read of the contact undo what happened after it', () => {
    const read = fact('contact_read', {
      name: '小鹿',
      gender: 2,
      readAt: at,
      follows: [{ staff: 'LinXia', createdAt: at - DAY_MS, tagIds: [] }],
    });
    const lost = fact('contact_lost', { by: 'member' }, at + HOUR_MS);
    expect(after([lost, read])).toMatchObject({ isContact: false, name: '小鹿', gender: 2 });
    expect(after([read])).toMatchObject({ isContact: true, joinedAt: at - DAY_MS });
  });

  it('does not make a customer who deleted us a contact because a read still lists them', () => {
    const lost = fact('contact_lost', { by: 'member' }, at);
    const read = fact(
      'contact_read',
      {
        name: '小鹿',
        gender: 0,
        readAt: at + DAY_MS,
        follows: [{ staff: 'LinXia', createdAt: at - DAY_MS, tagIds: [] }],
      },
      at + DAY_MS,
    );
    expect(after([fact('contact_added', { mutual: true }, at - DAY_MS), lost, read]).isContact).toBe(false);
  });

  it('makes a customer a contact again when a read shows a pair that began after the loss', () => {
    const gone = after([
      fact('contact_added', { mutual: true }, at - DAY_MS),
      fact('contact_lost', { by: 'member' }, at),
    ]);
    const readAt = at + 2 * DAY_MS;
    const read = (createdAt: number) =>
      fact(
        'contact_read',
        { name: '小鹿', gender: 0, readAt, follows: [{ staff: 'LinXia', createdAt, tagIds: [] }] },
        readAt,
      );
    const back = after([read(at + DAY_MS)], gone);
    expect(back).toMatchObject({ isContact: true, contactChangedAt: at + DAY_MS });
    expect(after([read(at)], gone).isContact).toBe(false);
    expect(after([fact('contact_lost', { by: 'member' }, at + HOUR_MS)], back).isContact).toBe(true);
  });

  it('keeps the latest value of each profile field, whatever its source and order of arrival', () => {
    const hour = (n: number) => at + n * HOUR_MS;
    const facts = [
      fact('profile_updated', { name: '旧名', region: '北京', phone: '138 0013 8000' }, hour(1)),
      fact('contact_read', { name: '新名', gender: 0, readAt: hour(3), follows: [] }, hour(3)),
      fact('joined_group', { chatId: 'wr1', name: '更旧的名' }, hour(0)),
      fact('profile_updated', { region: '上海', gender: 2 }, hour(2)),
    ];
    const known = { name: '新名', region: '上海', gender: 2, phone: '+8613800138000' };
    fc.assert(
      fc.property(fc.shuffledSubarray(facts, { minLength: facts.length }), (shuffled) => {
        expect(after(shuffled)).toMatchObject(known);
      }),
    );
    expect(after([...facts, fact('joined_group', { chatId: 'wr1', name: '最新名' }, hour(4))]).name).toBe('最新名');
    expect(
      after([...facts, fact('contact_read', { name: '', gender: 0, readAt: hour(9), follows: [] }, hour(9))]),
    ).toMatchObject(known);
  });

  it('limits the times of a read to its arrival', () => {
    const far = at + 900 * DAY_MS;
    const read = fact('contact_read', {
      name: '小鹿',
      gender: 0,
      readAt: far,
      follows: [{ staff: 'LinXia', createdAt: far, tagIds: [] }],
    });
    expect(after([read])).toMatchObject({ joinedAt: at, isContact: true, profileAt: { name: at } });
  });

  it('keeps the channel code a member first came by', () => {
    expect(
      after([
        fact('joined_group', { chatId: 'wr1', state: 'expo' }),
        fact('contact_added', { mutual: true, state: 'later' }, at + HOUR_MS),
      ]).source,
    ).toBe('expo');
  });

  it('sets and removes a tier lock', () => {
    const locked = after([fact('tier_locked', { tier: 'loyal', by: 'LinXia' })]);
    expect(locked.tierLock).toEqual({ tier: 'loyal', by: 'LinXia' });
    expect(after([fact('tier_unlocked', { by: 'LinXia' })], locked).tierLock).toBeNull();
  });

  it('gives the same state in whatever order facts arrive', () => {
    const kinds = [
      'sent_message',
      'order_paid',
      'checked_in',
      'visited',
      'joined_group',
      'contact_added',
      'contact_lost',
      'opted_out',
      'opted_in',
    ] as const;
    const someFacts = fc
      .uniqueArray(fc.record({ kind: fc.constantFrom(...kinds), hours: fc.integer({ min: 0, max: 2_000 }) }), {
        selector: ({ hours }) => hours,
        minLength: 1,
        maxLength: 12,
      })
      .map((list) =>
        list.map(({ kind, hours }) =>
          fact(kind, factData[kind].parse({ orderId: 'o', amountCents: 1, chatId: 'wr1' }), at + hours * HOUR_MS),
        ),
      );
    fc.assert(
      fc.property(
        someFacts.chain((facts) =>
          fc.tuple(fc.constant(facts), fc.shuffledSubarray(facts, { minLength: facts.length })),
        ),
        ([facts, shuffled]) => {
          expect(after(shuffled)).toEqual(after([...facts].sort((a, b) => a.at - b.at)));
        },
      ),
    );
  });
});
