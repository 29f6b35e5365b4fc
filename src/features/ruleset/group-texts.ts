import { z } from 'zod';
import type { Calendar } from '../../domain/calendar/calendar.js';
import { festivalKeys } from '../../domain/calendar/festivals.js';
import {
  noGroupPosts,
  type GroupPostPolicy,
  type GroupText,
  type GroupWelcome,
} from '../../domain/group-posts/group-text.js';
import { groupTriggerSchema } from '../../domain/group-posts/triggers/index.js';
import { variablesOfGroups } from '../../domain/group-posts/variables.js';
import { compileBody } from '../../domain/messages/body.js';
import type { Body } from '../../domain/messages/index.js';
import { nearestName } from '../../domain/rules/nearest-name.js';
import { chineseFirst, inBoth } from '../../platform/config/refusal.js';
import { ruleKey, text, wallClock, whole } from './fields.js';
import type { RuleFile } from './rule-file.js';

const MOST_TEXTS = 50;
/** WeCom takes 100 in a corp, also of other apps and of the admin (contract §7.2). */
const MOST_WELCOMES = 50;
const WELCOME_BYTES = 3_000;

const body = z.string().max(4_000).regex(/\S/, inBoth('must not be blank', '不能只有空白'));

const timing = z.union([z.literal('slot'), z.literal('now'), z.strictObject({ at: wallClock })]);

export const groupTextsFile = z.strictObject({
  per_day: whole(1, 10).default(noGroupPosts.perDay),
  per_week: whole(1, 50).default(noGroupPosts.perWeek),
  send_by: z.enum(['owner', 'chat']).default(noGroupPosts.sendBy),
  texts: z
    .array(
      z.strictObject({
        key: ruleKey,
        name: text(40),
        enabled: z.boolean().default(true),
        trigger: groupTriggerSchema,
        tiers: z.array(z.string()).max(50).default([]),
        timing: timing.default('slot'),
        except_days: z.array(z.string()).max(20).default([]),
        window_hours: whole(1, 720).default(24),
        text: body,
        owner_note: body.optional(),
      }),
    )
    .max(MOST_TEXTS)
    .default([]),
  welcomes: z
    .array(
      z.strictObject({
        key: ruleKey,
        name: text(40),
        text: body.refine(
          (written) => Buffer.byteLength(written.trim()) <= WELCOME_BYTES,
          inBoth('is longer than the 3000 bytes that WeCom takes', '超过企业微信的 3000 字节'),
        ),
        link: z
          .strictObject({
            title: text(40),
            url: z
              .string()
              .max(1_024)
              .regex(/^https?:\/\/\S+$/, inBoth('write an address like https://…', '网址写成 https://…')),
            description: text(160).optional(),
          })
          .optional(),
        notify: z.boolean().default(true),
      }),
    )
    .max(MOST_WELCOMES)
    .default([]),
});

type File = RuleFile<z.output<typeof groupTextsFile>>;
type WelcomeEntry = z.output<typeof groupTextsFile>['welcomes'][number];
type Entry = z.output<typeof groupTextsFile>['texts'][number];

/** The text of the document in a config folder without `group-texts.yaml`. */
export const NO_GROUP_TEXTS = 'texts: []\n';

interface Names {
  /** Null when the tiers could not be read. */
  readonly tierKeys: readonly string[] | null;
  readonly calendar: Calendar;
}

/** The texts of the file. Reports a text that cannot be filled in a group, and names that nothing has. */
export function readGroupPosts(file: File | null, names: Names): GroupPostPolicy {
  if (file === null) return noGroupPosts;
  const { per_day: perDay, per_week: perWeek, send_by: sendBy, texts } = file.value;
  if (perDay > perWeek) file.report(['per_day'], inBoth('must not be more than per_week', '不能大于 per_week'));
  const welcomes = readWelcomes(file);
  const seen = new Set<string>();
  return {
    ...{ perDay, perWeek, sendBy, welcomes },
    texts: texts.flatMap((entry, index) => {
      const at = ['texts', index] as const;
      if (seen.has(entry.key))
        file.report([...at, 'key'], chineseFirst(`已有 ${entry.key}`, `there is ${entry.key} already`));
      seen.add(entry.key);
      checkNames(file, at, entry, names);
      return readText(file, at, entry);
    }),
  };
}

const linkOf = ({ title, url, description }: NonNullable<WelcomeEntry['link']>) => ({
  ...{ title, url },
  ...(description === undefined ? {} : { description }),
});

function readWelcomes(file: File): GroupWelcome[] {
  const seen = new Set<string>();
  return file.value.welcomes.map(({ key, name, text: written, link, notify }, index) => {
    if (seen.has(key)) file.report(['welcomes', index, 'key'], chineseFirst(`已有 ${key}`, `there is ${key} already`));
    seen.add(key);
    const content = {
      text: written.trim(),
      link: link === undefined ? null : linkOf(link),
    };
    return { key, name, content, notify };
  });
}

function readText(file: File, at: readonly PropertyKey[], entry: Entry): GroupText[] {
  const said = readBody(file, [...at, 'text'], entry.text);
  const note = entry.owner_note === undefined ? null : readBody(file, [...at, 'owner_note'], entry.owner_note);
  if (said === null) return [];
  return [
    {
      ...{ key: entry.key, name: entry.name, enabled: entry.enabled, trigger: entry.trigger, tiers: entry.tiers },
      timing: typeof entry.timing === 'string' ? entry.timing : { atMinute: entry.timing.at },
      ...{ exceptDays: entry.except_days, windowHours: entry.window_hours, body: said, ownerNote: note },
    },
  ];
}

/** Null when it has mistakes, which are then reported. A link is refused: nobody could say who of the group opened it. */
function readBody(file: File, at: readonly PropertyKey[], text: string): Body | null {
  const { body: compiled, findings, links } = compileBody(text, variablesOfGroups);
  for (const { message, hint } of findings)
    file.report(at, inBoth(`${message.en}. ${hint.en}`, `${message.zh}。${hint.zh}`));
  if (links.length > 0)
    file.report(
      at,
      inBoth('write the address itself: links of the product count members', '直接写网址：群里的链接认不出是谁点的'),
    );
  return compiled;
}

function checkNames(file: File, at: readonly PropertyKey[], entry: Entry, { tierKeys, calendar }: Names): void {
  const { tiers, except_days: days, trigger } = entry;
  const special = calendar.special.map(({ key }) => key);
  report(file, [...at, 'except_days'], days, ['weekends', 'holidays', ...festivalKeys, ...special]);
  if (tierKeys !== null) report(file, [...at, 'tiers'], tiers, tierKeys);
  if (trigger.on === 'group_spoken_share' && (trigger.below === undefined) === (trigger.reached === undefined))
    file.report([...at, 'trigger'], inBoth('write either below or reached', 'below 和 reached 写一个'));
}

/** Reports the names that are not among the known ones. */
function report(file: File, at: readonly PropertyKey[], names: readonly string[], known: readonly string[]): void {
  for (const [index, name] of names.entries()) {
    if (known.includes(name)) continue;
    const near = nearestName(name, known) ?? known.join('、');
    file.report(
      [...at, index],
      inBoth(`there is no ${name}; did you mean ${near}?`, `没有 ${name}，是不是想写 ${near}？`),
    );
  }
}
