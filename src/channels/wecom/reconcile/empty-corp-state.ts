import type { CorpState, RunLog } from '../../reconciliation.js';
const none = <T>(): Promise<readonly T[]> => Promise.resolve([]);

/** An empty stored state, so everything in the corp differs. */
export const emptyCorpState: CorpState = {
  waitUntilApplied: () => Promise.resolve(),
  libraryDrift: ({ data }) =>
    Promise.resolve(data.groups.map(({ id, name }) => ({ kind: 'library', subject: id, ours: '', theirs: name }))),
  contactDrift: (reads) => Promise.resolve({ differing: reads.map((read) => ({ read, drift: [] })), doubtful: [] }),
  missingContacts: none,
  otherStaffWithContacts: none,
  contactsOwnedBy: none,
  groupDrift: (read) => Promise.resolve(read.data.dismissed ? undefined : { drift: [] }),
  activeGroupIds: none,
  alarms: none,
};

/** A log that stores nothing. */
export const noRunLog: RunLog = {
  begin: (_why, now) =>
    Promise.resolve({ id: now, why: 'first', startedAt: now, position: null, contacts: 0, groups: 0 }),
  renewLease: () => Promise.resolve(),
  releaseLease: () => Promise.resolve(),
  hasFinishedSince: () => Promise.resolve(false),
  saveProgress: () => Promise.resolve(),
  recordDrift: () => Promise.resolve(),
  recordFailure: () => Promise.resolve(),
  finish: () => Promise.resolve(),
};
