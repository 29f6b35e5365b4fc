import { expect, it } from 'vitest';
import { tc3Authorization } from './tc3-signature.js';

// The example of 签名方法 v3 (cloud.tencent.com/document/api/213/30654). Both keys are asterisks there and are used as such;
// the payload keeps the spaces and the \u escapes of that page.
const example = {
  secretId: `AKID${'*'.repeat(32)}`,
  secretKey: '*'.repeat(32),
  service: 'cvm',
  host: 'cvm.tencentcloudapi.com',
  action: 'DescribeInstances',
  contentType: 'application/json; charset=utf-8',
  payload: String.raw`{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}`,
  timestamp: 1_551_113_065,
};

it('signs the documented example', () => {
  expect(tc3Authorization(example)).toBe(
    'TC3-HMAC-SHA256 Credential=AKID********************************/2019-02-25/cvm/tc3_request, SignedHeaders=content-type;host;x-tc-action, Signature=10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f',
  );
});
it('uses the day in UTC', () => {
  const lateInLondon = { ...example, timestamp: Date.parse('2019-02-25T23:59:59Z') / 1_000 };
  expect(tc3Authorization(lateInLondon)).toContain('/2019-02-25/cvm/');
});
it.each([{ payload: '{}' }, { action: 'SendSms' }, { host: 'sms.tencentcloudapi.com' }, { secretKey: 'other' }])(
  'signs every part of the request: %o',
  (change) => {
    expect(tc3Authorization({ ...example, ...change })).not.toBe(tc3Authorization(example));
  },
);
