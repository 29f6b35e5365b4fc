import { isInteractiveKind, type CardButton, type CardQuestion, type StaffCard } from '../../corp/staff-card.js';
import { Refused } from './endpoint.js';
import type { Params } from './params.js';

const TASK_ID = /^[A-Za-z0-9_@-]{1,128}$/;
const KEY_BYTES = 1_024;
const OPTION_ID_BYTES = 128;

/** Kinds without buttons. All others need a callback address and a task id (wecom-cards §1). */
const NOTICES = new Set(['text_notice', 'news_notice']);
const WITH_LINES = new Set(['text_notice', 'news_notice', 'button_interaction']);
const WITH_MENU = WITH_LINES;

interface CardWorld {
  readonly hasCallback: boolean;
  /** A card in place of another keeps its task: the documented samples name none. */
  readonly replacesAnother?: boolean;
}

/** A template card, checked as the platform does. Codes that are not documented are the general ones (?). */
export function cardIn(params: Params, { hasCallback, replacesAnother = false }: CardWorld): StaffCard {
  const cardType = params.text('card_type');
  if (!isInteractiveKind(cardType) && !NOTICES.has(cardType)) throw new Refused(40058, 'invalid card_type');
  const menu = WITH_MENU.has(cardType) ? buttonsIn(params.object('action_menu').objects('action_list'), 3) : [];
  const questions = questionsOf(cardType, params);
  const buttons = buttonsOf(cardType, params, questions);
  const taskId = params.text('task_id');
  if (isInteractiveKind(cardType) || menu.length > 0) {
    if (!hasCallback) throw new Refused(43012, 'callback url required');
    if (taskId === '' && !replacesAnother) throw new Refused(40063, 'task_id missing');
  }
  if (taskId !== '' && !TASK_ID.test(taskId)) throw new Refused(40058, 'invalid task_id');
  const title = params.object('main_title').text('title');
  const text = [params.object('main_title').text('desc'), params.text('sub_title_text')].filter(Boolean).join('\n');
  // Seen by a client of the real platform, not documented (go-workwx #76).
  if (title === '' && (cardType !== 'text_notice' || params.text('sub_title_text') === ''))
    throw new Refused(41016, 'main_title missing');
  const opens = pageOpenedBy(cardType, params);
  if (cardType === 'news_notice' && !params.has('card_image') && !params.has('image_text_area'))
    throw new Refused(40063, 'card_image and image_text_area missing');
  checkJumps(params);
  return { taskId, cardType, title, text, lines: linesIn(cardType, params), ...opens, buttons, questions, menu };
}

/** The page that a tap on the card opens: required on notices, optional on a card with buttons. */
function pageOpenedBy(cardType: string, params: Params): Pick<StaffCard, 'opens'> {
  const isNotice = NOTICES.has(cardType);
  if (!isNotice && (cardType !== 'button_interaction' || !params.has('card_action'))) return {};
  const action = params.object('card_action');
  const type = action.number('type');
  if (type === undefined) throw new Refused(40063, 'card_action missing');
  if (type === 0 && !isNotice) return {};
  if (type !== 1 && type !== 2) throw new Refused(40058, 'invalid card_action');
  if (action.text(type === 1 ? 'url' : 'appid') === '') throw new Refused(40063, 'card_action leads nowhere');
  return type === 1 ? { opens: action.text('url') } : {};
}

function checkJumps(params: Params): void {
  const jumps = params.objects('jump_list');
  if (jumps.length > 3) throw new Refused(40058, 'too many jumps');
  for (const jump of jumps) {
    if (jump.text('title') === '') throw new Refused(40063, 'a jump says nothing');
    const type = jump.number('type') ?? 0;
    if (type === 1 && jump.text('url') === '') throw new Refused(40063, 'a jump leads nowhere');
    if (type === 2 && jump.text('appid') === '') throw new Refused(40063, 'a jump leads nowhere');
  }
}

function buttonsOf(cardType: string, params: Params, questions: readonly CardQuestion[]): readonly CardButton[] {
  if (cardType === 'button_interaction') {
    const listed = params.objects('button_list');
    if (listed.length === 0) throw new Refused(40063, 'button_list missing');
    return buttonsIn(listed, 6);
  }
  if (!isInteractiveKind(cardType)) return [];
  if (questions.length === 0) throw new Refused(40063, 'nothing to choose from');
  const submit = params.object('submit_button');
  const key = keyed(submit);
  return [{ key, text: submit.text('text') || '提交' }];
}

