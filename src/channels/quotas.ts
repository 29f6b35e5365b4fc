export type WindowName = 'minute' | 'hour' | 'day' | 'month';

export interface QuotaRow {
  /** `*`: every endpoint that is called with the app's token. */
  readonly endpoint: string;
  /** Who shares it: the corp, each person written to, or each bot, task … a call names as its `subject`. */
  readonly per: 'corp' | 'person' | 'subject';
  readonly window: WindowName;
  readonly limit: number;
  readonly source: string;
}

export interface Quotas {
  readonly rows: readonly QuotaRow[];
  /** Calls under way at once per endpoint. */
  readonly atOnce: number;
  /** A shorter wait is waited out in place; a longer one is handed back to the outbox. */
  readonly patienceMs: number;
}
