/** First come, first served, one at a time. A turn that fails does not spoil the next one. */
export class WriteQueue {
  private last: Promise<unknown> = Promise.resolve();

  take<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.last.then(work);
    this.last = mine.catch(() => undefined);
    return mine;
  }

  /** Resolves when every turn taken so far is over. */
  async idle(): Promise<void> {
    await this.last;
  }
}
