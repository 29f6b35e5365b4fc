import { z } from 'zod';
import { templateKey } from '../../domain/messages/index.js';
import type { TagRule } from '../../domain/ruleset.js';
import type { WayPolicy } from '../../domain/ways/contact-way.js';
import type { FilePlace } from '../../platform/config/config-files.js';
import { inBoth } from '../../platform/config/refusal.js';
import { text, userid } from './fields.js';
import type { RuleFile } from './rule-file.js';

const welcome = z
  .string()
  .refine(
    (key) => templateKey.safeParse(key).success,
    inBoth('must be the key of a template, like welcome-expo', '要写模板的 key，例如 welcome-expo'),
  );
const tagNames = z.array(text(30)).max(20).default([]);
const userids = z
  .array(userid)
  .max(100, inBoth('WeCom takes at most 100 staff a code', '企业微信的一个码最多 100 名员工'));

/** WeCom's limits: a state and a remark of at most 30, at most 100 staff a code (contract §6). */
export const contactWaysFile = z.strictObject({
  tag_group: text(15).default('渠道'),
  ways: z
    .array(
      z.strictObject({
        // `vip-` is reserved for the codes of members.
        key: z
          .string()
          .regex(
            /^(?!vip-|qj-)[a-z0-9][a-z0-9_-]{0,29}$/,
            inBoth(
              'write small letters, digits, - and _, at most 30, not beginning with vip- or qj-',
              '用小写字母、数字、- 和 _，最多 30 个，不能以 vip- 或 qj- 开头',
            ),
          ),
        name: text(30),
        staff: userids.min(
          1,
          inBoth('name at least one member of staff whom the code leads to', '至少写一名员工，扫码后添加的就是他'),
        ),
        skip_verify: z.boolean().default(true),
        tags: tagNames,
        welcome: welcome.optional(),
      }),
    )
    .max(500)
    .default([]),
  vip: z
    .strictObject({
      tiers: z.array(z.string()).default([]),
      staff: userids.default([]),
      skip_verify: z.boolean().default(true),
      tags: tagNames,
    })
    .prefault({}),
});

type ContactWays = z.output<typeof contactWaysFile>;

/** A template key in a file, with its place. Whether the template exists is checked where templates are known. */
export type TemplateReference = FilePlace & { readonly key: string };

/** Reports duplicate ways, tags that tags.yaml has in another group, and unknown tiers. */
export function checkContactWays(
  file: RuleFile<ContactWays>,
  /** `tierKeys` is null when the tiers could not be read. */
  { tags, tierKeys }: { readonly tags: readonly TagRule[]; readonly tierKeys: readonly string[] | null },
): void {
  const { ways, vip, tag_group: group } = file.value;
  ways.forEach((way, index) => {
    if (ways.findIndex((other) => other.key === way.key) < index)
      file.report(['ways', index, 'key'], inBoth(`there is a way ${way.key} already`, `已有渠道码 ${way.key}`));
  });
  const groupOf = new Map(tags.map((tag) => [tag.name, tag.group]));
  const named = [
    ...ways.map((way, index) => ({ names: way.tags, at: ['ways', index, 'tags'] })),
    { names: vip.tags, at: ['vip', 'tags'] },
  ];
  for (const { names, at } of named)
    names.forEach((name, index) => {
      if ((groupOf.get(name) ?? group) !== group)
        file.report(
          [...at, index],
          inBoth(
            `the tag ${name} is one of the group ${groupOf.get(name)} in tags.yaml`,
            `标签「${name}」在标签规则里属于「${groupOf.get(name)}」组`,
          ),
        );
    });
  vip.tiers.forEach((key, index) => {
    if (tierKeys && !tierKeys.includes(key))
      file.report(['vip', 'tiers', index], inBoth(`there is no tier ${key}`, `没有层级 ${key}`));
  });
}

export const welcomeTemplates = (file: RuleFile<ContactWays>): TemplateReference[] =>
  file.value.ways.flatMap(({ welcome: key }, index) =>
    key === undefined ? [] : [{ key, ...file.place(['ways', index, 'welcome']) }],
  );

export function wayPolicyOf({ tag_group: group, ways, vip }: ContactWays): WayPolicy {
  const tags = (names: readonly string[]) => names.map((name) => ({ name, group }));
  return {
    tagGroup: group,
    channels: ways.map((way) => ({
      key: way.key,
      name: way.name,
      staff: way.staff,
      skipVerify: way.skip_verify,
      tags: tags(way.tags),
      welcome: way.welcome ?? null,
    })),
    vip: { tiers: vip.tiers, staff: vip.staff, skipVerify: vip.skip_verify, tags: tags(vip.tags) },
  };
}
