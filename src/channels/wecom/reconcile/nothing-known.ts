import type { CorpState, RunLog } from '../../reconciliation.js';
const none = <T>(): Promise<readonly T[]> => Promise.resolve([]);

/** A product that holds nothing yet: everything is news. */
export const nothingKnown: CorpState = {
  settled: () => Promise.resolve(),
  libraryDrift: ({ data }) =>
    Promise.resolve(data.groups.map(({ id, name }) => ({ kind: 'library', subject: id, ours: '', theirs: name }))),
  contactDrift: (reads) => Promise.resolve({ differing: reads.map((read) => ({ read, drift: [] })), doubtful: [] }),
  contactsUnseen: none,
  otherStaff: none,
  contactsOf: none,
  groupDrift: (read) => Promise.resolve(read.data.dismissed ? undefined : { drift: [] }),
  groups: none,
  alarms: none,
};

/** Runs that are remembered nowhere. */
export const unrecorded: RunLog = {
  begin: (_why, now) =>
    Promise.resolve({ id: now, why: 'first', startedAt: now, position: null, contacts: 0, groups: 0 }),
  renew: () => Promise.resolve(),
  release: () => Promise.resolve(),
  comparedSince: () => Promise.resolve(false),
  moved: () => Promise.resolve(),
  found: () => Promise.resolve(),
  stumbled: () => Promise.resolve(),
  finished: () => Promise.resolve(),
};
