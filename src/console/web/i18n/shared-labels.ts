import { taskAnswerLabels, taskLabels } from '../../../domain/task-kind.js';
import { campaignChannelLabels } from '../../../insights/words/channel-words.js';
import { deliveryStateLabels } from '../../../insights/words/delivery-states.js';
import type { Label } from '../api/label.js';

/** Labels that task cards, chat and the timeline use, too. They are defined once, outside `zh.ts`. */
const families: Readonly<Record<string, Readonly<Record<string, Label>>>> = {
  channel: campaignChannelLabels,
  'state.delivery': deliveryStateLabels,
  'task.answer': taskAnswerLabels,
  'task.kind': taskLabels,
};

export function sharedLabel(family: string, code: string): Label | undefined {
  const labels = Object.hasOwn(families, family) ? families[family] : undefined;
  return labels !== undefined && Object.hasOwn(labels, code) ? labels[code] : undefined;
}
