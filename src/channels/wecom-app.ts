import type { z } from 'zod';

/** Whose quotas one call uses. */
export interface QuotaUse {
  readonly endpoint: string;
  /** Calls with the same pair run one after the other: WeCom refuses them in parallel (45035). */
  readonly pair?: string;
  /** Recipients, each with a quota. WeCom drops messages beyond it without an error. */
  readonly people?: readonly string[];
  /** A bot or task with a quota of its own. */
  readonly subject?: string;
}

export interface ApiCall<T> extends QuotaUse {
  readonly query?: Readonly<Record<string, string>>;
  /** Without a body the call is a GET. An object is sent as JSON. */
  readonly body?: Readonly<Record<string, unknown>> | FormData;
  /** The schema of a success. Unknown fields are ignored. */
  readonly answer: z.ZodType<T>;
}

export type Outcome<T> = { readonly ok: true; readonly data: T } | { readonly ok: false; readonly errcode: number };

/** A callback that only says that something can be read. `field`: the text of one of its elements. */
export interface WecomNotice {
  readonly event: string;
  field(name: string): string | undefined;
}

/**
 * The self-built app of the corp, for the parts that use its API beside the WeCom channel: customer service, the sign-in of
 * the member's page, acquisition links. Token, quotas, halts and error codes are those of the WeCom channel.
 */
export interface WecomApp {
  readonly corpId: string;
  readonly agentId: number;
  /** Throws `RetryLater` or `GiveUp` for every errcode except 0. */
  call<T>(call: ApiCall<T>): Promise<T>;
  /** As `call`, but returns the expected errcodes. */
  tryCall<T>(call: ApiCall<T>, expected: readonly number[]): Promise<Outcome<T>>;
  /** The media_id of a picture, by its URL; it is uploaded once while WeCom keeps it. */
  mediaIdOf(url: string): Promise<string>;
  /** Drops a media_id that WeCom does not have any more (40007). */
  forgetMedia(url: string, mediaId: string): Promise<void>;
  /** Calls the listener for every verified callback of this event (`kf_msg_or_event`, `kf_account_auth_change`), before it is acknowledged. */
  onNotice(event: string, listener: (notice: WecomNotice) => void): void;
}
