import { z } from 'zod';

const onOff = z.boolean().optional();
const ms = z.number().min(0).optional();
const share = z.number().min(0).max(1).optional();

/** Misbehaviour of customer service. Every field is a switch of `trouble`; numbers in comments are those of contract §12. */
export const kfMannersShape = z.object({
  /** 1: a pull token of digits only, which a parser of numbers would spoil. */
  numericTokens: onOff,
  /** 1: callbacks without OpenKfId, as in texts of 2021. */
  namelessCallbacks: onOff,
  /** 2: no callback at all. The items can be pulled without a token. */
  loseCallbacks: onOff,
  /** 3: simulated ms between the callback and the moment from which a pull shows the item. */
  visibleAfterMs: ms,
  /** 4: short pages, and empty ones with has_more 1. */
  shortPages: onOff,
  /** 4: next_cursor where nothing follows: the caller's own, empty, or (on a page with items too) unchanged. */
  lastCursor: z.enum(['same', 'blank', 'stuck']).optional(),
  /** 5: pulls without a valid token in a minute. The 11th is refused, and then all for a minute. */
  freePulls: z.number().int().min(0).optional(),
  /** 5: what the limit counts; the contract leaves it open. */
  freePullsPer: z.enum(['corp', 'account']).optional(),
  /** 6: a cursor that is garbage or older than three days gets 50100, everything again, or nothing. */
  badCursor: z.enum(['error', 'replay', 'empty']).optional(),
  /** §3: a pull without open_kfid gets 60251, or the items of all accounts (older texts). */
  pullWithoutAccount: z.enum(['refuse', 'all']).optional(),
  /** 7: each page that holds something new begins with the item before it. */
  repeatItems: onOff,
  /** 7: a page's items in the wrong order. */
  unordered: onOff,
  /** 7: events come two seconds after the messages they concern. */
  eventsLate: onOff,
  /** 8: prices as text. */
  pricesAsText: onOff,
  /** 8: head_img and shop_head_img in place of head_image and shop_head_image. */
  shortImageNames: onOff,
  /** 9: a sixth or late message is refused at once, or accepted and later reported by msg_send_fail. */
  limits: z.enum(['refuse', 'event']).optional(),
  /** 9: the code for a message later than 48 hours. */
  lateCode: z.union([z.literal(95002), z.literal(95018)]).optional(),
  /** 9: whether the five count the messages sent with a code; the contract leaves it open. */
  codesCount: onOff,
  /** 10: the code for a msgid used before. */
  duplicateCode: z.number().int().optional(),
  /** 10: whether a refused message uses up its msgid; the contract leaves it open. */
  refusalsBurnMsgid: onOff,
  /** 11: text above 2048 bytes is cut, in the middle of a character if need be, or refused (older texts). */
  longText: z.enum(['cut', 'refuse']).optional(),
  /** 12: only the transitions that official prose names; 0, 1 and 2 to 4 get 95016. */
  strictTransitions: onOff,
  /** 15: words that security refuses: fail_type 13. */
  forbiddenWords: z.array(z.string().min(1)).optional(),
  /** 15: share of messages that fail without a reason: fail_type 0. */
  failShare: share,
  /** Simulated ms between the send and its msg_send_fail. */
  failAfterMs: ms,
  /** 17: nobody gets a welcome code. */
  noWelcomeCode: onOff,
  /** 17: who gets a welcome code: who never wrote to the account, or who has not in the last 48 hours. */
  welcomes: z.enum(['never_wrote', 'silent_48h']).optional(),
  /** 17: the code for an event code that is used, late or unknown. */
  badCode: z.number().int().optional(),
  /** 20: the corp is at its cap of customers: 95003, or fail_type 8. */
  customerCap: onOff,
  /** §1: the API switch of customer service is off: 95017. */
  apiOff: onOff,
  /** §1: the app is not listed for customer service: 48002. */
  unlisted: onOff,
  /** §1: customer service runs in the other mode than the secret: 95011. */
  otherMode: onOff,
  /** 21: the console has its own 专属服务: 95015. */
  ownUpgrade: onOff,
  /** 22: batchget answers no unionid. */
  noUnionid: onOff,
  /** 22: batchget answers no enter_session_context. */
  noContext: onOff,
  /** 22: batchget knows nobody who has been silent for 48 hours. */
  forgetSilent: onOff,
  /** 22: customers have the same external_userid here as as contacts, or one of its own. */
  ids: z.enum(['same', 'own']).optional(),
  /** 23: whether the click on a menu gives another 48 hours and five messages; the contract infers that it does. */
  clicksRenew: onOff,
});

export type KfTrouble = z.input<typeof kfMannersShape>;

type Given = z.output<typeof kfMannersShape>;
/** The current manners; they may change while the corp runs. */
export type KfManners = { -readonly [Kind in keyof Given]-?: Exclude<Given[Kind], undefined> };

/** What the contract takes for the platform's way. */
export const usualKfManners = (): KfManners => ({
  numericTokens: false,
  namelessCallbacks: false,
  loseCallbacks: false,
  visibleAfterMs: 0,
  shortPages: false,
  lastCursor: 'same',
  freePulls: 10,
  freePullsPer: 'corp',
  badCursor: 'error',
  pullWithoutAccount: 'refuse',
  repeatItems: false,
  unordered: false,
  eventsLate: false,
  pricesAsText: false,
  shortImageNames: false,
  limits: 'refuse',
  lateCode: 95002,
  codesCount: false,
  duplicateCode: 40058,
  refusalsBurnMsgid: false,
  longText: 'cut',
  strictTransitions: false,
  forbiddenWords: [],
  failShare: 0,
  failAfterMs: 1_000,
  noWelcomeCode: false,
  welcomes: 'never_wrote',
  badCode: 41050,
  customerCap: false,
  apiOff: false,
  unlisted: false,
  otherMode: false,
  ownUpgrade: false,
  noUnionid: false,
  noContext: false,
  forgetSilent: false,
  ids: 'same',
  clicksRenew: true,
});