/** The buttons that send a callback. A button of type 1 opens a page and sends none. */
function buttonsIn(listed: readonly Params[], most: number): CardButton[] {
  if (listed.length > most) throw new Refused(40058, 'too many buttons');
  if (listed.some((one) => one.text('text') === '')) throw new Refused(40063, 'a button says nothing');
  const opensPage = (one: Params): boolean => one.number('type') === 1;
  if (listed.some((one) => opensPage(one) && one.text('url') === ''))
    throw new Refused(40063, 'a button leads nowhere');
  const callbackButtons = listed
    .filter((one) => !opensPage(one))
    .map((one) => ({ key: keyed(one), text: one.text('text') }));
  if (new Set(callbackButtons.map(({ key }) => key)).size < callbackButtons.length)
    throw new Refused(40058, 'a key stands twice');
  return callbackButtons;
}

function keyed(button: Params): string {
  const key = button.text('key');
  if (key === '') throw new Refused(40063, 'a button has no key');
  if (Buffer.byteLength(key) > KEY_BYTES) throw new Refused(40058, 'button key too long');
  return key;
}

/** The questions of a card, by its kind. Fields of another kind are ignored (?). */
function questionsOf(cardType: string, params: Params): CardQuestion[] {
  const asked = (): { readonly questions: readonly Params[]; readonly mostOptions: number } => {
    switch (cardType) {
      case 'vote_interaction':
        return { questions: params.has('checkbox') ? [params.object('checkbox')] : [], mostOptions: 20 };
      case 'button_interaction':
        return {
          questions: params.has('button_selection') ? [params.object('button_selection')] : [],
          mostOptions: 10,
        };
      case 'multiple_interaction':
        return { questions: params.objects('select_list'), mostOptions: 10 };
      default:
        return { questions: [], mostOptions: 0 };
    }
  };
  const { questions, mostOptions } = asked();
  if (questions.length > 3) throw new Refused(40058, 'too many questions');
  const read = questions.map((question) => questionIn(question, mostOptions, cardType === 'vote_interaction'));
  if (new Set(read.map(({ key }) => key)).size < read.length) throw new Refused(40058, 'a question_key stands twice');
  return read;
}

function questionIn(question: Params, mostOptions: number, mayTakeSeveral: boolean): CardQuestion {
  const key = question.text('question_key');
  const options = question.objects('option_list');
  const optionIds = options.map((option) => option.text('id'));
  if (key === '' || options.length === 0 || optionIds.includes('') || options.some((one) => one.text('text') === ''))
    throw new Refused(40063, 'a question without key or options');
  if (Buffer.byteLength(key) > KEY_BYTES) throw new Refused(40058, 'question_key too long');
  if (options.length > mostOptions) throw new Refused(40058, 'too many options');
  if (optionIds.some((id) => Buffer.byteLength(id) > OPTION_ID_BYTES)) throw new Refused(40058, 'option id too long');
  if (new Set(optionIds).size < optionIds.length) throw new Refused(40058, 'an option id stands twice');
  const mode = mayTakeSeveral ? (question.number('mode') ?? 0) : 0;
  if (mode !== 0 && mode !== 1) throw new Refused(40058, 'invalid mode');
  return { key, optionIds, takesSeveral: mode === 1 };
}

function linesIn(cardType: string, params: Params): (readonly [string, string])[] {
  const facts = WITH_LINES.has(cardType) ? params.objects('horizontal_content_list') : [];
  const paragraphs = cardType === 'news_notice' ? params.objects('vertical_content_list') : [];
  if (facts.length > 6 || paragraphs.length > 4) throw new Refused(40058, 'too many lines');
  const needs: Readonly<Record<number, string>> = { 1: 'url', 2: 'media_id', 3: 'userid' };
  for (const fact of facts) {
    if (fact.text('keyname') === '') throw new Refused(40063, 'keyname missing');
    const needed = needs[fact.number('type') ?? 0];
    if (needed !== undefined && fact.text(needed) === '') throw new Refused(40063, `${needed} missing`);
  }
  if (paragraphs.some((one) => one.text('title') === '')) throw new Refused(40063, 'title missing');
  return [
    ...facts.map((one) => [one.text('keyname'), one.text('value')] as const),
    ...paragraphs.map((one) => [one.text('title'), one.text('desc')] as const),
  ];
}
