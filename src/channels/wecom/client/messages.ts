import { z } from 'zod';
import type { CardWords } from '../actions/card-words.js';
import { harmlessText } from '../actions/harmless-text.js';
import { ids, optionalText, noFields } from './lenient.js';
import type { WecomApi } from './wecom-api.js';
import type { Outcome } from '../../wecom-app.js';

export type ApiAttachment =
  | { readonly msgtype: 'image'; readonly image: { readonly media_id: string } }
  | {
      readonly msgtype: 'link';
      readonly link: { readonly title: string; readonly url: string; readonly desc?: string };
    };

/** The body of welcome messages and mass sends (O-92135, S). */
export interface ApiMessage {
  readonly text?: { readonly content: string };
  readonly attachments?: readonly ApiAttachment[];
}

/** Works once, within 20 s after the contact was added. */
export const sendWelcomeMsg = async (api: WecomApi, welcomeCode: string, message: ApiMessage): Promise<void> => {
  await api.call({
    endpoint: 'externalcontact/send_welcome_msg',
    body: { welcome_code: welcomeCode, ...message },
    answer: noFields,
  });
};

/** WeCom returns userids in lower case. */
export const messageAnswer = z.object({
  invaliduser: ids,
  unlicenseduser: ids,
  msgid: optionalText,
  /** Of a card with buttons. */
  response_code: optionalText,
});

export type MessageAnswer = z.output<typeof messageAnswer>;

/** The longest interval of the duplicate check. */
export const DUPLICATE_CHECK_SECONDS = 4 * 3_600;

type AppMessage = { readonly msgtype: string } & Readonly<Record<string, unknown>>;

/** To up to 1 000 staff. */
const appMessageCall = (agentId: number, staff: readonly string[], message: AppMessage) => ({
  endpoint: 'message/send',
  people: staff,
  body: { touser: staff.join('|'), agentid: agentId, ...message },
  answer: messageAnswer,
});

/** WeCom drops the same message to the same people within four hours. */
const duplicateCheck = {
  enable_duplicate_check: 1,
  duplicate_check_interval: DUPLICATE_CHECK_SECONDS,
} as const;

/**
 * Without the duplicate check: WeCom compares pictures by media_id, so it would drop a picture that is requested again
 * within four hours. At worst a picture arrives twice.
 */
export const sendAppImage = (
  api: WecomApi,
  agentId: number,
  staff: readonly string[],
  mediaId: string,
): Promise<MessageAnswer> =>
  api.call(appMessageCall(agentId, staff, { msgtype: 'image', image: { media_id: mediaId } }));

export const sendAppText = (
  api: WecomApi,
  agentId: number,
  staff: readonly string[],
  content: string,
): Promise<MessageAnswer> =>
  api.call(appMessageCall(agentId, staff, { msgtype: 'text', text: { content }, ...duplicateCheck }));

export interface ApiCard {
  readonly taskId: string;
  readonly words: CardWords;
  /** The URL that a tap on the card opens. */
  readonly link?: string | undefined;
  readonly buttons: readonly { readonly key: string; readonly label: string }[];
}

/**
 * The app may not send cards (43012 no callback address, 40008 wrong message type), or not this card: an invalid field
 * (40035, 40058, 40063, 41016), or a task id that was used or is invalid (42014). No errcode means that a client cannot show
 * cards.
 */
const NO_CARDS: readonly number[] = [40008, 40035, 40058, 40063, 41016, 42014, 43012];
/** The limit of `touser` and `userids`. */
export const STAFF_AT_ONCE = 1_000;

/** Sends a card with buttons to staff (§7.5). The errcodes that refuse a card are returned. */
export const sendAppCard = (
  api: WecomApi,
  agentId: number,
  staff: readonly string[],
  card: ApiCard,
): Promise<Outcome<z.output<typeof messageAnswer>>> =>
  api.tryCall(
    appMessageCall(agentId, staff, {
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
      ...duplicateCheck,
    }),
    NO_CARDS,
  );

/** The response code was used (somebody else closed the card) or is older than 72 h. */
const CODE_USED_UP = 60140;

export interface CardUpdate {
  readonly agentId: number;
  readonly staff: readonly string[];
  readonly responseCode: string;
  /** Shown instead of the buttons. */
  readonly text: string;
}

/**
 * Replaces the buttons of a card with a text. A response code works once, within 72 h. For more people than one call can
 * name, the card changes for all recipients.
 */
export const updateTemplateCard = async (
  api: WecomApi,
  { agentId, staff, responseCode, text }: CardUpdate,
): Promise<void> => {
  await api.tryCall(
    {
      endpoint: 'message/update_template_card',
      body: {
        ...(staff.length > STAFF_AT_ONCE ? { atall: 1 } : { userids: staff }),
        agentid: agentId,
        response_code: responseCode,
        button: { replace_name: harmlessText(text) },
      },
      answer: noFields,
    },
    [CODE_USED_UP],
  );
};
