import { DAY, HOUR } from '../calendar.js';
import { openAcquisitionLink, writeToStaff } from '../corp/acts/acquisition.js';
import { addContact } from '../corp/acts/contacts.js';
import { scanJoinCode } from '../corp/acts/groups.js';
import { reportInvitation } from '../corp/acts/shopping.js';
import { linkIn } from '../corp/acquisition-links.js';
import type { Corp } from '../corp/corp.js';
import type { Founded } from '../corp/founding.js';
import type { Person } from '../corp/person.js';
import type { Random } from '../random.js';
import type { Persona } from './personas.js';

/** Where the channel codes are shown that lead to a staff member. */
export const CHANNEL_STATES = ['expo-2025', 'store-qr', 'wx-article', 'live-room', 'parcel-card'] as const;
export const FOLLOWERS = ['LinXia', 'ZhaoMin', 'ChenYu', 'XuNuo', 'TangGuo'] as const;

/** Share of newcomers who come by an acquisition link while one is shown somewhere. */
const BY_LINK = 0.2;
/** Share of those who write to the staff member they have added. */
const SPEAKS = 0.6;

/** How newcomers arrive: by a public group code, by a staff member's code or link, or as a half contact. */
export class Arrivals {
  private readonly here: Person[] = [];

  constructor(
    private readonly corp: Corp,
    private readonly founded: Founded,
  ) {}

  arrive(person: Person, persona: Persona, random: Random): void {
    this.corp.meet(person);
    const inviter = this.here.length > 20 && random.chance(0.15) ? random.pick(this.here) : undefined;
    this.here.push(person);
    if (inviter) reportInvitation(this.corp, inviter, person);
    const ad = this.shownLink(random);
    if (ad) return this.byLink(person, random, ad);
    const way = random.next();
    if (way < 0.96 - 0.6 * persona.meetsStaff) this.byGroupCode(person, persona, random);
    else if (way < 0.96) this.byStaffCode(person, random, inviter ? 'friend-share' : random.pick(CHANNEL_STATES));
    else this.byHalf(person, random);
  }

  /** Adds a person who was here before the record begins: in a group, mostly a contact, without any callback. */
  addEarlier(person: Person, persona: Persona, random: Random): void {
    const { corp, founded } = this;
    corp.meet(person);
    this.here.push(person);
    const since = corp.now() - random.between(5, 120) * DAY;
    const kind = persona.key === 'buyer' && random.chance(0.5) ? '会员' : random.chance(0.3) ? '普通' : '潜在';
    const group = random.pick(founded.groupsOf(kind));
    corp.groups.add(group, { id: person.externalUserId, type: 2, joinedAt: since, scene: 3 });
    if (random.chance(0.12)) {
      const friends = founded.groupsOf('老友')[0];
      if (friends)
        corp.groups.add(friends, {
          id: person.externalUserId,
          type: 2,
          joinedAt: since,
          scene: 1,
          invitor: friends.owner,
        });
    }
    if (!random.chance(persona.meetsStaff)) return;
    const userid = random.pick(FOLLOWERS);
    corp.relations.add({
      userid,
      person,
      bond: 'mutual',
      createdAt: since,
      addWay: 1,
      state: random.pick(CHANNEL_STATES),
      remark: person.name,
      description: '',
      company: '',
      mobiles: [],
      tags: new Set(),
      lastTalkAt: since,
      changedAt: since,
      before: undefined,
    });
  }

  private byGroupCode(person: Person, persona: Persona, random: Random): void {
    scanJoinCode(this.corp, person, random.pick(this.founded.publicCodes));
    if (!random.chance(0.7 * persona.meetsStaff)) return;
    const userid = random.pick(FOLLOWERS);
    const welcome = random.chance(0.5);
    this.corp.timeline.after(random.between(1, 20) * DAY, () =>
      addContact(this.corp, person, userid, { addWay: 4, welcome }),
    );
  }

  private byStaffCode(person: Person, random: Random, state: string): void {
    addContact(this.corp, person, random.pick(FOLLOWERS), { addWay: 1, state, welcome: random.chance(0.85) });
    if (random.chance(0.65)) {
      const code = random.pick(this.founded.publicCodes);
      this.corp.timeline.after(random.between(1, 72) * HOUR, () => scanJoinCode(this.corp, person, code));
    }
    if (random.chance(0.08)) {
      const userid = random.pick(FOLLOWERS);
      this.corp.timeline.after(random.between(10, 90) * DAY, () =>
        addContact(this.corp, person, userid, { addWay: 3, welcome: false }),
      );
    }
  }

  /** One of the links that somebody has published, or else of those that the app has made; undefined: come otherwise. */
  private shownLink(random: Random): { readonly linkId: string; readonly channel: string } | undefined {
    const { acquisitionLinks } = this.corp;
    const published = acquisitionLinks.published.flatMap((url) => linkIn(url) ?? []);
    const made = acquisitionLinks.all().filter(({ byApp }) => byApp);
    const shown = published.length > 0 ? published : made.map(({ linkId }) => ({ linkId, channel: '' }));
    // Without links nothing is drawn, so that they do not change the year of a corp that has none.
    return shown.length > 0 && random.chance(BY_LINK) ? random.pick(shown) : undefined;
  }

  private byLink(person: Person, random: Random, ad: { readonly linkId: string; readonly channel: string }): void {
    const { corp } = this;
    const opened = openAcquisitionLink(corp, person, ad);
    if (random.chance(0.65)) {
      const code = random.pick(this.founded.publicCodes);
      corp.timeline.after(random.between(1, 72) * HOUR, () => scanJoinCode(corp, person, code));
    }
    const userid = 'added' in opened ? opened.added : 'waiting' in opened ? opened.waiting : undefined;
    if (userid === undefined || !random.chance(SPEAKS)) return;
    corp.timeline.after(random.between(0.1, 48) * HOUR, () => writeToStaff(corp, person, userid));
  }

  private byHalf(person: Person, random: Random): void {
    const userid = random.pick(FOLLOWERS);
    const met = { addWay: 1, state: random.pick(CHANNEL_STATES) } as const;
    addContact(this.corp, person, userid, { ...met, welcome: false, half: true });
    if (random.chance(0.7)) {
      this.corp.timeline.after(random.between(1, 30) * HOUR, () =>
        addContact(this.corp, person, userid, { ...met, welcome: random.chance(0.5) }),
      );
    }
  }
}
