import type { Evaluation } from '../../domain/evaluate.js';
import type { TagRef } from '../../domain/tags.js';
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

  addClass({ verdict, keptBy }: ClassVerdict, tier: string | null, n: number): void {
    this.members += n;
    if (keptBy !== null) this.prevented[keptBy] += n;
    this.flows.add(tier, verdict.kind === 'entered' ? verdict.to : (tier ?? ''), n);
    if (verdict.kind === 'warned') this.warned.add(tier, verdict.to, n);
    if (verdict.kind === 'recovered') this.recovered += n;
  }

  /** So many get the tag. */
  addOn(tag: TagRef, n: number): void {
    this.on.add(tag.name, tag.group, n);
  }

  /** So many lose the tag. */
  addOff(tag: TagRef, n: number): void {
    this.off.add(tag.name, tag.group, n);
  }

  /** A member whom SQL could not count. `concerned`: the tags that the proposal may change. Answers whether anything changes. */
  addEvaluation(
    { stored, subject, decision }: Evaluation,
    tiers: ClassVerdict,
    concerned: ReadonlySet<string>,
  ): boolean {
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
    return isChanged;
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
