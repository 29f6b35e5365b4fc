import { randomUUID } from 'node:crypto';
import { checkTemplate } from '../domain/messages/index.js';
import { isSameUserid } from '../domain/userid.js';
import { auditStore } from '../features/audit/audit.store.js';
import type { Run } from '../features/run.js';
import { taskStore } from '../features/tasks/task.store.js';
import { draftStore, type TemplateDraft } from '../features/templates/draft.store.js';
import { templateStore } from '../features/templates/template.store.js';

type Asked = Omit<TemplateDraft, 'task'> & { readonly name: string };

/** Keeps a text as a draft, which sends nothing, and asks the operators in a task. A newer draft takes the place of an older. */
export async function askReview({ tx, now }: Pick<Run, 'tx' | 'now'>, { name, ...draft }: Asked): Promise<number> {
  await dropDraft({ tx, now }, draft.key);
  const why = draft.note === '' ? '' : `（${draft.note}）`;
  const task = await taskStore.createOne(
    tx,
    {
      // Each draft is judged by itself, also when several are saved within a millisecond.
      key: `review_template:${draft.key}:${randomUUID()}`,
      kind: 'review_template',
      staff: '',
      ...{ member: null, group: null, move: null, dueAt: null },
      text: `${draft.savedBy} 改了模板「${name}」${why}，要别人看过才会用上。`,
    },
    now,
  );
  await draftStore.insert(tx, { ...draft, task });
  return task;
}

/** Also closes its task. Answers whether there was a draft. */
export async function dropDraft({ tx, now }: Pick<Run, 'tx' | 'now'>, key: string): Promise<boolean> {
  const draft = await draftStore.read(tx, key);
  if (draft === null) return false;
  await draftStore.remove(tx, key);
  await taskStore.closeAnswered(tx, draft.task, { state: 'cancelled', by: '', at: now });
  return true;
}

export type ReviewOutcome =
  | { readonly kind: 'live'; readonly version: number }
  | { readonly kind: 'refused' }
  /** Somebody saved another version or another draft meanwhile. */
  | { readonly kind: 'gone' }
  /** Who made a draft cannot approve it. */
  | { readonly kind: 'own' }
  /** The rules changed since, and it would not compile now. */
  | { readonly kind: 'broken' };

/** Makes the draft of a task the next version, or drops it. */
export async function answerReview(
  { tx, context, now }: Run,
  task: number,
  { isApproved, by }: { readonly isApproved: boolean; readonly by: string },
): Promise<ReviewOutcome> {
  const draft = await draftStore.ofTask(tx, task);
  if (draft === null) return { kind: 'gone' };
  if (isApproved && isSameUserid(by, draft.savedBy)) return { kind: 'own' };
  const { key, text, note, savedAt, savedBy, baseVersion } = draft;
  if (!isApproved) {
    await draftStore.remove(tx, key);
    await auditStore.append(tx, { who: by, what: 'template_draft_refused', detail: { key, author: savedBy } }, now);
    return { kind: 'refused' };
  }
  const row = await templateStore.read(tx, key);
  const check = checkTemplate(text, context.vocabulary, context.ruleset.sending, context.links !== undefined);
  if (!check.ok) return { kind: 'broken' };
  await draftStore.remove(tx, key);
  const before = row ? checkTemplate(row.text, context.vocabulary) : null;
  const isSwitched = before?.ok === true && before.template.enabled !== check.template.enabled;
  const { name, kind } = check.template;
  const isSaved = await templateStore.append(
    tx,
    { key, name, kind, enabled: isSwitched ? check.template.enabled : null },
    { text, note, savedAt, savedBy, approvedBy: by },
    baseVersion,
  );
  if (!isSaved) return { kind: 'gone' };
  const version = baseVersion + 1;
  await auditStore.append(tx, { who: by, what: 'template_approved', detail: { key, version, author: savedBy } }, now);
  return { kind: 'live', version };
}
