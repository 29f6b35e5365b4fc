import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { isoOf } from '../calendar.js';
import type { ShopFact } from '../corp/outlets.js';

export interface ShopDoor {
  readonly url: string;
  readonly token: string;
}

/** The product's answers to the posted facts. */
export interface ShopLedger {
  accepted: number;
  duplicates: number;
  readonly rejected: { readonly key: string; readonly code: string; readonly message: string }[];
  /** Why the latest post did not go through, empty when it did. */
  lastProblem: string;
  readonly kinds: Record<string, number>;
}

const BATCH = 1_000;

const answerShape = z.object({
  accepted: z.number().default(0),
  duplicates: z.number().default(0),
  rejected: z.array(z.object({ index: z.number(), code: z.string(), message: z.string().default('') })).default([]),
});

/** Queues the shop's facts and posts them in batches until the product accepts them, also over restarts of the product. */
export class Shop {
  readonly ledger: ShopLedger = { accepted: 0, duplicates: 0, rejected: [], lastProblem: '', kinds: {} };
  private readonly queue: ShopFact[] = [];
  private door: ShopDoor | undefined;
  private flushing: Promise<void> | undefined;
  private closed = false;

  constructor(private readonly patienceMs: number) {}

  address(door: ShopDoor | undefined): void {
    this.door = door;
  }

  get waiting(): number {
    return this.queue.length;
  }

  get isBehind(): boolean {
    return this.door !== undefined && this.queue.length >= BATCH;
  }

  sell(fact: ShopFact): void {
    this.queue.push(fact);
    this.ledger.kinds[fact.kind] = (this.ledger.kinds[fact.kind] ?? 0) + 1;
  }

  /** Resolves when all facts are delivered or the product did not answer for too long; the rest stays queued. */
  flush(): Promise<void> {
    this.flushing ??= this.run().finally(() => (this.flushing = undefined));
    return this.flushing;
  }

  close(): void {
    this.closed = true;
  }

  private async run(): Promise<void> {
    const { door } = this;
    if (!door) return;
    let failingSince: number | undefined;
    let waitMs = 50;
    while (this.queue.length > 0 && !this.closed) {
      const batch = this.queue.slice(0, BATCH);
      const problem = await this.postBatch(door, batch);
      this.ledger.lastProblem = problem?.words ?? '';
      if (!problem) {
        this.queue.splice(0, batch.length);
        failingSince = undefined;
        waitMs = 50;
        continue;
      }
      failingSince ??= Date.now();
      if (problem.lasting || Date.now() - failingSince > this.patienceMs) return;
      await pause(waitMs);
      waitMs = Math.min(500, waitMs * 2);
    }
  }

  private async postBatch(
    door: ShopDoor,
    batch: readonly ShopFact[],
  ): Promise<{ words: string; lasting: boolean } | undefined> {
    try {
      const answer = await fetch(`${door.url}/api/v1/facts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${door.token}` },
        body: JSON.stringify({ facts: batch.map((fact) => ({ ...fact, at: isoOf(fact.at) })) }),
        signal: AbortSignal.timeout(10_000),
      });
      const text = await answer.text();
      if (!answer.ok) {
        // A refused batch would be refused again at once.
        const lasting = answer.status < 500 && answer.status !== 429;
        return { words: `HTTP ${answer.status} ${text.slice(0, 200)}`, lasting };
      }
      this.book(batch, text);
      return undefined;
    } catch (problem) {
      return { words: problem instanceof Error ? problem.message : String(problem), lasting: false };
    }
  }

  private book(batch: readonly ShopFact[], text: string): void {
    const answer = answerShape.parse(JSON.parse(text));
    this.ledger.accepted += answer.accepted;
    this.ledger.duplicates += answer.duplicates;
    for (const { index, code, message } of answer.rejected) {
      this.ledger.rejected.push({ key: batch[index]?.key ?? '', code, message });
    }
  }
}
