import type { CardButton, CardQuestion, StaffCard } from '../../corp/staff-card.js';
import { Refused } from './endpoint.js';
import type { Params } from './params.js';

const TASK_ID = /^[A-Za-z0-9_@-]{1,128}$/;
const KEY_BYTES = 1_024;

/** Kinds with something to tap, which need a callback address and a task id, and kinds that only tell (contract §7.5). */
const INTERACTIVE = new Set(['button_interaction', 'vote_interaction', 'multiple_interaction']);
const NOTICES = new Set(['text_notice', 'news_notice']);

/** A template card, checked as the platform does. Codes that are not documented are the general ones (?). */
export function cardIn(params: Params, hasCallback: boolean): StaffCard {
  const cardType = params.text('card_type');
  if (!INTERACTIVE.has(cardType) && !NOTICES.has(cardType)) throw new Refused(40058, 'invalid card_type');
  const menu = buttonsIn(params.object('action_menu').objects('action_list'), 3);
  const buttons = buttonsOf(cardType, params);
  const taskId = params.text('task_id');
  if (INTERACTIVE.has(cardType) || menu.length > 0) {
    if (!hasCallback) throw new Refused(43012, 'callback url required');
    if (taskId === '') throw new Refused(40063, 'task_id missing');
  }
  if (taskId !== '' && !TASK_ID.test(taskId)) throw new Refused(40058, 'invalid task_id');
  const title = params.object('main_title').text('title');
  const text = [params.object('main_title').text('desc'), params.text('sub_title_text')].filter(Boolean).join('\n');
  if (title === '' && (cardType !== 'text_notice' || params.text('sub_title_text') === ''))
    throw new Refused(40063, 'main_title missing');
  if (NOTICES.has(cardType)) requireAction(params);
  if (cardType === 'news_notice' && !params.has('card_image') && !params.has('image_text_area'))
    throw new Refused(40063, 'card_image and image_text_area missing');
  return { taskId, cardType, title, text, lines: linesIn(params), buttons, questions: questionsOf(params), menu };
}

function requireAction(params: Params): void {
  const action = params.object('card_action');
  const type = action.number('type');
  if (type === undefined) throw new Refused(40063, 'card_action missing');
  if (type !== 1 && type !== 2) throw new Refused(40058, 'invalid card_action');
  if (action.text(type === 1 ? 'url' : 'appid') === '') throw new Refused(40063, 'card_action leads nowhere');
}

function buttonsOf(cardType: string, params: Params): readonly CardButton[] {
  if (cardType === 'button_interaction') {
    const listed = params.objects('button_list');
    if (listed.length === 0) throw new Refused(40063, 'button_list missing');
    // A button of type 1 opens a page, which the app is not told of.
    return buttonsIn(listed, 6, (button) => button.number('type') !== 1);
  }
  if (!INTERACTIVE.has(cardType)) return [];
  if (questionsOf(params).length === 0) throw new Refused(40063, 'nothing to choose from');
  return buttonsIn([params.object('submit_button')], 1);
}

function buttonsIn(
  listed: readonly Params[],
  most: number,
  tells: (one: Params) => boolean = () => true,
): CardButton[] {
  if (listed.length > most) throw new Refused(40058, 'too many buttons');
  if (listed.some((one) => one.text('text') === '')) throw new Refused(40063, 'a button says nothing');
  const telling = listed.filter(tells).map((one) => ({ key: one.text('key'), text: one.text('text') }));
  if (telling.some(({ key }) => key === '')) throw new Refused(40063, 'a button has no key');
  if (telling.some(({ key }) => Buffer.byteLength(key) > KEY_BYTES)) throw new Refused(40058, 'button key too long');
  return telling;
}

function questionsOf(params: Params): CardQuestion[] {
  const single = ['checkbox', 'button_selection'].flatMap((name) => (params.has(name) ? [params.object(name)] : []));
  return [...single, ...params.objects('select_list')].map((asked) => {
    const key = asked.text('question_key');
    const optionIds = asked.objects('option_list').map((option) => option.text('id'));
    if (key === '' || optionIds.length === 0 || optionIds.includes(''))
      throw new Refused(40063, 'a question without key or options');
    return { key, optionIds };
  });
}

const linesIn = (params: Params): (readonly [string, string])[] => [
  ...params.objects('horizontal_content_list').map((one) => [one.text('keyname'), one.text('value')] as const),
  ...params.objects('vertical_content_list').map((one) => [one.text('title'), one.text('desc')] as const),
];
