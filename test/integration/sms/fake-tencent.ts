import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Sent {
  readonly action: string;
  readonly region: string;
  readonly body: Record<string, unknown>;
}
type Answer = object | 'cut';

const hex = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
const mac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text, 'utf8').digest();

/**
 * A server for API 3.0 of Tencent Cloud. It checks the signature with its own code, which follows the manual of 签名方法 v3
 * step by step, and the age of the timestamp. Then it gives the answers that a test has set.
 */
export class FakeTencent {
  readonly sent: Sent[] = [];
  url = '';
  secretKey = 'a-secret-key-nobody-may-see';
  nowMs = Date.now();
  private answers: Answer[] = [];
  private readonly server = createServer((request, response) => void this.answer(request, response));

  async open(): Promise<void> {
    await new Promise<void>((opened) => this.server.listen(0, '127.0.0.1', opened));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  /** Sets the next answers, in order. After them it answers with success. */
  says(...answers: readonly Answer[]): void {
    this.answers.push(...answers);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const payload = Buffer.concat(parts).toString('utf8');
    const problem = this.problemOf(request, payload);
    if (problem !== null) return void response.end(JSON.stringify(failed(problem)));
    this.sent.push({
      action: String(request.headers['x-tc-action']),
      region: String(request.headers['x-tc-region']),
      body: JSON.parse(payload) as Record<string, unknown>,
    });
    const answer = this.answers.shift() ?? status('Ok');
    if (answer === 'cut') request.socket.destroy();
    else response.end(JSON.stringify(answer));
  }

  private problemOf(request: IncomingMessage, payload: string): string | null {
    const { headers } = request;
    const given =
      /^TC3-HMAC-SHA256 Credential=([^/]+)\/([\d-]+)\/(\w+)\/tc3_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/.exec(
        headers.authorization ?? '',
      );
    if (!given || request.method !== 'POST' || headers['x-tc-version'] !== '2021-01-11')
      return 'AuthFailure.InvalidAuthorization';
    const [, , date, service, signed, signature] = given as unknown as [string, string, string, string, string, string];
    const names = signed.split(';');
    const lines = names.map((name) => `${name}:${String(headers[name]).trim().toLowerCase()}\n`).join('');
    const whole = `${request.method}\n${request.url}\n\n${lines}\n${signed}\n${hex(payload)}`;
    const stamp = String(headers['x-tc-timestamp']);
    const asked = `TC3-HMAC-SHA256\n${stamp}\n${date}/${service}/tc3_request\n${hex(whole)}`;
    const key = mac(mac(mac(`TC3${this.secretKey}`, date), service), 'tc3_request');
    if (!names.includes('host') || !names.includes('content-type')) return 'AuthFailure.InvalidAuthorization';
    if (createHmac('sha256', key).update(asked).digest('hex') !== signature) return 'AuthFailure.SignatureFailure';
    return Math.abs(Number(stamp) * 1_000 - this.nowMs) > 5 * 60_000 ? 'AuthFailure.SignatureExpire' : null;
  }
}

export const failed = (code: string): object => ({
  Response: { Error: { Code: code, Message: 'refused' }, RequestId: 'r-1' },
});
export const status = (code: string): object => ({
  Response: {
    SendStatusSet: [
      {
        SerialNo: code === 'Ok' ? '5000:1045710669157053657849499619' : '',
        PhoneNumber: '+8613800138000',
        Fee: 1,
        Code: code,
        Message: 'said',
        IsoCode: 'CN',
      },
    ],
    RequestId: 'r-2',
  },
});
