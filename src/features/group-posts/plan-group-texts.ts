import { groupNoteKey, groupTextKey } from '../../domain/action-keys.js';
import { DAY_MS, dayOf, HOUR_MS, momentOf, type Day } from '../../domain/day.js';
import type { Evaluation } from '../../domain/evaluate.js';
import type { GroupFigures } from '../../domain/group-posts/group-figures.js';
import { fillPost, occasionOf, type GroupText } from '../../domain/group-posts/group-text.js';
import type { GroupOccasion } from '../../domain/group-posts/group-trigger.js';
import { placePost, type OtherPost, type PostPlacement } from '../../domain/group-posts/place-post.js';
import { lasts, watchesCheckIns, watchesTalk } from '../../domain/group-posts/triggers/index.js';
import type { GroupId } from '../../domain/ids.js';
import { withKeptFree } from '../../domain/sending/kept-free.js';
import { groupPostStore } from '../../outbox/group-post.store.js';
import type { NewOutboxRow } from '../../outbox/outbox-row.js';
import { outboxStore } from '../../outbox/outbox.store.js';
import { groupStore } from '../groups/group.store.js';
import type { Run } from '../run.js';
import { groupFiguresStore } from './group-figures.store.js';
import { noPost, postAction, postChannel, postPolicyOf } from './post-action.js';

/** WeCom's longest cap counts a calendar month, and texts are planned up to a month ahead. */
export const POST_LOOKBACK_MS = 62 * DAY_MS;

const enabledTexts = ({ context }: Run, isWanted: (text: GroupText) => boolean): readonly GroupText[] =>
  postPolicyOf(context).texts.filter((text) => text.enabled && isWanted(text));

/** Plans the texts for what is so in the groups today. Runs once, when a day has begun. */
export async function planTextsOfDay(run: Run): Promise<readonly NewOutboxRow[]> {
  const texts = enabledTexts(run, ({ trigger }) => !watchesCheckIns(trigger));
  return texts.length === 0 ? [] : planTexts(run, texts);
}

/** Plans the texts for what members of this batch did, and has texts checked again that they may have made untrue. */
export async function planTextsOnFacts(run: Run, evaluations: readonly Evaluation[]): Promise<void> {
  const { tx, context, now } = run;
  const facts = evaluations.flatMap((evaluation) => evaluation.facts);
  const onCheckIns = enabledTexts(run, ({ trigger }) => watchesCheckIns(trigger));
  const today = dayOf(now, context.timeZone);
  const checkedIn = facts.flatMap(({ fact, member }) =>
    fact.kind === 'checked_in' && dayOf(fact.at, context.timeZone) === today ? [member] : [],
  );
  if (onCheckIns.length > 0 && checkedIn.length > 0) {
    const groups = await groupFiguresStore.groupsOf(tx, [...new Set(checkedIn)]);
    await outboxStore.enqueue(tx, await planTexts(run, onCheckIns, groups), now);
  }
  const chatIds = facts.flatMap(({ fact }) => (fact.kind === 'sent_message' ? (fact.data.chatId ?? []) : []));
  if (chatIds.length === 0 || enabledTexts(run, ({ trigger }) => watchesTalk(trigger)).length === 0) return;
  const spokenIn = [...(await groupStore.resolve(tx, chatIds, now)).values()].map(({ id }) => id);
  await groupPostStore.markForCheck(tx, [...new Set(spokenIn)], now);
}

interface Candidate {
  readonly text: GroupText;
  readonly group: GroupFigures;
  readonly occasion: GroupOccasion;
}

