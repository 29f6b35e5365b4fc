import { z } from 'zod';
import type { Vocabulary } from '../../domain/rules/index.js';
import type { TagRule } from '../../domain/ruleset.js';
import { inBoth } from '../../platform/config/refusal.js';
import { days, lowWaterMark, readable, rule } from './fields.js';
import { loosenedText, type RuleFile } from './rule-file.js';

const tagName = (most: number) =>
  readable(
    z
      .string()
      .trim()
      .min(1, inBoth('must have a name', '要有名称'))
      .refine(
        (name) => [...name].length <= most,
        inBoth(`must have at most ${most} characters, as WeCom takes no more`, `最多 ${most} 个字，这是企业微信的上限`),
      ),
  );

/** WeCom's limits: a tag has at most 30 characters, a tag group's name 15 (contract §4.6). */
export const tagsFile = z.strictObject({
  groups: z.array(
    z.strictObject({
      group: tagName(15),
      tags: z
        .array(
          z.strictObject({
            name: tagName(30),
            when: rule,
            /** `false`: whoever has the tag keeps it, and nobody gets it. */
            enabled: z.boolean().default(true),
            /** `80%`: the tag stays as long as every figure that `when` asks for is at least so much of it. */
            keep: z.union([lowWaterMark, rule]).optional(),
            min_days: days.default(0),
          }),
        )
        .min(1),
    }),
  ),
});

/** Compiles the rules. Reports rules with mistakes and duplicate groups and tags. */
export function readTags(file: RuleFile<z.output<typeof tagsFile>>, vocabulary: Vocabulary): TagRule[] {
  const { groups } = file.value;
  const names = new Set<string>();
  return groups.flatMap(({ group, tags }, groupIndex) => {
    if (groups.findIndex((other) => other.group === group) < groupIndex)
      file.report(
        ['groups', groupIndex, 'group'],
        inBoth(`there is a group ${group} already`, `已有标签组「${group}」`),
      );
    return tags.flatMap(({ name, when: condition, keep, min_days: minDays, enabled }, index) => {
      const at = ['groups', groupIndex, 'tags', index];
      if (names.has(name))
        file.report([...at, 'name'], inBoth(`there is a tag ${name} already`, `已有标签「${name}」`));
      names.add(name);
      const when = file.compile([...at, 'when'], condition, vocabulary);
      const kept = typeof keep === 'number' ? when && loosenedText(when, keep) : keep;
      const looser = kept == null ? null : file.compile([...at, 'keep'], kept, vocabulary);
      const off = enabled ? {} : { enabled };
      return when ? [{ name, group, when, minDays, ...off, ...(looser ? { keep: looser } : {}) }] : [];
    });
  });
}
