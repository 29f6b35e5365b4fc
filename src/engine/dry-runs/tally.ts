import type { Evaluation } from '../../domain/evaluate.js';
import type { MemberId } from '../../domain/ids.js';
import type { TagRule } from '../../domain/ruleset.js';
import type { TagDifference } from './change.store.js';
import type { DryRunCounts, Flow, TagCount } from './report.js';
import type { KeptBy } from '../../domain/tiers/kept-by.js';
import type { ClassVerdict } from './tier-classes.js';

/** Counts pairs. */
class Pairs {
  private readonly counts = new Map<string | null, Map<string, number>>();

  add(from: string | null, to: string, n = 1): void {
    const ofFrom = this.counts.get(from) ?? new Map<string, number>();
    this.counts.set(from, ofFrom.set(to, (ofFrom.get(to) ?? 0) + n));
  }

  /** Most first. */
  flows(): Flow[] {
    const flows = [...this.counts].flatMap(([from, ofFrom]) => [...ofFrom].map(([to, n]) => ({ from, to, n })));
    return flows.sort((a, b) => b.n - a.n || `${a.from}:${a.to}`.localeCompare(`${b.from}:${b.to}`));
  }
}

/** The counts of a dry run, from classes and differences that SQL found and from members who were evaluated one by one. */
export class DryRunTally {
  private readonly flows = new Pairs();
  private readonly warned = new Pairs();
  private readonly on = new Pairs();
  private readonly off = new Pairs();
  private readonly stages = new Pairs();
  private readonly prevented: Record<KeptBy, number> = { dwell: 0, grace: 0, lock: 0, swing: 0 };
  private recovered = 0;
  private members = 0;
  /** Changed members of the range that is being counted. */
  private changedHere = new Set<MemberId>();

  addClass({ verdict, keptBy }: ClassVerdict, tier: string | null, n: number): void {
    this.members += n;
    if (keptBy !== null) this.prevented[keptBy] += n;
    this.flows.add(tier, verdict.kind === 'entered' ? verdict.to : (tier ?? ''), n);
    if (verdict.kind === 'warned') this.warned.add(tier, verdict.to, n);
    if (verdict.kind === 'recovered') this.recovered += n;
  }

  addChanged(ids: readonly MemberId[]): void {
    for (const id of ids) this.changedHere.add(id);
  }

  addTag(rule: Pick<TagRule, 'name' | 'group'>, differences: readonly TagDifference[]): void {
    for (const { id, holds, inGroup } of differences) {
      this.changedHere.add(id);
      if (inGroup !== null) this.off.add(rule.name, inGroup);
      if (holds) this.on.add(rule.name, rule.group);
    }
  }

  /** A member whom SQL could not count. `concerned`: the tags that the proposal may change. */
  addEvaluation(
    { id, stored, subject, decision }: Evaluation,
    tiers: ClassVerdict,
    concerned: ReadonlySet<string>,
  ): void {
    this.addClass(tiers, stored.tier, 1);
    let isChanged = tiers.verdict.kind !== 'kept';
    for (const { name, group, add } of decision.tags) {
      const plain = name.startsWith(`${group}/`) ? name.slice(group.length + 1) : name;
      if (!concerned.has(plain)) continue;
      const had = subject.tags.get(plain);
      // A tag that moves to another group and does not hold there was taken off by the change before this one.
      if (!add && plain === name && had?.group !== group) continue;
      isChanged = true;
      (add ? this.on : this.off).add(plain, group);
    }
    if (decision.stage && decision.stage.to !== decision.stage.from) {
      isChanged = true;
      this.stages.add(decision.stage.from, decision.stage.to);
    }
    if (isChanged) this.changedHere.add(id);
  }

  /** The changed members since the last call, in order. */
  takeChanged(): MemberId[] {
    const ids = [...this.changedHere].sort((a, b) => a - b);
    this.changedHere = new Set();
    return ids;
  }

  counts(): DryRunCounts {
    return {
      members: this.members,
      flows: this.flows.flows(),
      warned: this.warned.flows(),
      recovered: this.recovered,
      prevented: this.prevented,
      tagsOn: tagsOf(this.on),
      tagsOff: tagsOf(this.off),
      stages: this.stages.flows(),
    };
  }
}

const tagsOf = (pairs: Pairs): TagCount[] =>
  pairs.flows().map(({ from, to, n }) => ({ tag: from ?? '', group: to, n }));