/** The rows for the occasions that were not answered yet. Texts that stand first in the document come first. */
async function planTexts(
  run: Run,
  texts: readonly GroupText[],
  groups?: readonly GroupId[],
): Promise<readonly NewOutboxRow[]> {
  const { tx, context, now } = run;
  const { timeZone } = context;
  const today = dayOf(now, timeZone);
  const figures = await groupFiguresStore.active(tx, { today, timeZone }, groups);
  const found = texts.flatMap((text) =>
    figures.flatMap((group): Candidate[] => {
      const occasion = occasionOf(text, group, today);
      return occasion === null ? [] : [{ text, group, occasion }];
    }),
  );
  const answered = await outboxStore.existingKeys(
    tx,
    found.map(({ text, group, occasion }) => groupTextKey(text.key, group.id, occasion.id)),
  );
  const open = found.filter(
    ({ text, group, occasion }) => !answered.has(groupTextKey(text.key, group.id, occasion.id)),
  );
  const posts = await groupPostStore.postsOf(
    tx,
    open.map(({ group }) => group.id),
    { since: now - POST_LOOKBACK_MS, now },
  );
  const others = new Map<GroupId, OtherPost[]>(posts);
  return open.flatMap((candidate) => {
    const rows = rowsOf(run, candidate, { today, others: others.get(candidate.group.id) ?? [] });
    for (const { action, notBefore, suppressed } of rows)
      if (suppressed === undefined && action.kind !== 'notify_staff')
        others.set(candidate.group.id, [
          ...(others.get(candidate.group.id) ?? []),
          { at: notBefore, isMassSend: action.kind === 'mass_send' },
        ]);
    return rows;
  });
}

interface OnDay {
  readonly today: Day;
  readonly others: readonly OtherPost[];
}

function rowsOf(run: Run, candidate: Candidate, onDay: OnDay): NewOutboxRow[] {
  const { context, now } = run;
  const { text, group, occasion } = candidate;
  const until = windowEnd(candidate, onDay.today, run);
  const base = {
    ...{ group: group.id, proactive: true, occasion: occasion.id, templateVersion: context.ruleset.version },
    because: { rule: `group_text:${text.key}`, version: context.ruleset.version, values: occasion.values },
  };
  const key = groupTextKey(text.key, group.id, occasion.id);
  const refuse = (code: string): NewOutboxRow[] =>
    // While the occasion lasts, the text is tried again tomorrow.
    lasts(text.trigger)
      ? []
      : [
          {
            ...base,
            key,
            action: noPost,
            notBefore: now,
            suppressed: code,
            because: { ...base.because, reasons: [code] },
          },
        ];
  const channel = postChannel(group, context);
  if (channel === null) return refuse('group_unreachable');
  const at = { today: onDay.today, corpName: context.corpName };
  const filled = fillPost(text.body, group, at);
  if (!filled.ok) return refuse(filled.code);
  const placed = placeText(run, text, { until, isMassSend: channel === 'owner', others: onDay.others });
  if (placed.kind === 'refused') return refuse(placed.code);
  const timed = { ...base, notBefore: placed.notBefore, expiresAt: until };
  const note = text.ownerNote === null || group.owner === '' ? null : fillPost(text.ownerNote, group, at);
  return [
    { ...timed, key, action: postAction(group, channel, filled.text) },
    ...(note?.ok === true
      ? [
          {
            ...timed,
            key: groupNoteKey(text.key, group.id, occasion.id),
            action: { kind: 'notify_staff' as const, staff: [group.owner], text: note.text },
          },
        ]
      : []),
  ];
}

/** An occasion that does not last is over with its day. */
function windowEnd({ text }: Candidate, today: Day, { context, now }: Run): number {
  const end = now + text.windowHours * HOUR_MS;
  return lasts(text.trigger) ? end : Math.min(end, momentOf(today + 1, 0, context.timeZone) - 1);
}

function placeText(
  { context, now }: Run,
  text: GroupText,
  {
    until,
    isMassSend,
    others,
  }: { readonly until: number; readonly isMassSend: boolean; readonly others: readonly OtherPost[] },
): PostPlacement {
  const { sending, calendar } = context.ruleset;
  return placePost({ from: now, until, timing: text.timing, isMassSend }, others, {
    caps: postPolicyOf(context),
    sending: withKeptFree(sending, text.exceptDays, calendar),
    timeZone: context.timeZone,
  });
}
