import { z } from 'zod';
import {
  mediumOf,
  openAssistant,
  openByLink,
  recallFromAssistant,
  textOf,
  writeToAssistant,
  type Written,
} from '../corp/acts/kf-customers.js';
import type { Corp } from '../corp/corp.js';
import type { KfAccount } from '../corp/kf/kf-account.js';
import { menuItemsOf } from '../corp/kf/kf-menu.js';
import { ImpossibleAct, name, person } from './named.js';

const account = name.optional();

/** Acts of customers in the chat with the corp's assistant (an account of customer service; without a name, the oldest). */
export const kfActs = [
  // By an entry link, or from a scene.
  z.object({
    do: z.literal('open_assistant'),
    who: name,
    account,
    url: name.optional(),
    scene: z.string().default(''),
    sceneParam: z.string().default(''),
    channels: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  }),
  z.object({ do: z.literal('write_to_assistant'), who: name, account, text: name }),
  z.object({
    do: z.literal('send_to_assistant'),
    who: name,
    account,
    media: z.enum(['image', 'voice', 'video', 'file']),
    bytes: z.number().int().min(6).default(64),
  }),
  // Any other type, as the platform would write it: location, link, channels_shop_product, note, an unknown one …
  z.object({
    do: z.literal('share_with_assistant'),
    who: name,
    account,
    msgtype: name,
    body: z.record(z.string(), z.unknown()).default({}),
  }),
  // Without a text, the words of the newest menu that has the item; a removed item needs them.
  z.object({ do: z.literal('tap_menu'), who: name, account, id: name, text: name.optional() }),
  // Without a msgid, the customer's latest message. The event may come more than once.
  z.object({
    do: z.literal('recall_message'),
    who: name,
    account,
    msgid: name.optional(),
    times: z.number().int().min(1).default(1),
  }),
  z.object({ do: z.literal('refuse_assistant'), who: name, account, refuses: z.boolean().default(true) }),
] as const;

type KfAct = z.output<(typeof kfActs)[number]>;

export function performWithAssistant(corp: Corp, act: KfAct): Record<string, unknown> {
  const who = person(corp, act.who);
  const to = accountNamed(corp, act.account);
  const write = (message: Written): Record<string, unknown> => ({ msgid: writeToAssistant(corp, to, who, message) });
  switch (act.do) {
    case 'open_assistant':
      if (act.url !== undefined) return { opened: openByLink(corp, who, act.url) };
      return { welcomeCode: openAssistant(corp, to, who, act) };
    case 'write_to_assistant':
      return write(textOf(act.text));
    case 'send_to_assistant':
      return write(mediumOf(corp, act.media, act.bytes));
    case 'share_with_assistant':
      return write({ msgtype: act.msgtype, text: `[${act.msgtype}]`, body: act.body });
    case 'tap_menu':
      return write(textOf(act.text ?? wordsOf(corp, to, who.externalUserId, act.id), act.id));
    case 'recall_message': {
      const msgid = act.msgid ?? latestOf(corp, to, who.externalUserId);
      for (let i = 0; i < act.times; i += 1) recallFromAssistant(corp, to, who, msgid);
      return { msgid };
    }
    case 'refuse_assistant':
      corp.kf.session(to, who).refuses = act.refuses;
      return {};
  }
}

/** By id or name; without either, the oldest. */
export function accountNamed(corp: Corp, wanted: string | undefined): KfAccount {
  const accounts = corp.kf.accounts();
  const known = wanted === undefined ? accounts[0] : accounts.find((one) => [one.openKfid, one.name].includes(wanted));
  if (!known) throw new ImpossibleAct(`no account of customer service ${wanted ?? ''}`);
  return known;
}

function latestOf(corp: Corp, { openKfid }: KfAccount, customer: string): string {
  const line = corp.kf.talk.findLast(
    (one) => one.openKfid === openKfid && one.customer === customer && one.by === 'customer',
  );
  if (!line) throw new ImpossibleAct('nothing to recall');
  return line.msgid;
}

function wordsOf(corp: Corp, { openKfid }: KfAccount, customer: string, id: string): string {
  const items = corp.kf.talk
    .filter((one) => one.openKfid === openKfid && one.customer === customer && one.msgtype === 'msgmenu')
    .flatMap(({ body }) => menuItemsOf(body));
  const words = items.findLast(({ click }) => click?.id === id)?.click?.content;
  if (words === undefined) throw new ImpossibleAct(`no menu with ${id}`);
  return words;
}
