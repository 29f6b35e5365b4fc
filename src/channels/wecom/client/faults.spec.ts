import { describe, expect, it } from 'vitest';
import { faultFound, faultOf, faultRemedy } from './faults.js';

const thrown = (code: string): Error =>
  new TypeError('fetch failed: https://host/cgi-bin/gettoken?corpsecret=hidden', {
    cause: Object.assign(new Error('https://host/?corpsecret=hidden'), { code }),
  });

describe('the cause of a missing answer', () => {
  it.each([
    ['ENOTFOUND', 'dns', '域名解析失败'],
    ['ECONNREFUSED', 'refused', '连接被拒绝'],
    ['CERT_HAS_EXPIRED', 'tls_expired', '过期'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tls', '不受信任'],
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout', '超时'],
    ['ECONNRESET', 'broken', '中断'],
    ['E_NEVER_HEARD_OF', 'unknown', '请求失败'],
  ])('%s is classified as %s', (code, kind, words) => {
    const fault = faultOf(thrown(code));
    expect(fault).toEqual({ kind, detail: code });
    expect(faultFound(fault).zh).toContain(words);
    expect(faultRemedy(fault).en).not.toBe('');
    expect(JSON.stringify([fault, faultFound(fault)])).not.toContain('hidden');
  });

  it('is classified for a name whose addresses all fail, and for our own time-out', () => {
    const several = Object.assign(new Error('all failed'), { errors: [{ code: 'ECONNREFUSED' }] });
    expect(faultOf(new TypeError('fetch failed', { cause: several })).kind).toBe('refused');
    expect(faultOf(Object.assign(new Error('late'), { name: 'TimeoutError' })).kind).toBe('timeout');
  });
});
