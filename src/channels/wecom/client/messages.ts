import { z } from 'zod';
import { maybeText, nothing } from './lenient.js';
import type { WecomApi } from './wecom-api.js';

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
export const messageAnswer = z.object({ invaliduser: maybeText, unlicenseduser: maybeText, msgid: maybeText });

/** The longest span WeCom compares over. */
const DUPLICATE_CHECK_SECONDS = 4 * 3_600;

/** A text from the app to up to 1 000 staff; the same text to the same people within four hours is dropped by WeCom. */
export const sendAppText = (
  api: WecomApi,
  agentId: number,
  staff: readonly string[],
  content: string,
): Promise<z.output<typeof messageAnswer>> =>
  api.ask({
    endpoint: 'message/send',
    people: staff,
    body: {
      touser: staff.join('|'),
      msgtype: 'text',
      agentid: agentId,
      text: { content },
      enable_duplicate_check: 1,
      duplicate_check_interval: DUPLICATE_CHECK_SECONDS,
    },
    answer: messageAnswer,
  });
