import { z } from 'zod';
import { movePaths } from '../../domain/moves/move.js';
import { placingActions } from '../../domain/moves/placing-actions.js';
import { ruleDocuments } from '../../domain/rule-document.js';
import { placementCauseKeys, places } from '../../insights/words/placement-words.js';

/** The answers of the routes under /api/v1. The OpenAPI document is generated from them; tests check real answers. */
const label = z.strictObject({ zh: z.string(), en: z.string() });
const moment = z.int().describe('epoch milliseconds, UTC');
const metricValue = z.union([z.number(), z.string(), z.boolean(), z.null()]);
const reason = z.strictObject({ code: z.string(), label });

const ruleChange = z.strictObject({
  document: z.enum(ruleDocuments).nullable().describe('the rule document; null for a template'),
  template: z.string().nullable().describe('key of the template'),
  label: label.describe('the name of the document or template'),
  version: z.int().describe('the version since which the rule has been like this'),
  at: moment,
  by: z.string().describe('`files` for a version that was read from a file'),
  note: z.string().describe('why, as they wrote it; may be empty'),
  reads: z
    .array(
      z.strictObject({
        document: z.enum(['segments', 'metrics']),
        key: z.string(),
        label: label.describe('the name of the segment or metric'),
        version: z.int(),
        at: moment,
        by: z.string(),
        note: z.string(),
      }),
    )
    .describe('later edits of segments and own metrics that the rule reads, the newest first'),
});

const heldTier = z.strictObject({ key: z.string().nullable(), label });

export const because = z.strictObject({
  words: label.describe('all of it in words: the rule, what the member had, and what stood in the way'),
  changed: ruleChange.nullable().describe('who made the rule what it was then; null where no version is known'),
  rule: z.string().describe('where the rule lives, like tier:loyal:enter, tag:爱打卡, campaign:one-week'),
  version: z.int().describe('of the rule set, or of the template'),
  text: z.string().describe('the rule as it stood'),
  values: z.array(z.strictObject({ metric: z.string(), label, have: metricValue, need: z.string().optional() })),
  reasons: z.array(reason).optional().describe('what stood in the way, or let it through'),
});

const page = <T extends z.ZodType>(item: T) =>
  z.strictObject({ items: z.array(item), next: z.string().nullable().describe('cursor of the next page') });

const memberInList = z.strictObject({
  id: z.int(),
  name: z.string(),
  externalUserId: z.string().nullable(),
  tier: z.string().nullable(),
  tierSince: moment.nullable(),
  stage: z.string().nullable(),
  tags: z.array(z.string()),
  lastSeenAt: moment.nullable(),
  ordersTotal: z.int(),
  spendTotalCents: z.int(),
  messagesTotal: z.int(),
  isContact: z.boolean(),
  optedOut: z.boolean(),
});

const history = z.array(
  z.strictObject({ at: moment, state: z.string(), note: z.string(), noteCode: z.string(), noteLabel: label }),
);
const groupName = z.strictObject({ id: z.string(), name: z.string() });

const placeCounts = z.strictObject({
  right: z.int().describe('only in a group of their tier'),
  wrong: z.int().describe('only in groups of other tiers'),
  two: z.int().describe('in a group of their tier and in another one'),
  none: z.int().describe('in no tier group'),
});

const move = z.strictObject({
  id: z.int(),
  memberId: z.int(),
  memberName: z.string(),
  from: groupName.extend({ owner: z.string() }).nullable(),
  to: groupName,
  tier: z.string(),
  path: z.enum(movePaths),
  state: z.enum(['planned', 'invited', 'joined', 'leaving', 'done', 'expired', 'failed', 'cancelled']),
  reason: z.string(),
  reasonCode: z.string(),
  reasonLabel: label,
  because: because.nullable().describe('why it was planned; null for one that an older version planned'),
  plannedAt: moment,
  deadlineAt: moment,
  closedAt: moment.nullable(),
  stuck: z.boolean().describe('open past its deadline'),
  undone: z
    .strictObject({ at: moment, by: z.string(), reason: z.string(), back: z.int().nullable() })
    .nullable()
    .describe('who took it back, and with which move'),
  undoes: z.int().nullable().describe('the move that this one takes back'),
  waits: z
    .strictObject({
      who: z.enum(['operators', 'staff', 'member', 'owner', 'time']),
      staff: z.string().nullable(),
      since: moment,
      label,
      todo: label,
      action: z.enum(['approve', 'remind_owner']).nullable(),
    })
    .nullable()
    .describe('who holds up an open move, since when, and what one can do'),
  history,
});

