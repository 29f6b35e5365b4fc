export type WindowName = 'minute' | 'hour' | 'day' | 'month';

export interface QuotaRow {
  /** `*` means every endpoint that needs the app's token. */
  readonly endpoint: string;
  /** Who has this quota: the whole corp, each recipient, or each `subject` of a call (a bot, a task). */
  readonly per: 'corp' | 'person' | 'subject';
  readonly window: WindowName;
  readonly limit: number;
  readonly source: string;
}

export interface Quotas {
  readonly rows: readonly QuotaRow[];
  /** Concurrent calls per endpoint. */
  readonly atOnce: number;
  /** The limiter sleeps through shorter waits; longer ones go back to the outbox. */
  readonly patienceMs: number;
}
