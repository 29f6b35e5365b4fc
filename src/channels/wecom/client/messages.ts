import { z } from 'zod';
import type { CardWords } from '../actions/card-words.js';
import { harmlessText } from '../actions/harmless-text.js';
import { ids, maybeText, nothing } from './lenient.js';
import type { Outcome, WecomApi } from './wecom-api.js';

export type ApiAttachment =
  | { readonly msgtype: 'image'; readonly image: { readonly media_id: string } }
  | {
      readonly msgtype: 'link';
      readonly link: { readonly title: string; readonly url: string; readonly desc?: string };
    };

/** The body that welcome messages and mass sends share (O-92135, S). */
export interface ApiMessage {
  readonly text?: { readonly content: string };
  readonly attachments?: readonly ApiAttachment[];
}

/** Within 20 s of the contact being added, and once. */
export const sendWelcomeMsg = async (api: WecomApi, welcomeCode: string, message: ApiMessage): Promise<void> => {
  await api.ask({
    endpoint: 'externalcontact/send_welcome_msg',
    body: { welcome_code: welcomeCode, ...message },
    answer: nothing,
  });
};

/** Userids come back in lower case. */
export const messageAnswer = z.object({
  invaliduser: ids,
  unlicenseduser: ids,
  msgid: maybeText,
  /** Of a card with buttons. */
  response_code: maybeText,
});

export type MessageAnswer = z.output<typeof messageAnswer>;

/** The longest span WeCom compares over. */
export const DUPLICATE_CHECK_SECONDS = 4 * 3_600;

type AppMessage = { readonly msgtype: string } & Readonly<Record<string, unknown>>;

/** To up to 1 000 staff. */
const toApp = (agentId: number, staff: readonly string[], message: AppMessage) => ({
  endpoint: 'message/send',
  people: staff,
  body: { touser: staff.join('|'), agentid: agentId, ...message },
  answer: messageAnswer,
});

/** The same message to the same people within four hours is dropped by WeCom. */
const droppedWhenRepeated = {
  enable_duplicate_check: 1,
  duplicate_check_interval: DUPLICATE_CHECK_SECONDS,
} as const;

/**
 * A picture is known to WeCom by its media_id alone: one that is wanted again within four hours would be dropped as a repeat.
 * So it is not compared, and comes twice at worst.
 */
export const sendAppImage = (
  api: WecomApi,
  agentId: number,
  staff: readonly string[],
  mediaId: string,
): Promise<MessageAnswer> => api.ask(toApp(agentId, staff, { msgtype: 'image', image: { media_id: mediaId } }));

export const sendAppText = (
  api: WecomApi,
  agentId: number,
  staff: readonly string[],
  content: string,
): Promise<MessageAnswer> =>
  api.ask(toApp(agentId, staff, { msgtype: 'text', text: { content }, ...droppedWhenRepeated }));

export interface ApiCard {
  readonly taskId: string;
  readonly words: CardWords;
  /** What a tap on the card opens. */
  readonly link?: string | undefined;
  readonly buttons: readonly { readonly key: string; readonly label: string }[];
}

/**
 * The app may send no cards (43012 no callback address, 40008 not this kind of message), or not this one: a field that does
 * not fit (40035, 40058, 40063, 41016), or a task id that was used or is not legal (42014). No errcode says that
 * a client shows no cards.
 */
const NO_CARDS: readonly number[] = [40008, 40035, 40058, 40063, 41016, 42014, 43012];
/** As many as `touser` and `userids` take. */
export const STAFF_AT_ONCE = 1_000;

/** A card with buttons to staff (§7.5). Refused as a card, the errcode comes back. */
export const sendAppCard = (
  api: WecomApi,
  agentId: number,
  staff: readonly string[],
  card: ApiCard,
): Promise<Outcome<z.output<typeof messageAnswer>>> =>
  api.tryAsk(
    toApp(agentId, staff, {
      msgtype: 'template_card',
      template_card: {
        card_type: 'button_interaction',
        main_title: { title: harmlessText(card.words.title), desc: harmlessText(card.words.sentence) },
        ...(card.words.text === '' ? {} : { sub_title_text: harmlessText(card.words.text) }),
        ...(card.words.facts.length === 0
          ? {}
          : {
              horizontal_content_list: card.words.facts.map(({ keyname, value }) => ({
                keyname,
                value: harmlessText(value),
              })),
            }),
        ...(card.link === undefined ? {} : { card_action: { type: 1, url: card.link } }),
        task_id: card.taskId,
        button_list: card.buttons.map(({ key, label }, index) => ({ text: label, style: index === 0 ? 1 : 2, key })),
      },
      ...droppedWhenRepeated,
    }),
    NO_CARDS,
  );

/** A response code that was used, or is older than 72 h: somebody else closed the card, or it is too late. */
const CODE_USED_UP = 60140;

/**
 * The buttons of a card become words. A response code works once, for 72 h, so more people than one call can name are not
 * named: the card changes for all who got it.
 */
export const updateTemplateCard = async (
  api: WecomApi,
  agentId: number,
  staff: readonly string[],
  responseCode: string,
  words: string,
): Promise<void> => {
  await api.tryAsk(
    {
      endpoint: 'message/update_template_card',
      body: {
        ...(staff.length > STAFF_AT_ONCE ? { atall: 1 } : { userids: staff }),
        agentid: agentId,
        response_code: responseCode,
        button: { replace_name: harmlessText(words) },
      },
      answer: nothing,
    },
    [CODE_USED_UP],
  );
};
