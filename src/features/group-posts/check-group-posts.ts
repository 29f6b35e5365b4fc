import { groupPostOf, type GroupPostName } from '../../domain/action-keys.js';
import { dayOf, momentOf } from '../../domain/day.js';
import type { GroupFigures } from '../../domain/group-posts/group-figures.js';
import { fillPost, occasionOf, type GroupText } from '../../domain/group-posts/group-text.js';
import { postCapBroken, type OtherPost } from '../../domain/group-posts/place-post.js';
import type { PlanNode } from '../../domain/group-posts/plan-node.js';
import { lapsedCode } from '../../domain/group-posts/triggers/index.js';
import { variablesOfGroups } from '../../domain/group-posts/variables.js';
import { compileBody } from '../../domain/messages/body.js';
import type { Body } from '../../domain/messages/index.js';
import { withKeptFree } from '../../domain/sending/kept-free.js';
import { afterQuiet, isKeptFree, isQuiet, type SendingPolicy } from '../../domain/sending/send-policy.js';
import type { Blocker } from '../../outbox/delivery-hooks.js';
import { groupPostStore, type StoredPost } from '../../outbox/group-post.store.js';
import type { OutboxRow } from '../../outbox/outbox-row.js';
import { storableJson } from '../../platform/database/storable.js';
import type { Run } from '../run.js';
import { groupFiguresStore } from './group-figures.store.js';
import { planNodeStore } from './plan-node.store.js';
import { POST_LOOKBACK_MS } from './plan-group-texts.js';
import { postAction, postChannel, postPolicyOf } from './post-action.js';

/** Whether the row is a post in a group, or the note to its owner that goes with it. */
export const isGroupPost = ({ key }: Pick<OutboxRow, 'key'>): boolean => groupPostOf(key) !== null;

/** What a queued post says, and on which days it may. */
interface PostSource {
  readonly body: Body;
  readonly exceptDays: readonly string[];
  readonly isNote: boolean;
}

/**
 * Checks queued posts: whether their text is still in force and its occasion true, whether this is a time to post, whether the
 * caps of the group allow it, and fills the text again. A post that waits for its tap is asked only for what withdraws it.
 */
export async function groupPostBlockers(run: Run, rows: readonly OutboxRow[]): Promise<Map<number, Blocker>> {
  const { tx, context, now } = run;
  const { timeZone } = context;
  const found = new Map<number, Blocker>();
  const ids = [...new Set(rows.flatMap(({ group }) => group ?? []))];
  const figures = await groupFiguresStore.active(tx, { today: dayOf(now, timeZone), timeZone }, ids);
  const groups = new Map(figures.map((group) => [group.id, group]));
  const posts = await groupPostStore.postsOf(tx, ids, { since: now - POST_LOOKBACK_MS, now });
  const nodes = await plannedNodes(run, rows);
  /** Rows that this check lets go. */
  const going = new Set<number>();
  for (const row of rows) {
    const group = row.group === null ? undefined : groups.get(row.group);
    if (group === undefined) {
      found.set(row.id, { cancel: 'group_gone' });
      continue;
    }
    const name = groupPostOf(row.key);
    const source = name?.kind === 'plan' ? planSource(name, nodes) : textSource(run, name, group);
    if ('cancel' in source) {
      found.set(row.id, source);
      continue;
    }
    if (row.state === 'waiting') continue;
    const others = source.isNote ? [] : othersThan(row, posts.get(group.id) ?? [], going);
    const blocker = timeBlocker(run, row, { source, others }) ?? wordsBlocker(run, row, { source, group });
    if (blocker !== undefined) found.set(row.id, blocker);
    if (blocker === undefined || 'rewrite' in blocker) going.add(row.id);
  }
  return found;
}

/** Posts that were handed over or go with this one. Those that are only planned wait for this one, not this one for them. */
const othersThan = (row: OutboxRow, posts: readonly StoredPost[], going: ReadonlySet<number>): OtherPost[] =>
  posts.filter(({ id, isUnderWay }) => id !== row.id && (isUnderWay || going.has(id)));

type Source = PostSource | { readonly cancel: string };

