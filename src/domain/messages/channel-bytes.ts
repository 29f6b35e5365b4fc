import { SERVICE_TEXT_BYTES } from '../service/service-window.js';

/** Longest message in bytes. Source: WeCom's limit for welcome messages and mass-sends. */
export const LONGEST_MESSAGE_BYTES = 4_000;

/**
 * Longest text in bytes by channel. Customer service cuts a longer one off. The chat account has no published limit. What
 * goes as a text message is the provider's approved template, so the body has no limit there.
 */
export const channelBytes = {
  welcome: LONGEST_MESSAGE_BYTES,
  chat_dm: LONGEST_MESSAGE_BYTES,
  group_mention: LONGEST_MESSAGE_BYTES,
  kf: SERVICE_TEXT_BYTES,
  mass_send: LONGEST_MESSAGE_BYTES,
  sms: LONGEST_MESSAGE_BYTES,
} as const;