const tierOnCard = z.strictObject({
  key: z.string(),
  label,
  holds: z.boolean(),
  floor: label.nullable().describe('the tag or group that keeps this tier for the member'),
  rule: z.enum(['enter', 'stay']),
  text: z.string(),
  conditions: z.array(
    z.strictObject({
      text: z.string(),
      holds: z.boolean(),
      values: z.array(z.strictObject({ metric: z.string(), label, have: metricValue, need: z.string() })),
    }),
  ),
});

const level = z.int().min(1).max(3).describe('1 low; 2 high, or 3 with three levels');

const member = z.strictObject({
  id: z.int(),
  name: z.string(),
  ids: z.strictObject({
    externalUserId: z.string().optional(),
    unionid: z.string().optional(),
    chatContactId: z.string().optional(),
    phone: z.string().optional().describe('with the middle hidden'),
  }),
  tier: z.string().nullable(),
  tierSince: moment.nullable(),
  tierLock: z.strictObject({ tier: z.string(), by: z.string() }).nullable(),
  stage: z.string().nullable(),
  stageSince: moment.nullable(),
  isContact: z.boolean(),
  optedOut: z.boolean(),
  joinedAt: moment.nullable(),
  lastSeenAt: moment.nullable(),
  rfm: z
    .strictObject({ segment: z.string(), label, r: level, f: level, m: level })
    .nullable()
    .describe('null for who never ordered, or without a shop for who was never seen'),
  argo: z.strictObject({ key: z.string(), label }).nullable(),
  isKey: z.boolean().describe('among the members with the highest scores'),
  kolLevel: z.int(),
  metrics: z.array(
    z.strictObject({
      name: z.string(),
      label,
      type: z.string(),
      unit: z.string().nullable(),
      section: label,
      family: z.strictObject({ label, days: z.int().nullable() }).nullable(),
      value: metricValue,
      words: label.nullable().describe('of a value that is a key: its label'),
    }),
  ),
  tags: z.array(
    z.strictObject({
      name: z.string(),
      group: z.string(),
      origin: z.enum(['rule', 'staff']),
      since: moment,
      synced: z.boolean().describe('WeCom is known to have it'),
      wecomName: z.string().nullable().describe('what staff have renamed it to in WeCom; null where it has our name'),
    }),
  ),
  groups: z.array(
    z.strictObject({ id: z.string(), name: z.string(), tier: z.string().nullable(), joinedAt: moment.nullable() }),
  ),
  openMove: move.nullable(),
  preference: z.strictObject({
    pace: z.enum(['all', 'less']),
    quiet: z.strictObject({ fromMinute: z.number(), toMinute: z.number() }).nullable(),
  }),
  service: z
    .strictObject({
      wroteAt: moment.nullable(),
      closesAt: moment,
      left: z.int().describe('messages that may still be sent after their last one'),
      servedBy: z.enum(['bot', 'queue', 'person', 'nobody']),
      servicer: z.string().nullable(),
      refusal: label.nullable().describe('why nothing may be sent now; null when a message may be sent'),
    })
    .nullable()
    .describe('customer service; null when the member never wrote there'),
  budget: z.strictObject({
    dayLeft: z.int(),
    monthLeft: z.int(),
    nextAllowedAt: moment.nullable().describe('null: at once'),
  }),
  tierCard: z.strictObject({
    current: z.string().nullable(),
    next: z.string().nullable(),
    graceUntil: moment.nullable(),
    nearestWay: label.nullable(),
    tiers: z.array(tierOnCard),
  }),
});

const timelineEntry = z.strictObject({
  id: z.string(),
  at: moment,
  kind: z.enum(['fact', 'tier', 'stage', 'tag', 'message', 'suppressed', 'move', 'command']),
  title: label,
  detail: label.optional(),
  because: because.nullable(),
  state: z.string().optional(),
  isWholeDay: z.boolean().optional(),
});

