/** Runs tasks one at a time, in order of arrival. A failed task does not affect the next one. */
export class WriteQueue {
  private last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const done = this.last.then(work);
    this.last = done.catch(() => undefined);
    return done;
  }

  /** Resolves when every task queued so far has ended. */
  async idle(): Promise<void> {
    await this.last;
  }
}
