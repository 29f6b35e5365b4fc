/** The settings from a corp's admin. The config module reads and checks them. */
export interface WecomSettings {
  readonly corpId: string;
  /** The self-built app that is listed under 客户联系 → 可调用接口的应用 (O-99547). */
  readonly agentId: number;
  readonly secret: string;
  readonly callbackToken: string;
  /** 43 characters of `[A-Za-z0-9]`. */
  readonly callbackAesKey: string;
  /** Callbacks with an older or later timestamp are refused, so that nobody can replay them. The default is 24. */
  readonly callbackMaxAgeHours?: number | undefined;
  /** Without a trailing slash; the real one is `https://qyapi.weixin.qq.com`. */
  readonly apiBase: string;
  /** The public callback URL, `https://…/wecom/callback`; absent when it is not configured. */
  readonly callbackUrl?: string | undefined;
  /** The callback URL from this machine. */
  readonly localCallbackUrl?: string | undefined;
}

/** The methods of pino that the channel uses. */
export interface WecomLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