const delivery = z.strictObject({
  id: z.int(),
  memberId: z.int().nullable(),
  memberName: z.string().nullable(),
  campaign: z.string().nullable(),
  campaignLabel: z.union([z.string(), label]),
  channel: z.string().nullable(),
  kind: z.string(),
  state: z.enum(['planned', 'sending', 'waiting', 'sent', 'failed', 'suppressed', 'cancelled', 'dead']),
  reasonCode: z.string().nullable(),
  reasonLabel: label.nullable(),
  text: z.union([z.string(), label]).nullable().describe('a label where the stored text cannot be read'),
  attachments: z.array(z.strictObject({ kind: z.string(), title: z.string(), url: z.string() })),
  templateVersion: z.int().nullable(),
  variant: z.string().nullable(),
  because: because.nullable(),
  plannedAt: moment,
  notBefore: moment,
  settledAt: moment.nullable(),
  attempts: z.int(),
  clicks: z.int().nullable(),
  history,
});

const standing = z.strictObject({
  what: z.enum(['tier', 'stage', 'tag', 'segment']),
  key: z.string(),
  label,
  since: moment.nullable().describe('null for a segment, which is asked and not stored'),
  isByStaff: z.boolean().describe('a tag that staff put on by hand'),
  because: because.nullable().describe('null for what staff did by hand, and where no decision is stored'),
});

const group = z.strictObject({
  id: z.string(),
  name: z.string(),
  tier: z.string().nullable(),
  owner: z.string(),
  members: z.int(),
  spoke: z.int(),
  capacity: z.int(),
  free: z.int().describe('places neither taken nor promised to somebody who is invited'),
  netJoins: z.int().describe('who joined in the last 28 days, less who left'),
  fullInDays: z.int().nullable().describe('at that pace; 0 when it is full, null when it does not fill'),
  ageDays: z.int().describe('for how many days the product has known it'),
  status: z.string(),
  ownerLeft: z.boolean().describe('the owner has left the corp'),
  joinProblem: z.string().nullable().describe('why the group has no code, or an old one'),
});

const problem = z.strictObject({
  code: z.string(),
  line: z.int(),
  column: z.int(),
  message: z.string(),
  hint: z.string(),
  messageEn: z.string(),
  hintEn: z.string(),
});

const ruleCheck = z.union([
  z.strictObject({
    ok: z.literal(true),
    metrics: z.array(z.string()),
    words: label.describe('the condition in words'),
    text: z.string(),
    blocks: z.unknown().describe('the condition as groups of tests; null where it can only be a text'),
    textOnly: label.nullable().describe('why it can only be a text'),
  }),
  z.strictObject({ ok: z.literal(false), text: z.string(), problems: z.array(problem) }),
]);

