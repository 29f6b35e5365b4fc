import type { Connection } from './connection.js';

/**
 * A connection lent for one transaction. It refuses statements after the end: one that was not awaited would run outside
 * the transaction. It records the first failure: after a failed statement PostgreSQL answers COMMIT with a silent rollback,
 * so a caller that caught the error would believe its rows were stored.
 */
export class Transaction implements Connection {
  private over = false;
  private running = 0;
  private firstFailure: { readonly cause: unknown } | undefined;
  /** Number of statements started so far; the idle limit watches it. */
  asked = 0;

  /** `limit.statements`: a further statement fails. */
  constructor(
    private readonly connection: Connection,
    private readonly limit: { readonly statements: number } = { statements: Infinity },
  ) {}

  get failure(): { readonly cause: unknown } | undefined {
    return this.firstFailure;
  }

  get isWaitingForItsCaller(): boolean {
    return !this.over && this.running === 0;
  }

  all(text: string, params: readonly unknown[]): Promise<unknown[]> {
    return this.ask(text, () => this.connection.all(text, params));
  }

  run(text: string, params: readonly unknown[]): Promise<number> {
    return this.ask(text, () => this.connection.run(text, params));
  }

  end(): void {
    this.over = true;
    if (this.running > 0) {
      this.firstFailure ??= { cause: new Error('the transaction ended with a statement still running: await it') };
    }
  }

  private async ask<T>(text: string, work: () => Promise<T>): Promise<T> {
    if (this.over) throw new Error(`the transaction is over: ${text}`);
    if (this.asked >= this.limit.statements) {
      const cause = new Error(`a statement too many for a write of ${this.limit.statements}: ${text}`);
      this.firstFailure ??= { cause };
      throw cause;
    }
    this.running += 1;
    this.asked += 1;
    try {
      return await work();
    } catch (cause) {
      this.firstFailure ??= { cause };
      throw cause;
    } finally {
      this.running -= 1;
    }
  }
}
