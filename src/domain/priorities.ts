declare const brand: unique symbol;

/** Order of due outbox rows; the lowest goes first. Only this file makes priorities. */
export type Priority = number & { readonly [brand]: 'Priority' };

const ordered = <Name extends string>(named: Readonly<Record<Name, number>>): Readonly<Record<Name, Priority>> =>
  named as Readonly<Record<Name, Priority>>;

/** In ascending order. Campaign messages lie between `ordinary` and 100 (`messagePriority`). */
export const priorities = ordered({
  // A welcome code lives for 20 s (contract §7.1): these rows have a lane of their own.
  welcome: 0,
  // A person waits in the chat for this answer.
  reply: 1,
  // Tagging of contacts waits until the tag library is complete.
  createTags: 1,
  // Contacts and tags that refer to unknown tags wait for this read.
  readTagLibrary: 2,
  // Operators must be notified of a pause, or of a code they requested, before they ask again.
  operatorNotice: 2,
  // A person acts on it, so a minute of delay matters less than for an answer.
  taskCard: 3,
  // The person who answered "done" waits for the task to disappear.
  readForTask: 4,
  // Remark and tags of a new contact need the name and the pair from this read.
  readContact: 5,
  markTags: 6,
  // Only staff see the remark.
  remark: 7,
  // A person is about to print or send the new or changed code.
  makeCode: 10,
  // Nobody waits for these, but the daily checks can wait longer.
  readCorp: 20,
  retireCode: 20,
  // Checks whether an existing code still works.
  checkCode: 30,
  // Default, and the most important campaign message.
  ordinary: 50,
  // Yesterday's figures for the console.
  readGroupStats: 90,
  // A changed rule may change the tags of very many members; even the least important message goes first.
  bulkTags: 110,
});

/** Maps a campaign's priority (0 to 100, higher goes first) to 100 to 50, after everything urgent. */
export const messagePriority = (campaignPriority: number): Priority =>
  (100 - Math.round(campaignPriority / 2)) as Priority;