/** The nodes of the calendar that these rows are posts of, by id. */
async function plannedNodes({ tx }: Run, rows: readonly OutboxRow[]): Promise<ReadonlyMap<number, PlanNode>> {
  const ids = rows.flatMap(({ key }) => {
    const name = groupPostOf(key);
    return name?.kind === 'plan' ? [name.node] : [];
  });
  const nodes = await planNodeStore.byIds(tx, [...new Set(ids)]);
  return new Map(nodes.map((node) => [node.id, node]));
}

function planSource(
  { node: id, version }: Extract<GroupPostName, { kind: 'plan' }>,
  nodes: ReadonlyMap<number, PlanNode>,
): Source {
  const node = nodes.get(id);
  const body = node === undefined ? null : compileBody(node.text, variablesOfGroups).body;
  if (node?.state !== 'posted' || node.version !== version || body === null) return { cancel: 'plan_changed' };
  return { body, exceptDays: node.exceptDays, isNote: false };
}

function textSource(run: Run, said: GroupPostName | null, group: GroupFigures): Source {
  if (said?.kind !== 'text') return { cancel: 'group_text_off' };
  const text = postPolicyOf(run.context).texts.find(({ key }) => key === said.text);
  if (text?.enabled !== true) return { cancel: 'group_text_off' };
  const occasion = occasionOf(text, group, dayOf(run.now, run.context.timeZone));
  if (occasion?.id !== said.occasion) return { cancel: lapsedCode(text.trigger) };
  const body = bodyOf(text, said.isNote);
  if (body === null) return { cancel: 'group_text_off' };
  return { body, exceptDays: text.exceptDays, isNote: said.isNote };
}

const bodyOf = (text: GroupText, isNote: boolean): Body | null => (isNote ? text.ownerNote : text.body);

interface Timed {
  readonly source: PostSource;
  readonly others: readonly OtherPost[];
}

/** Quiet hours and days kept free put a post off, and so do the caps of its group. */
function timeBlocker({ context, now }: Run, row: OutboxRow, { source, others }: Timed): Blocker | undefined {
  const { timeZone, ruleset } = context;
  const sending = withKeptFree(ruleset.sending, source.exceptDays, ruleset.calendar);
  if (isQuiet(now, sending, timeZone)) {
    const reason = isKeptFree(now, sending, timeZone) ? 'day_kept_free' : 'quiet_hours';
    return putOff(row, afterQuiet(now, sending, timeZone), reason);
  }
  if (source.isNote) return undefined;
  const isMassSend = row.kind === 'mass_send';
  const code = postCapBroken({ at: now, isMassSend }, others, { caps: postPolicyOf(context), sending, timeZone });
  return code === null ? undefined : putOff(row, nextDay(now, sending, timeZone), code);
}

const nextDay = (now: number, sending: SendingPolicy, timeZone: string): number =>
  afterQuiet(momentOf(dayOf(now, timeZone) + 1, 0, timeZone), sending, timeZone);

/** A post that would be put off beyond its window is not said. */
const putOff = ({ expiresAt }: OutboxRow, until: number, reason: string): Blocker =>
  expiresAt !== null && until > expiresAt ? { cancel: reason } : { postponeTo: until, reason };

/** The row with the text as it is true now, by whoever owns the group now. */
function wordsBlocker(
  { context, now }: Run,
  row: OutboxRow,
  { source, group }: { readonly source: PostSource; readonly group: GroupFigures },
): Blocker | undefined {
  const filled = fillPost(source.body, group, { today: dayOf(now, context.timeZone), corpName: context.corpName });
  if (!filled.ok) return { suppress: filled.code };
  const { text, wordsDay } = filled;
  const channel = postChannel(group, context);
  if (channel === null) return { cancel: 'group_unreachable' };
  const action = source.isNote
    ? { kind: 'notify_staff' as const, staff: [group.owner], text }
    : { ...formerSendersOf(row), ...postAction(group, channel, text) };
  if (storableJson(action) === storableJson(row.action) && row.wordsDay === wordsDay) return undefined;
  return { rewrite: { action, version: row.version ?? context.ruleset.version, variant: row.variant, wordsDay } };
}

const formerSendersOf = ({ action }: OutboxRow): { readonly formerSenders?: readonly string[] } =>
  action.kind === 'mass_send' && action.formerSenders !== undefined ? { formerSenders: action.formerSenders } : {};
