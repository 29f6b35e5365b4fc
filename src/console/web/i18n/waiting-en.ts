import type { waitingZh } from './waiting-zh.js';

/** The texts of what waits for staff and of what is done with a message, in English. */
export const waitingEn: Readonly<Record<keyof typeof waitingZh, string>> = {
  'nav.waiting': 'Waiting for staff',
  'waiting.lead':
    'A mass-send goes when a member of staff taps it on their phone. Here is who has how many, and for how long.',
  'waiting.none': 'Nothing waits for a tap',
  'waiting.noneHint': 'When a mass-send is with staff, this page shows who has not tapped it yet.',
  'waiting.customers': '{n} {n|customer|customers}',
  'waiting.groups': '{n} {n|group|groups}',
  'waiting.sum': '{n} waiting in {tasks} {tasks|task|tasks}, the oldest since',
  'waiting.hasLeft': 'They have left, so nobody will tap: hand it on, or cancel it.',
  'waiting.remind': 'Remind',
  'waiting.toldToday': 'Reminded today',
  'waiting.remindedBefore': 'WeCom reminded them',
  'waiting.handOn': 'Hand on',
  'waiting.cancel': 'Cancel',
  'waiting.leave': 'Leave it',
  'waiting.takenBack': 'Being taken back:',
  'waiting.handOnTitle': 'Hand on what {staff} has not tapped?',
  'waiting.handOnText':
    'It is withdrawn in WeCom. A colleague who has the customer sends it then, or the next channel of the template; customers whom only they have come in a new task for them. What was sent is not sent again.',
  'waiting.cancelTitle': 'Cancel what waits for the tap of {staff}?',
  'waiting.cancelText': 'It is withdrawn in WeCom and nobody sends it. What was sent cannot be taken back.',
  'deliveries.cancel': 'Do not send',
  'deliveries.keep': 'Keep it',
  'deliveries.cancelTitle': 'Not send this message?',
  'deliveries.cancelText':
    'The member does not get it for this occasion later either. It is recorded that you cancelled it.',
  'deliveries.sendNow': 'Send now',
  'deliveries.retry': 'Try again',
  'deliveries.toWaiting': 'It waits for a tap of staff: look',
  'deliveries.pastCaps': 'Send in spite of caps',
  'deliveries.pastCapsTitle': 'Send it in spite of the caps?',
  'deliveries.pastCapsText':
    'The caps keep members from being bothered. This message counts against them all the same; quiet hours and opt-outs hold.',
  'deliveries.why': 'Why it goes (this is recorded)',
};
