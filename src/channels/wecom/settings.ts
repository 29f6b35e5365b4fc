/** What a corp's admin hands us; read and checked by the platform's config, never from the environment here. */
export interface WecomSettings {
  readonly corpId: string;
  /** The self-built app that is listed under 客户联系 → 可调用接口的应用 (O-99547). */
  readonly agentId: number;
  readonly secret: string;
  readonly callbackToken: string;
  /** 43 characters of `[A-Za-z0-9]`. */
  readonly callbackAesKey: string;
  /** A callback whose signed time lies further from ours is refused, so that nobody can send a recorded one again. Left out: 24. */
  readonly callbackMaxAgeHours?: number | undefined;
  /** Without a trailing slash; the real one is `https://qyapi.weixin.qq.com`. */
  readonly apiBase: string;
  /** The callback door as WeCom sees it, `https://…/wecom/callback`; absent when nobody said. */
  readonly callbackUrl?: string | undefined;
  /** As it is seen from this machine. */
  readonly localCallbackUrl?: string | undefined;
}

/** As much of pino as the channel uses. */
export interface WecomLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
