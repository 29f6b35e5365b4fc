declare const brand: unique symbol;

/** Which of the due rows of the outbox goes first: the lowest. Only this file makes them. */
export type Priority = number & { readonly [brand]: 'Priority' };

const ordered = <Name extends string>(named: Readonly<Record<Name, number>>): Readonly<Record<Name, Priority>> =>
  named as Readonly<Record<Name, Priority>>;

/** In the order of going. Messages of campaigns stand between `ordinary` and 100: `messagePriority`. */
export const priorities = ordered({
  // A welcome code lives for 20 s (contract §7.1): these rows have a lane of their own.
  welcome: 0,
  // Somebody looks at the chat and waits.
  reply: 1,
  // Tags of contacts wait for the library to be complete.
  createTags: 1,
  // Contacts and tags that refer to unknown tags wait for this read.
  readTagLibrary: 2,
  // Operators must hear of a pause, and of the code they asked for, before they ask again.
  operatorNotice: 2,
  // A person acts on it, so a minute more or less is nothing beside an answer.
  taskCard: 3,
  // The one who said "done" waits to see the task go.
  readForTask: 4,
  // A new contact is read first: remark and tags need the name and the pair that the read brings.
  readContact: 5,
  markTags: 6,
  // Only staff see the remark.
  remark: 7,
  // A new or changed code: somebody is about to print or send it.
  makeCode: 10,
  // Nobody waits for what a read brings or a retirement takes away, but the daily checks can wait longer.
  readCorp: 20,
  retireCode: 20,
  // The code is there and works: this only looks whether it still does.
  checkCode: 30,
  // What says nothing else. Also the most important message of a campaign.
  ordinary: 50,
  // Figures of yesterday for the console.
  readGroupStats: 90,
  // Tags that very many members get at once (a changed rule): even the least important message goes before them.
  bulkTags: 110,
});

/** A campaign says 0 to 100, the higher the sooner; its messages get 100 to 50, after all that cannot wait. */
export const messagePriority = (campaignPriority: number): Priority =>
  (100 - Math.round(campaignPriority / 2)) as Priority;
