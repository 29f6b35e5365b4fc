import type { Attachment } from '../../domain/action.js';
import type { Context } from '../../domain/context.js';
import type { Evaluation } from '../../domain/evaluate.js';
import {
  bodyFor,
  channelBytes,
  renderBody,
  type Body,
  type Campaign,
  type Template,
} from '../../domain/messages/index.js';
import { exampleMark, isInvitation } from '../../domain/triggers/read-triggers.js';
import type { StoredGroup } from '../../domain/moves/group.js';
import { loadContactRoutes } from '../../features/messages/contact-routes.js';
import { loadTemplateValues } from '../../features/messages/template-values.js';
import { groupStore } from '../../features/groups/group.store.js';
import type { Sql } from '../../platform/database/sql.js';
import type { ProblemView } from './problem-view.js';

export interface PreviewMessage {
  readonly channel: string;
  readonly variant: string;
  readonly text: string;
  readonly attachments: readonly { readonly kind: string; readonly title: string; readonly url: string }[];
}

export type Preview =
  | { readonly ok: true; readonly messages: readonly PreviewMessage[]; readonly audienceHolds: boolean }
  | { readonly ok: false; readonly problems: readonly ProblemView[] };

/** A preview is sent to nobody, so its links lead nowhere; they are as long as those of a message. */
const EXAMPLE_CODE = '0'.repeat(12);

/** The messages of a template for one real member, on each of its channels, as if it were sent now. */
export async function previewFor(
  sql: Sql,
  { file, template }: { readonly file: string; readonly template: Template },
  evaluation: Evaluation,
  { context, now }: { readonly context: Context; readonly now: number },
): Promise<Preview> {
  const routes = (await loadContactRoutes(sql, [evaluation])).get(evaluation.id)!;
  const group = await groupFor(sql, template, evaluation);
  const reached = exampleMark(template.trigger);
  const campaign: Campaign = { ...template, version: 0 };
  const values = await loadTemplateValues(
    { tx: sql, context, now },
    { evaluation, routes, about: { campaign, reached, group } },
  );
  // A member gets only one variant; operators mostly edit the first.
  const variant = template.variants[0]!;
  const messages: PreviewMessage[] = [];
  const problems: ProblemView[] = [];
  for (const channel of template.channels) {
    const body = bodyFor(variant, channel);
    const rendered = renderBody(
      body,
      values,
      () => context.links?.addressOf(EXAMPLE_CODE) ?? '',
      channelBytes[channel],
    );
    if (rendered.ok) {
      const attachments = channel === 'group_mention' || channel === 'sms' ? [] : attachmentsFor(template, group);
      messages.push({ channel, variant: variant.name, text: rendered.text, attachments });
    } else {
      const { code, message } = rendered;
      problems.push({
        code,
        ...placeInFile(file, body, rendered),
        message: message.zh,
        messageEn: message.en,
        hint: '换一位成员看看，或用 if 写好没有这个值时说什么',
        hintEn: 'look at another member, or say with an if what to write without the value',
      });
    }
  }
  if (problems.length > 0) return { ok: false, problems: withoutDuplicates(problems) };
  const audienceHolds = template.audience?.holds(evaluation.decision.values, evaluation.decision.tagNames) ?? true;
  return { ok: true, messages, audienceHolds };
}

/** The group for a text with a join code: that of the member's tier, or any other with a code. */
async function groupFor(sql: Sql, template: Template, evaluation: Evaluation): Promise<StoredGroup | null> {
  if (!isInvitation(template.trigger) && !template.attach.includes('join_qr')) return null;
  const groups = (await groupStore.all(sql)).filter((group) => group.joinQr !== null);
  return groups.find((group) => group.tier === evaluation.decision.values['tier']) ?? groups[0] ?? null;
}

function attachmentsFor(template: Template, group: StoredGroup | null): Pick<Attachment, 'kind' | 'title' | 'url'>[] {
  if (!template.attach.includes('join_qr') || !group?.joinQr) return [];
  return [{ kind: 'image', title: group.name, url: group.joinQr }];
}

/** Turns a place in the body into a place in the file, which the editor shows. */
function placeInFile(file: string, body: Body, place: { readonly line: number; readonly column: number }) {
  const at = file.replace(/\r\n?/g, '\n').indexOf(body.text);
  const linesBefore = at < 0 ? 0 : file.slice(0, at).split('\n').length - 1;
  return { line: linesBefore + place.line, column: place.column };
}

const withoutDuplicates = (problems: readonly ProblemView[]): ProblemView[] => [
  ...new Map(problems.map((problem) => [`${problem.line}:${problem.column}:${problem.code}`, problem])).values(),
];
