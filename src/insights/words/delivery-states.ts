import type { LocalizedText } from '../../domain/localized-text.js';

/** Labels of delivery states for the console's lists, the timeline and chat. */
export const deliveryStateLabels: Readonly<
  Record<'planned' | 'sending' | 'waiting' | 'sent' | 'failed' | 'suppressed' | 'cancelled' | 'dead', LocalizedText>
> = {
  planned: { zh: '待发送', en: 'Planned' },
  sending: { zh: '发送中', en: 'Sending' },
  waiting: { zh: '待员工确认', en: 'Awaiting staff' },
  sent: { zh: '已送达', en: 'Sent' },
  failed: { zh: '失败', en: 'Failed' },
  suppressed: { zh: '已拦下', en: 'Suppressed' },
  cancelled: { zh: '已取消', en: 'Cancelled' },
  dead: { zh: '无法送达', en: 'Undeliverable' },
};
