import { daysAfter, daysAgo, type LocalMoment } from '../../domain/day.js';
import { predicateOf, type CompiledRule, type TagTest } from '../../domain/rules/index.js';
import type { TierRules } from '../../domain/ruleset.js';
import { keptBy, type KeptBy } from '../../domain/tiers/kept-by.js';
import { decideTier, type TierStanding, type TierState, type TierVerdict } from '../../domain/tiers/tier-policy.js';
import { floorStore, type FloorGroups } from './floor.store.js';
import type { StatementText } from './statement-text.js';

export interface TierClassOptions {
  readonly when: LocalMoment;
  /** How the tags are read that the rules name. */
  readonly tagTest: TagTest;
  readonly floorGroups: FloorGroups;
}

const nowhere = { start: 0, end: 0 };

/** Holds for members with any of these tags. */
const anyOfTags = (tags: readonly string[]): Pick<CompiledRule, 'toSql'> => ({
  toSql: (dialect, context) =>
    predicateOf(
      { kind: 'any', parts: tags.map((tag) => ({ kind: 'tagged', tag, range: nowhere })), range: nowhere },
      dialect,
      context,
    ),
});

function floorGroupWays(key: string, groups: FloorGroups): readonly string[] {
  const predicate = floorStore.predicate({ key }, groups, (value) => value);
  return predicate === null ? [] : [predicate];
}

/** One of the things that the decision about a tier depends on, as a whole number below `size`. */
interface Part {
  readonly size: number;
  sql(text: StatementText): string;
}

/** What SQL has found of a class of members about whom the same is decided. */
interface Found {
  /** Places in the list of tiers, from 1; 0 for none, and for one that does not exist. */
  readonly lock: number;
  readonly tier: number;
  /** One bit for each tier, the lowest first. */
  readonly enters: number;
  readonly stays: number;
  readonly dwelt: number;
  readonly grace: number;
}

type Name = keyof Found;

const NO_GRACE = 0;
const IN_GRACE = 1;
const AFTER_GRACE = 2;

export interface ClassVerdict {
  readonly verdict: TierVerdict;
  /** What keeps a member in a tier in which the rules alone would not put them. */
  readonly keptBy: KeptBy | null;
}

/**
 * Puts every member in a class by all that the decision about their tier depends on. SQL only finds the classes; what
 * becomes of a class is decided by `decideTier`, as for one member.
 */
export class TierClasses {
  private readonly parts: Readonly<Record<Name, Part>>;
  private readonly when: LocalMoment;
  private readonly verdicts = new Map<number, ClassVerdict>();

  constructor(
    private readonly tiers: readonly TierRules[],
    { when, tagTest, floorGroups }: TierClassOptions,
  ) {
    this.when = when;
    const placeOf = (column: string): Part => ({
      size: tiers.length + 1,
      sql: (text) =>
        `CASE ${column} ${tiers.map(({ key }, index) => `WHEN ${text.text(key)} THEN ${index + 1}`).join(' ')} ELSE 0 END`,
    });
    const entersOf = ({ key, enter, floor, enabled }: TierRules, text: StatementText): string => {
      if ((!enter && !floor) || enabled === false) return '0';
      const ways = [
        ...(enter ? [text.condition(enter, { tagTest })] : []),
        ...(floor && floor.tags.length > 0 ? [text.condition(anyOfTags(floor.tags), { tagTest })] : []),
        ...floorGroupWays(key, floorGroups),
      ];
      return `CASE WHEN ${ways.join(' OR ')} THEN 1 ELSE 0 END`;
    };
    this.parts = {
      lock: placeOf('mb.tier_lock'),
      tier: placeOf('m.tier'),
      enters: {
        size: 2 ** tiers.length,
        sql: (text) => tiers.map((tier, index) => `${2 ** index} * (${entersOf(tier, text)})`).join(' + '),
      },
      stays: {
        size: 2,
        sql: (text) => {
          const withRule = tiers.filter(({ stay, enabled }) => stay !== null || enabled === false);
          if (withRule.length === 0) return '0';
          const staysIn = (tier: TierRules): string =>
            `m.tier = ${text.text(tier.key)} AND ${tier.enabled === false ? 'TRUE' : text.condition(tier.stay!, { tagTest })}`;
          return `CASE ${withRule.map((tier) => `WHEN ${staysIn(tier)} THEN 1`).join(' ')} ELSE 0 END`;
        },
      },
      dwelt: {
        size: 2,
        sql: (text) => {
          const since = tiers.map(
            ({ key, minDwellDays }) => `WHEN ${text.text(key)} THEN ${daysAgo(minDwellDays, when)}`,
          );
          return `CASE WHEN COALESCE(mb.tier_since, 0) <= CASE m.tier ${since.join(' ')} ELSE ${when.now} END THEN 1 ELSE 0 END`;
        },
      },
      grace: {
        size: 3,
        sql: () =>
          `CASE WHEN mb.tier_grace_until IS NULL THEN ${NO_GRACE} WHEN mb.tier_grace_until > ${daysAgo(0, when)} THEN ${IN_GRACE} ELSE ${AFTER_GRACE} END`,
      },
    };
  }

  /** The class of a row of `member_metrics m` and `member mb`, as a whole number. */
  sql(text: StatementText): string {
    return Object.values(this.parts).reduce((sql, part) => `(${sql}) * ${part.size} + (${part.sql(text)})`, '0');
  }

  /** The classes found until now. */
  known(): number[] {
    return [...this.verdicts.keys()];
  }

  /** The classes found until now whose members stay in their tiers without a warning. */
  kept(): number[] {
    return [...this.verdicts].flatMap(([tierClass, { verdict }]) => (verdict.kind === 'kept' ? [tierClass] : []));
  }

  /** The classes found until now whose members enter another tier, with that tier. */
  newTiers(): Map<number, string> {
    const entered = new Map<number, string>();
    for (const [tierClass, { verdict }] of this.verdicts)
      if (verdict.kind === 'entered') entered.set(tierClass, verdict.to);
    return entered;
  }

  /** What is decided about the members of a class. */
  verdictOn(tierClass: number): ClassVerdict {
    const known = this.verdicts.get(tierClass) ?? this.decide(this.read(tierClass));
    this.verdicts.set(tierClass, known);
    return known;
  }

  private read(tierClass: number): Found {
    const found: Partial<Record<Name, number>> = {};
    let left = tierClass;
    for (const [name, { size }] of Object.entries(this.parts).reverse()) {
      found[name as Name] = left % size;
      left = Math.floor(left / size);
    }
    return found as Found;
  }

  private decide(found: Found): ClassVerdict {
    const standings = this.tiers.map((tier, index): TierStanding => {
      const enters = Math.floor(found.enters / 2 ** index) % 2 === 1;
      const stays = enters || (found.tier === index + 1 && found.stays === 1);
      return { key: tier.key, enters, stays, minDwellDays: tier.minDwellDays, graceDays: tier.graceDays };
    });
    const keyAt = (place: number): string | null => this.tiers[place - 1]?.key ?? null;
    const tier = keyAt(found.tier);
    const { now, timeZone } = this.when;
    // Any moment of the class stands for all: only whether it has passed counts.
    const state: TierState = {
      tier,
      since: found.dwelt === 1 ? 0 : this.when.now,
      lock: keyAt(found.lock),
      graceUntil: [null, daysAfter(now, 1, timeZone), now][found.grace]!,
      graceTo: null,
    };
    const verdict = decideTier(state, standings, this.when);
    return { verdict, keptBy: keptBy(state, standings, verdict, this.when) };
  }
}
