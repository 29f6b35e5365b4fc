import type { ServiceMenu } from '../action.js';

/**
 * Stands below the greeting of customer service, whatever its template says: so everybody reads how to opt out. The ids are
 * those of the members' commands.
 */
export const greetingMenu = {
  items: [
    { id: 'my_tier', label: '我的等级' },
    { id: 'change_group', label: '换群' },
    { id: 'hand_over', label: '人工' },
  ],
  tail: '不想收到消息时回复「退订」。',
} as const satisfies ServiceMenu;
