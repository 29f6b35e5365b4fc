import { z } from 'zod';
import { xmlOf } from './xml.js';

/** The outer shape of callbacks, which the documents leave open in several ways. */
export const envelopeShape = z.object({
  /** Texts in CDATA, or bare and escaped (contract §2.7: CDATA is optional). */
  cdata: z.boolean().optional(),
  /** Line breaks between elements, as in the samples. */
  spaced: z.boolean().optional(),
  /** The outer body as JSON (O-90968) instead of XML. What is sealed in it stays XML. */
  json: z.boolean().optional(),
  /** A repeat carries the very same ciphertext, timestamp and nonce (contract §2.4: undocumented). */
  sameSeal: z.boolean().optional(),
  /** When the address is checked, the echo's `+` stands raw in the query (contract §2.7: undocumented). */
  rawPlus: z.boolean().optional(),
});

export type Envelope = { -readonly [Way in keyof z.infer<typeof envelopeShape>]-?: boolean };

export const plainEnvelope = (): Envelope => ({
  cdata: true,
  spaced: false,
  json: false,
  sameSeal: false,
  rawPlus: false,
});

export interface OuterBody {
  readonly body: string;
  readonly contentType: string;
}

export function envelopeOf(corpId: string, sealed: string, agentId: string, envelope: Envelope): OuterBody {
  if (envelope.json) {
    const body = JSON.stringify({ tousername: corpId, encrypt: sealed, agentid: agentId });
    return { body, contentType: 'application/json; charset=utf-8' };
  }
  const body = xmlOf({ ToUserName: corpId, Encrypt: sealed, AgentID: agentId }, envelope);
  return { body, contentType: 'text/xml; charset=utf-8' };
}
