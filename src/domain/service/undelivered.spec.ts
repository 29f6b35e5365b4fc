import { describe, expect, it } from 'vitest';
import { isWhollyUndelivered } from './undelivered.js';

const shared = 'a_1-bcdefghijklmnopqrs';
const picture = { kind: 'image' as const, url: 'https://example.com/qr.png', title: '' };
const textAlone = { message: { text: '你好', attachments: [] } };
const withPicture = { message: { text: '你好', attachments: [picture] } };
const pictures = { message: { text: '', attachments: [picture, picture] } };

describe('a message that WeCom did not deliver', () => {
  it('has not arrived when it was the only one, whatever the reason', () => {
    for (const reason of ['kf_not_delivered', 'kf_text_refused', 'kf_customer_refuses'])
      expect(isWhollyUndelivered(textAlone, { msgid: shared, reason })).toBe(true);
  });

  it('leaves nothing of its action when the first one failed for the whole chat', () => {
    expect(isWhollyUndelivered(withPicture, { msgid: shared, reason: 'kf_session_ended' })).toBe(true);
    expect(isWhollyUndelivered(withPicture, { msgid: `${shared}-2`, reason: 'kf_messages_used_up' })).toBe(true);
    expect(isWhollyUndelivered(pictures, { msgid: `${shared}_1`, reason: 'kf_window_closed' })).toBe(true);
  });

  it('may have arrived in part when a later one failed, or the first one for its own content', () => {
    expect(isWhollyUndelivered(withPicture, { msgid: `${shared}_1`, reason: 'kf_session_ended' })).toBe(false);
    expect(isWhollyUndelivered(pictures, { msgid: `${shared}_2-2`, reason: 'kf_window_closed' })).toBe(false);
    for (const reason of ['kf_not_delivered', 'kf_type_forbidden', 'kf_text_refused'])
      expect(isWhollyUndelivered(withPicture, { msgid: shared, reason })).toBe(false);
  });
});
