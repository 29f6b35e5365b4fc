import { assertNever } from '../assert-never.js';
import type { Bilingual } from '../rules/index.js';
import type { Trigger } from './campaign.js';

const stageWords = {
  dozing: { zh: '进入预警期', en: 'begins to doze' },
  asleep: { zh: '进入沉睡期', en: 'falls asleep' },
  lost: { zh: '流失', en: 'is lost' },
  returned: { zh: '回流', en: 'comes back' },
} as const;

const directionWords = {
  up: { zh: '升级', en: 'up ' },
  down: { zh: '降级', en: 'down ' },
  any: { zh: '', en: '' },
} as const;

/** What makes a campaign go out, for the list in the console. `tierLabel` turns a tier's key into words. */
export function triggerWords(trigger: Trigger, tierLabel: (key: string) => string = (key) => key): Bilingual {
  switch (trigger.on) {
    case 'contact_added':
      return { zh: '加为好友时', en: 'becomes a contact' };
    case 'days_since':
      return trigger.metric === 'days_since_joined'
        ? { zh: `入群满 ${trigger.at} 天`, en: `${trigger.at} days since joining` }
        : { zh: `成为好友满 ${trigger.at} 天`, en: `${trigger.at} days since becoming a contact` };
    case 'reached': {
      const marks = trigger.at.join('、');
      return trigger.metric === 'messages_total'
        ? { zh: `累计发言达到 ${marks} 条`, en: `${trigger.at.join(', ')} messages in total` }
        : { zh: `累计下单达到 ${marks} 次`, en: `${trigger.at.join(', ')} orders in total` };
    }
    case 'tier_up': {
      const to = trigger.to?.map(tierLabel);
      return {
        zh: to ? `升到${to.join('、')}` : '升到更高层级',
        en: to ? `rises to ${to.join(', ')}` : 'rises to a higher tier',
      };
    }
    case 'one_step':
      return { zh: `离${tierLabel(trigger.to)}只差一步`, en: `one step from ${tierLabel(trigger.to)}` };
    case 'stage':
      return stageWords[trigger.enters];
    case 'silent':
      return { zh: `${trigger.days} 天没有出现`, en: `not seen for ${trigger.days} days` };
    case 'move_invited':
      return {
        zh: `${directionWords[trigger.direction].zh}换群发出邀请时`,
        en: `invited to move ${directionWords[trigger.direction].en}to another group`,
      };
    case 'move_reminder':
      return { zh: '换群邀请还没回应', en: 'an invitation to move was not taken up' };
    case 'tier_grace':
      return { zh: '快要降级、保级期开始', en: 'about to step down: the grace period begins' };
    default:
      return assertNever(trigger);
  }
}
