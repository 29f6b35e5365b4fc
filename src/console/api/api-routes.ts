import { z } from 'zod';
import { clientFactKinds, postedFactData } from '../../domain/fact.js';
import {
  deliveriesQuery,
  dryRunBody,
  dryRunsQuery,
  heldMembersQuery,
  replayBody,
  switchBody,
  membersQuery,
  misplacedQuery,
  movesQuery,
  placingBody,
  tierLockBody,
  undoMoveBody,
  whyQuery,
} from './requests.js';
import { brakeAnswerBody, brakeRestoreBody, brakesQuery } from './brake-requests.js';
import { launchResponse, openLaunchBody } from './launch-requests.js';
import { broadcastBody, broadcastResponses, broadcastsQuery, resumeBody } from './broadcast-requests.js';
import { seriesResponses } from './series-requests.js';
import { retryBody, waitingRemindBody, waitingResponses } from './waiting-requests.js';
import { brakeResponses } from './brake-responses.js';
import { dryRunResponses } from './dry-run-responses.js';
import { replayResponses } from './replay-responses.js';
import { responses } from './responses.js';
import {
  chosenCutBody,
  compileBody,
  conditionsBody,
  draftBody,
  meceBody,
  publishBody,
  publishOneBody,
  restoreBody,
  ruleCheckBody,
  segmentBody,
  thresholdsBody,
} from './rule-requests.js';
import { ruleResponses } from './rule-responses.js';

export interface ApiRoute {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  readonly path: string;
  readonly summary: string;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly answer: z.ZodType;
  /** Statuses beside 200, 400 and 401. */
  readonly also?: readonly number[];
}

const ids = z.strictObject({
  externalUserId: z.string().max(128).optional(),
  unionid: z.string().max(128).optional(),
  chatContactId: z.string().max(128).optional(),
  phone: z
    .string()
    .max(32)
    .describe('in any spelling: 13800138000, +86 138-0013-8000; other countries with + and their code')
    .optional(),
});

const postedFact = z.union(
  clientFactKinds.map((kind) =>
    z.object({
      key: z.string().min(1).max(200).describe('unique for ever: a fact posted twice is one fact'),
      kind: z.literal(kind),
      at: z.iso
        .datetime({ offset: true })
        .describe(
          'ISO 8601 with a zone; one that lies ahead counts as the time of arrival, more than two days ahead is refused',
        ),
      member: ids.describe('at least one'),
      data: postedFactData[kind].optional(),
    }),
  ),
);

