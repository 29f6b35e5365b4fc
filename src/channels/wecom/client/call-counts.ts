interface Count {
  total: number;
  readonly errcodes: Map<number, number>;
}

/** Counts the calls of each endpoint since the start, by answer. */
export class CallCounts {
  private readonly counts = new Map<string, Count>();

  /** `errcode` is null when no answer came. */
  record(endpoint: string, errcode: number | null): void {
    const count = this.counts.get(endpoint) ?? { total: 0, errcodes: new Map<number, number>() };
    this.counts.set(endpoint, count);
    count.total += 1;
    const answer = errcode ?? NO_ANSWER;
    count.errcodes.set(answer, (count.errcodes.get(answer) ?? 0) + 1);
  }

  list(): readonly {
    readonly endpoint: string;
    readonly total: number;
    readonly refused: number;
    readonly answers: Readonly<Record<string, number>>;
  }[] {
    return [...this.counts].map(([endpoint, { total, errcodes }]) => ({
      endpoint,
      total,
      refused: total - (errcodes.get(0) ?? 0) - (errcodes.get(NO_ANSWER) ?? 0),
      answers: Object.fromEntries(
        [...errcodes].map(([errcode, count]) => [errcode === NO_ANSWER ? 'none' : String(errcode), count]),
      ),
    }));
  }
}

const NO_ANSWER = Number.NEGATIVE_INFINITY;
