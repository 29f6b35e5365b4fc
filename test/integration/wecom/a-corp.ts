import { encrypt, getSignature } from '@wecom/crypto';
import type { WecomSettings } from '../../../src/channels/wecom/settings.js';

/** The invented corp of the fixtures. */
export const aCorp = (over: Partial<WecomSettings> = {}): WecomSettings => ({
  corpId: 'ww7c1f0e2a9b3d4586',
  agentId: 1000002,
  secret: 'a-secret-nobody-may-see',
  callbackToken: 'tokenOfTheDoor',
  callbackAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
  apiBase: 'http://127.0.0.1:1',
  ...over,
});

export const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** An encrypted callback as WeCom sends it: query and outer body. */
export function sealedCall(
  plaintext: string,
  corp: WecomSettings = aCorp(),
  timestamp = '1795219201',
): { query: Record<string, string>; ciphertext: string; xml: string } {
  const ciphertext = encrypt(corp.callbackAesKey, plaintext, corp.corpId);
  const nonce = '0263014780';
  return {
    query: { msg_signature: getSignature(corp.callbackToken, timestamp, nonce, ciphertext), timestamp, nonce },
    ciphertext,
    xml: `<xml><ToUserName><![CDATA[${corp.corpId}]]></ToUserName><Encrypt><![CDATA[${ciphertext}]]></Encrypt><AgentID><![CDATA[${corp.agentId}]]></AgentID></xml>`,
  };
}
