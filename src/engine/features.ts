import type { Evaluation } from '../domain/evaluate.js';
import type { Day } from '../domain/day.js';
import type { MemberId } from '../domain/ids.js';
import { contactWayStore } from '../features/contact-ways/contact-way.store.js';
import { groupStore } from '../features/groups/group.store.js';
import { groupPeopleStore } from '../features/groups/group-people.store.js';
import { memberSeriesStore } from '../features/members/member-series.store.js';
import { moveStore } from '../features/moves/move.store.js';
import { tagStore } from '../features/tags/tag.store.js';
import { memberQuestionStore } from '../features/tasks/member-question.store.js';
import { memberReplyStore } from '../features/tasks/member-reply.store.js';
import { taskStore } from '../features/tasks/task.store.js';
import {
  contactWayActions,
  markContactWaysForCheck,
  hasVipTier,
  openVipWays,
} from '../features/contact-ways/plan-contact-ways.js';
import { acquisitionStatActions } from '../features/contact-ways/acquisition-stats.js';
import { referralFacts } from '../features/contact-ways/referrals.js';
import { planContacts } from '../features/contacts/plan-contacts.js';
import { planTextsOfDay, planTextsOnFacts } from '../features/group-posts/plan-group-texts.js';
import { askForPlan, postPlanNodes } from '../features/group-posts/post-plan-nodes.js';
import { syncGroupWelcomes } from '../features/group-posts/sync-group-welcomes.js';
import { groupStatActions } from '../features/groups/group-stats.js';
import { maintainGroups } from '../features/groups/maintain-groups.js';
import { planMessages } from '../features/messages/plan-messages.js';
import { greetInService } from '../features/messages/service-greeting.js';
import type { Invitation } from '../features/moves/invitation.js';
import { planMoves } from '../features/moves/plan-moves.js';
import { closeSilentTasks, removeSilentMembers } from '../features/moves/remove-silent.js';
import type { Run } from '../features/run.js';
import { applyServiceFacts } from '../features/service/apply-service-facts.js';
import { serviceWayActions } from '../features/service/service-ways.js';
import { serviceWindowStore } from '../features/service/service-window.store.js';
import { recordQuestions } from '../features/tasks/member-replies.js';
import { factStore } from '../inbox/fact.store.js';
import type { NewOutboxRow } from '../outbox/outbox-row.js';
import type { Sql } from '../platform/database/sql.js';
import { forgetWords } from './forget-words.js';

/** A batch of evaluated members. */
export interface Evaluated {
  readonly evaluations: readonly Evaluation[];
  /** Invitations to a group. The moves feature adds them, and the messages feature sends them. */
  readonly invitations: Invitation[];
  /** Days on which members are due earlier than their evaluation says, because a feature will try something again then. */
  readonly dueDays: Map<MemberId, Day>;
}

/** What one feature adds to the work of the engine: one such object, and one line in the list `features`. */
export interface Feature {
  readonly name: string;
  /** Plans what follows from the evaluations. Runs in the transaction that stores them. */
  plan?(run: Run, evaluated: Evaluated): Promise<void>;
  /** Maintains what belongs to the corp as a whole, once when a new day has begun. Answers the rows to enqueue. */
  daily?(run: Run): Promise<readonly NewOutboxRow[]>;
  /** Two records of one member become one: in the feature's own tables, the rows of `from` now belong to `to`. */
  merge?(tx: Sql, from: MemberId, to: MemberId, now: number): Promise<void>;
}

const contacts: Feature = {
  name: 'contacts',
  plan: (run, { evaluations }) => planContacts(run, evaluations),
  merge: (tx, from, to) => tagStore.merge(tx, from, to),
};

const groups: Feature = {
  name: 'groups',
  daily: (run) => maintainGroups(run, { verify: true }),
  merge: (tx, from, to) => groupPeopleStore.merge(tx, from, to),
};

const contactWays: Feature = {
  name: 'contact-ways',
  async plan(run, { evaluations }) {
    const { tx, context, now } = run;
    const vips = evaluations.filter((evaluation) => hasVipTier(evaluation, context.ways));
    await openVipWays(
      run,
      vips.map(({ id, stored }) => ({ id, name: stored.state.name })),
    );
    await factStore.append(tx, await referralFacts(tx, evaluations, context.timeZone), now);
  },
  async daily(run) {
    await markContactWaysForCheck(run);
    return [...(await contactWayActions(run)), ...(await acquisitionStatActions(run))];
  },
  merge: (tx, from, to) => contactWayStore.merge(tx, from, to),
};

const series: Feature = {
  name: 'series',
  merge: (tx, from, to) => memberSeriesStore.merge(tx, from, to),
};

const service: Feature = {
  name: 'service',
  plan: (run, { evaluations }) => applyServiceFacts(run, evaluations),
  async daily(run) {
    const { tx, now } = run;
    await serviceWindowStore.forgetSends(tx, now);
    return serviceWayActions(run, await groupStore.pools(tx));
  },
  merge: (tx, from, to) => serviceWindowStore.merge(tx, from, to),
};

const groupStats: Feature = {
  name: 'group-stats',
  daily: (run) => groupStatActions(run),
};

const tasks: Feature = {
  name: 'tasks',
  plan: (run, { evaluations }) => recordQuestions(run, evaluations),
  async merge(tx, from, to) {
    await taskStore.merge(tx, from, to);
    await memberReplyStore.merge(tx, from, to);
    await memberQuestionStore.merge(tx, from, to);
  },
};

const wordsKept: Feature = {
  name: 'words-kept',
  async daily(run) {
    await forgetWords(run);
    return [];
  },
};

const moves: Feature = {
  name: 'moves',
  async plan(run, { evaluations, invitations, dueDays }) {
    if (run.context.ruleset.silentMembers?.enabled === true) await closeSilentTasks(run, evaluations);
    const planned = await planMoves(run, evaluations);
    invitations.push(...planned.invitations);
    for (const [member, day] of planned.dueDays) dueDays.set(member, day);
  },
  async daily(run) {
    await removeSilentMembers(run);
    return [];
  },
  merge: (tx, from, to, now) => moveStore.merge(tx, from, to, now),
};

const groupPosts: Feature = {
  name: 'group-posts',
  plan: (run, { evaluations }) => planTextsOnFacts(run, evaluations),
  async daily(run) {
    // What a person has planned comes before what the rules say, so it is in the outbox when the caps are asked.
    await postPlanNodes(run);
    return [...(await planTextsOfDay(run)), ...(await askForPlan(run)), ...(await syncGroupWelcomes(run))];
  },
};

const messages: Feature = {
  name: 'messages',
  async plan(run, { evaluations, invitations }) {
    await greetInService(run, evaluations);
    await planMessages(run, evaluations, invitations);
  },
};

/** Run in this order: who may be written to is known before messages are planned. Messages come after moves, because a message carries the invitation that a move has planned. */
export const features: readonly Feature[] = [
  service,
  contacts,
  series,
  groups,
  contactWays,
  groupStats,
  tasks,
  wordsKept,
  moves,
  messages,
  groupPosts,
];
