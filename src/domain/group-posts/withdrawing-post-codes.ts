import { groupLapsedLabels } from './triggers/index.js';

/** Codes after which a post must not be said in a group even though its task exists at WeCom. */
export const withdrawingPostCodes: readonly string[] = [
  ...groupLapsedLabels.keys(),
  'group_text_off',
  'plan_changed',
  'group_gone',
];