export const responses = {
  facts: z.strictObject({
    accepted: z.int(),
    duplicates: z.int(),
    rejected: z.array(z.strictObject({ index: z.int(), code: z.string(), message: z.string() })),
    adjusted: z
      .array(
        z.strictObject({
          index: z.int(),
          key: z.string(),
          from: z.iso.datetime({ offset: true }),
          to: z.iso.datetime(),
        }),
      )
      .describe('facts whose `at` lay ahead: it counts as the time of arrival'),
  }),
  members: page(memberInList),
  segments: z.strictObject({
    members: z.int().describe('all members, in a segment or not'),
    items: z.array(
      z.strictObject({
        ...{ key: z.string(), label, when: z.string(), words: label.describe('the condition in words') },
        partition: z.string().nullable().describe('segments with the same name claim to partition'),
        count: z.int(),
      }),
    ),
    next: z.null(),
  }),
  member,
  why: page(timelineEntry),
  standing: z.strictObject({ items: z.array(standing) }),
  heldMembers: z.strictObject({
    items: z.array(
      z.strictObject({
        member: z.strictObject({ id: z.int(), name: z.string() }),
        tier: heldTier.describe('where the member is held'),
        to: heldTier.describe('where the rules want them'),
        until: z.int().describe('epoch milliseconds, UTC; at the latest'),
        because: because.nullable(),
      }),
    ),
    next: z.string().nullable(),
  }),
  switches: z.strictObject({
    items: z.array(
      z.strictObject({
        name: z.enum(['all', 'mass_send', 'chat_dm', 'group_mention', 'kf', 'sms']),
        label,
        isOn: z.boolean(),
        waiting: z.int().describe('planned messages'),
      }),
    ),
    next: z.null(),
  }),
  released: z.strictObject({ released: z.literal(true) }),
  tierLock: z.strictObject({ tierLock: z.strictObject({ tier: z.string(), by: z.string() }).nullable() }),
  moves: page(move),
  placement: z.strictObject({
    tiers: z.array(
      placeCounts.extend({
        tier: z.string(),
        free: z.int().describe('places left in its groups'),
        fullInDays: z.int().nullable().describe('at the pace of the last 28 days; null when they do not fill'),
      }),
    ),
    causes: z
      .array(
        z.strictObject({
          ...{ code: z.enum(placementCauseKeys), label, hint: label, count: z.int() },
          action: z.enum(placingActions).nullable().describe('what can be done for many at once'),
        }),
      )
      .describe('why members are not in the right group'),
    trend: z
      .array(placeCounts.extend({ tier: z.string(), day: z.string() }))
      .describe('at the end of each day, at most 30'),
  }),
  misplaced: page(
    z.strictObject({
      ...{ memberId: z.int(), memberName: z.string(), tier: z.string() },
      place: z.enum(places),
      cause: z.enum(placementCauseKeys),
      causeLabel: label,
      since: moment.nullable(),
      groups: z.array(groupName.extend({ tier: z.string() })),
      move: z.int().nullable().describe('the open move'),
    }),
  ),
  placed: z.strictObject({
    items: z.array(
      z.strictObject({
        memberId: z.int(),
        outcome: z.enum(['done', 'already', 'refused']),
        code: z.string().describe('what was done, or why not'),
        label,
      }),
    ),
  }),
  undoneMove: z.strictObject({
    outcome: z.enum(['undone', 'already']),
    how: z
      .enum(['stop', 'leave_new', 'invite_back'])
      .optional()
      .describe('nothing left to do; leaves the new group again; is invited back'),
    back: z.int().nullable().describe('the move that takes the member back'),
  }),
  deliveries: page(delivery),
  groups: page(group),
  ruleCheck,
  ruleChecks: z.strictObject({ items: z.array(ruleCheck), next: z.null() }),
  dryRun: z.strictObject({
    kind: z.enum(['tiers', 'tags', 'campaign']),
    found: z.int().describe('members whose stored outcome differs; of a campaign, its audience'),
    looked: z.int().describe('how many of them were evaluated one by one'),
    exact: z.boolean().describe('all of them were'),
    outcomes: z.record(z.string(), z.int()).describe('what would become of those evaluated'),
    changes: z.array(z.strictObject({ from: z.string().nullable(), to: z.string().nullable(), count: z.int() })),
    samples: z.array(
      z.strictObject({
        member: z.strictObject({ id: z.int(), name: z.string(), externalUserId: z.string().nullable() }),
        outcome: z.string(),
        from: z.string().nullable(),
        to: z.string().nullable(),
        because: because.nullable(),
      }),
    ),
    effort: z
      .strictObject({
        calls: z.int().describe('calls to the outside: the tasks, and one reading of what became of each'),
        takesMs: z.int().describe('how long they last at the least, at the legal rate'),
        taps: z.int().describe('mass-send tasks staff must confirm by hand: one for the same words by the same sender'),
        staff: z.int().describe('members of staff who must tap'),
        slowest: z.string().nullable().describe('the endpoint that takes longest'),
        byStaff: z
          .array(z.strictObject({ staff: z.string(), taps: z.int(), receivers: z.int() }))
          .describe('who must tap how often; who has most to do first'),
      })
      .optional()
      .describe('of a campaign: what telling its whole audience at once would take; estimated unless exact'),
    launch: z
      .strictObject({
        reached: z.int().describe('members who would be written to'),
        later: z.int().describe('of those, put off by quiet hours, slots or caps'),
        channels: z.array(z.strictObject({ channel: z.string(), count: z.int() })),
        held: z.array(z.strictObject({ code: z.string(), label, count: z.int() })).describe('who would not, by why'),
        audience: z.string().describe('the rule; empty for everybody'),
        oneByOne: z.boolean().describe('goes out when something happens to a member, never to many at once'),
      })
      .optional()
      .describe('of a campaign: whom telling its whole audience now would reach; estimated unless exact'),
  }),
  review: z.strictObject({ reviewed: z.int(), changed: z.int() }),
  error: z.strictObject({
    code: z.string().describe('stable; what programs go by'),
    message: z.string().describe('for people'),
    where: z
      .strictObject({
        line: z.int().optional(),
        column: z.int().optional(),
        index: z.int().optional(),
        setting: z.string().optional(),
        file: z.string().optional(),
      })
      .optional(),
  }),
} as const;
