/**
 * How long WeCom accepts a welcome code, which works once: that of a new contact (contract §7.1) and that of a visitor of
 * customer service (kf contract §5).
 */
export const WELCOME_CODE_MS = 20_000;