/** Every route under /api/v1. A test compares this list with the routes that exist. */
export const apiRoutes: readonly ApiRoute[] = [
  {
    method: 'post',
    path: '/api/v1/facts',
    summary:
      'Post what happened. Answered when it is stored durably; a fact that cannot be read is rejected by its index.',
    body: z.object({ facts: z.array(postedFact).min(1).max(1_000) }),
    answer: responses.facts,
    also: [503],
  },
  {
    method: 'get',
    path: '/api/v1/members',
    summary: 'Members, last seen first.',
    query: membersQuery,
    answer: responses.members,
    also: [422, 429],
  },
  {
    method: 'get',
    path: '/api/v1/members/{id}',
    summary: 'One member: figures, tier and what each tier asks for, stage, tags, groups, open move, messages left.',
    answer: responses.member,
    also: [404],
  },
  {
    method: 'get',
    path: '/api/v1/members/{id}/why',
    summary: 'What happened to a member, what was decided and sent, what was not, and because of what. Newest first.',
    query: whyQuery,
    answer: responses.why,
    also: [404],
  },
  {
    method: 'get',
    path: '/api/v1/members/{id}/standing',
    summary:
      'What a member is now and why, in words: tier, stage, every tag and every segment, with who set each rule.',
    answer: responses.standing,
    also: [404],
  },
  {
    method: 'post',
    path: '/api/v1/members/{id}/tier-lock',
    summary: 'Keep a member in a tier whatever the rules say, or let the rules decide again.',
    body: tierLockBody,
    answer: responses.tierLock,
    also: [404],
  },
  {
    method: 'get',
    path: '/api/v1/moves',
    summary: 'Moves between tier groups, newest first, each with its history.',
    query: movesQuery,
    answer: responses.moves,
  },
  {
    method: 'post',
    path: '/api/v1/moves/{id}/undo',
    summary: 'Take a move back: the member goes back, and is not moved to that tier again for a while.',
    body: undoMoveBody,
    answer: responses.undoneMove,
    also: [404, 409],
  },
  {
    method: 'get',
    path: '/api/v1/placement',
    summary: 'How many members are in the right group, by tier, over the last days, and why the others are not.',
    answer: responses.placement,
  },
  {
    method: 'get',
    path: '/api/v1/placement/members',
    summary: 'Members who are not in the right group, each with the cause; who waits longest comes first.',
    query: misplacedQuery,
    answer: responses.misplaced,
  },
  {
    method: 'post',
    path: '/api/v1/placement/actions',
    summary: 'Do one thing for up to 200 such members; answers for each what happened.',
    body: placingBody,
    answer: responses.placed,
  },
  {
    method: 'get',
    path: '/api/v1/deliveries',
    summary:
      'Messages, newest first, each with its history, what it was based on and, when it was not sent, the reason.',
    query: deliveriesQuery,
    answer: responses.deliveries,
  },
  { method: 'get', path: '/api/v1/groups', summary: 'Groups and how full they are.', answer: responses.groups },
  {
    method: 'post',
    path: '/api/v1/rules/check',
    summary: 'Whether a condition can be read, and where not.',
    body: ruleCheckBody,
    answer: responses.ruleCheck,
  },
  {
    method: 'post',
    path: '/api/v1/rules/conditions',
    summary: 'Many conditions in words and as blocks, each like a check.',
    body: conditionsBody,
    answer: responses.ruleChecks,
  },
  {
    method: 'get',
    path: '/api/v1/segments',
    summary: 'All segments, with how many members are in each now.',
    answer: responses.segments,
    also: [422, 429],
  },
  {
    method: 'post',
    path: '/api/v1/segments',
    summary: 'Add a segment to the rules in force.',
    body: segmentBody,
    answer: ruleResponses.published,
    also: [409],
  },
  {
    method: 'get',
    path: '/api/v1/segments/{key}/members',
    summary: 'The members of a segment, as the list of members gives them.',
    query: membersQuery.omit({ segment: true }),
    answer: responses.members,
    also: [404, 422, 429],
  },
  {
    method: 'get',
    path: '/api/v1/rules',
    summary: 'The rule documents, their versions in force, and their drafts.',
    answer: ruleResponses.list,
  },
  {
    method: 'get',
    path: '/api/v1/rules/export',
    summary: 'The rules in force, as the files of the config folder.',
    answer: ruleResponses.files,
  },
  {
    method: 'get',
    path: '/api/v1/rules/{document}',
    summary: 'One rule document as text and as data, with its draft and its history.',
    answer: ruleResponses.document,
    also: [404],
  },
  {
    method: 'put',
    path: '/api/v1/rules/{document}',
    summary: 'Put another text of one document into force, as its next version.',
    body: publishOneBody,
    answer: ruleResponses.document,
    also: [404, 409],
  },
  {
    method: 'get',
    path: '/api/v1/rules/{document}/versions',
    summary: 'The history of a rule document, newest first.',
    answer: ruleResponses.versions,
    also: [404],
  },
  {
    method: 'get',
    path: '/api/v1/rules/{document}/versions/{version}',
    summary: 'One version of a rule document, with its text.',
    answer: ruleResponses.version,
    also: [404],
  },
  {
    method: 'post',
    path: '/api/v1/rules/{document}/versions/{version}/restore',
    summary: 'Put the text of an earlier version into force again, as the next version.',
    body: restoreBody,
    answer: ruleResponses.document,
    also: [404, 409],
  },
  {
    method: 'put',
    path: '/api/v1/rules/{document}/draft',
    summary: 'Keep a text that is not in force, with or without mistakes.',
    body: draftBody,
    answer: ruleResponses.document,
    also: [404],
  },
  {
    method: 'delete',
    path: '/api/v1/rules/{document}/draft',
    summary: 'Throw a draft away.',
    answer: ruleResponses.discarded,
    also: [404],
  },
  {
    method: 'post',
    path: '/api/v1/rules/compile',
    summary: 'Every mistake that texts would have together with the documents in force. Changes nothing.',
    body: compileBody,
    answer: ruleResponses.compiled,
  },
  {
    method: 'post',
    path: '/api/v1/rules/publish',
    summary: 'Put the texts of several documents into force: all of them or none.',
    body: publishBody,
    answer: ruleResponses.published,
    also: [409],
  },
  {
    method: 'post',
    path: '/api/v1/rules/mece',
    summary: 'Whether every member fits exactly one of some rules, with an example of every gap and overlap.',
    body: meceBody,
    answer: ruleResponses.mece,
    also: [422, 429],
  },
  {
    method: 'post',
    path: '/api/v1/rules/partitions',
    summary:
      'Whether segments that claim to partition do, before they are published: each gap and overlap, with a member.',
    body: compileBody,
    answer: ruleResponses.partitions,
    also: [422, 429],
  },
  {
    method: 'post',
    path: '/api/v1/rules/thresholds',
    summary: 'How a metric is spread over the members, and where it may be cut into classes.',
    body: thresholdsBody,
    answer: ruleResponses.thresholds,
    also: [422, 429],
  },
  {
    method: 'get',
    path: '/api/v1/rules/thresholds/notes',
    summary: 'Thresholds taken from the data that this month’s figures would put elsewhere. Changes no rule.',
    answer: ruleResponses.thresholdNotes,
  },
  {
    method: 'post',
    path: '/api/v1/rules/thresholds/chosen',
    summary: 'Record which suggested cut was taken into a rule, and by whom. Changes no rule.',
    body: chosenCutBody,
    answer: ruleResponses.chosen,
  },
  {
    method: 'post',
    path: '/api/v1/dry-runs',
    summary:
      'What proposed rules or a campaign would change. Changes nothing. `texts`: whole rule documents, over all members; answered with the report when it takes less than a second, else with its id and `state: running`.',
    body: dryRunBody,
    answer: z.union([responses.dryRun, dryRunResponses.run]),
    also: [422, 429],
  },
  {
    method: 'get',
    path: '/api/v1/dry-runs',
    summary: 'Dry runs of rule documents, newest first.',
    query: dryRunsQuery,
    answer: dryRunResponses.runs,
  },
  {
    method: 'get',
    path: '/api/v1/dry-runs/{id}',
    summary: 'One dry run: its state and progress, then its report.',
    answer: dryRunResponses.run,
    also: [404],
  },
  {
    method: 'delete',
    path: '/api/v1/dry-runs/{id}',
    summary: 'Cancel a dry run that is under way. One that has ended stays as it is.',
    answer: dryRunResponses.run,
    also: [404],
  },
  {
    method: 'post',
    path: '/api/v1/replays',
    summary: 'Play rules over the last days, from stored facts. Changes nothing. Answered like a dry run.',
    body: replayBody,
    answer: replayResponses.run,
    also: [429],
  },
  {
    method: 'get',
    path: '/api/v1/replays',
    summary: 'Replays, newest first.',
    query: dryRunsQuery,
    answer: replayResponses.runs,
  },
  {
    method: 'get',
    path: '/api/v1/replays/{id}',
    summary: 'One replay: its state and progress, then its report.',
    answer: replayResponses.run,
    also: [404],
  },
  {
    method: 'delete',
    path: '/api/v1/replays/{id}',
    summary: 'Cancel a replay that is under way. One that has ended stays as it is.',
    answer: replayResponses.run,
    also: [404],
  },
  {
    method: 'get',
    path: '/api/v1/switches',
    summary: 'The switches of proactive sending: `all`, and one for each channel that is set up.',
    answer: responses.switches,
  },
  {
    method: 'post',
    path: '/api/v1/switches/{name}',
    summary: 'Turn a switch. Welcomes, answers and notices for staff go on when it is off.',
    body: switchBody,
    answer: responses.switches,
  },
  {
    method: 'get',
    path: '/api/v1/held-members',
    summary:
      'Members who swing between tiers and are held in one, with where the rules want them, until when, and why.',
    query: heldMembersQuery,
    answer: responses.heldMembers,
  },
  {
    method: 'post',
    path: '/api/v1/held-members/{id}/release',
    summary: 'Let a held member follow the rules again at once. 409 when the member is not held.',
    answer: responses.released,
    also: [409],
  },
  {
    method: 'post',
    path: '/api/v1/deliveries/{id}/cancel',
    summary: 'Do not send a planned message.',
    answer: waitingResponses.changed,
  },
  {
    method: 'post',
    path: '/api/v1/deliveries/{id}/send-now',
    summary: 'Do not let a planned message wait for its slot. Quiet hours and caps hold.',
    answer: waitingResponses.changed,
  },
  {
    method: 'post',
    path: '/api/v1/deliveries/{id}/retry',
    summary:
      'Plan a message that was not sent once more, while its reason holds; with `pastCaps` in spite of the caps.',
    body: retryBody,
    answer: waitingResponses.changed,
  },
  {
    method: 'get',
    path: '/api/v1/series',
    summary: 'Every series with its steps, how many members are where, and how they left it.',
    answer: seriesResponses.list,
  },
  {
    method: 'get',
    path: '/api/v1/series/{series}/steps/{step}/members',
    summary: 'Up to 100 members who are at a step, who waits longest first.',
    answer: seriesResponses.members,
  },
  {
    method: 'get',
    path: '/api/v1/members/{id}/series',
    summary: 'In which series a member is, or was last, at which step.',
    answer: seriesResponses.ofMember,
    also: [404],
  },
  {
    method: 'get',
    path: '/api/v1/waiting',
    summary: 'Mass-sends that wait for the tap of staff, by member of staff, who has the oldest first.',
    answer: waitingResponses.list,
  },
  {
    method: 'post',
    path: '/api/v1/waiting/remind',
    summary: 'Tell a member of staff how many customers wait for their tap; once a day at most.',
    body: waitingRemindBody,
    answer: waitingResponses.changed,
  },
  {
    method: 'post',
    path: '/api/v1/waiting/{id}/hand-on',
    summary: 'Take a task back, for a colleague or another channel to send what is not sent yet.',
    answer: waitingResponses.changed,
  },
  {
    method: 'post',
    path: '/api/v1/waiting/{id}/cancel',
    summary: 'Withdraw a task; who has got it before keeps it.',
    answer: waitingResponses.changed,
  },
  {
    method: 'get',
    path: '/api/v1/broadcasts',
    summary: 'The last 50 broadcasts, of all templates or of one, newest first, with their messages so far.',
    query: broadcastsQuery,
    answer: broadcastResponses.list,
  },
  {
    method: 'post',
    path: '/api/v1/broadcasts',
    summary:
      'Send a template with the trigger `broadcast` to its whole audience, now or at a time. Switching the template off cancels it.',
    body: broadcastBody,
    answer: broadcastResponses.started,
    also: [404, 409],
  },
  {
    method: 'post',
    path: '/api/v1/broadcasts/{id}/pause',
    summary: 'Plan and send nothing more of a broadcast until it is resumed.',
    answer: broadcastResponses.changed,
    also: [404, 409],
  },
  {
    method: 'post',
    path: '/api/v1/broadcasts/{id}/resume',
    summary:
      'Go on with a broadcast. One whose audience or text is another one needs `seen`: what a person has looked at.',
    body: resumeBody,
    answer: broadcastResponses.changed,
    also: [404, 409],
  },
  {
    method: 'post',
    path: '/api/v1/broadcasts/{id}/cancel',
    summary: 'End a broadcast: nothing more is sent, and mass-sends that nobody has tapped are withdrawn.',
    answer: broadcastResponses.changed,
    also: [404],
  },
  {
    method: 'get',
    path: '/api/v1/launches/{key}',
    summary: 'How far a template whose launch is watched has been opened, and what became of what was let through.',
    answer: launchResponse,
    also: [404],
  },
  {
    method: 'post',
    path: '/api/v1/launches/{key}/open',
    summary:
      'Let the next share go, after a look at what went so far. A second press of the same stage opens nothing more.',
    body: openLaunchBody,
    answer: launchResponse,
    also: [404, 409],
  },
  {
    method: 'get',
    path: '/api/v1/brakes',
    summary: 'Runs that stopped before their first effect because they would move or write to too many, newest first.',
    query: brakesQuery,
    answer: brakeResponses.list,
  },
  {
    method: 'post',
    path: '/api/v1/brakes/{id}/answer',
    summary: 'Let a stopped run go on, or not. One that was answered before stays as it is.',
    body: brakeAnswerBody,
    answer: brakeResponses.answered,
    also: [404],
  },
  {
    method: 'post',
    path: '/api/v1/brakes/{id}/restore',
    summary: 'Put the rules of before the stopped run into force again, as the next versions.',
    body: brakeRestoreBody,
    answer: ruleResponses.published,
    also: [404, 409],
  },
  {
    method: 'post',
    path: '/api/v1/reviews',
    summary: 'Evaluate all members who were not evaluated today; answered when done.',
    answer: responses.review,
  },
];
