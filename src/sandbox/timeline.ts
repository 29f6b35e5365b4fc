interface Entry {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** The corp's scheduled events by simulated time. Events of the same moment run in the order they were added. */
export class Timeline {
  private readonly heap: Entry[] = [];
  private order = 0;
  private clock: number;

  constructor(startAt: number) {
    this.clock = startAt;
  }

  now(): number {
    return this.clock;
  }

  get waiting(): number {
    return this.heap.length;
  }

  /** A moment in the past is scheduled for now. */
  at(moment: number, run: () => void): void {
    this.push({ at: Math.max(this.clock, Math.round(moment)), order: (this.order += 1), run });
  }

  after(ms: number, run: () => void): void {
    this.at(this.clock + ms, run);
  }

  /** Runs the next event due up to `until`. False when there is none; the clock then stands at `until`. */
  step(until: number): boolean {
    const next = this.heap[0];
    if (!next || next.at > until) {
      this.clock = Math.max(this.clock, until);
      return false;
    }
    this.pop();
    this.clock = Math.max(this.clock, next.at);
    next.run();
    return true;
  }

  private push(entry: Entry): void {
    const { heap } = this;
    let i = heap.push(entry) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(entry, heap[parent] as Entry)) break;
      heap[i] = heap[parent] as Entry;
      i = parent;
    }
    heap[i] = entry;
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as Entry, heap[child] as Entry)) child += 1;
      if (!before(heap[child] as Entry, last)) break;
      heap[i] = heap[child] as Entry;
      i = child;
    }
    heap[i] = last;
  }
}

const before = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
