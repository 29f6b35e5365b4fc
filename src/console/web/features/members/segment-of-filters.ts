import type { MemberFilter } from '../../api/members.js';

const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;

/** The filters of the list as one condition in CEL; null where there are none. A search by name is no condition. */
export function conditionOf({ tier, stage, tag, segment, where }: MemberFilter): string | null {
  const parts = [
    ...(tier ? [`tier == ${quoted(tier)}`] : []),
    ...(stage ? [`stage == ${quoted(stage)}`] : []),
    ...(tag ? [`${quoted(tag)} in tags`] : []),
    ...(segment ? [`in_segment(${quoted(segment)})`] : []),
    ...(where ? [where.trim()] : []),
  ];
  if (parts.length === 0) return null;
  return parts.length === 1 || !where ? parts.join(' && ') : [...parts.slice(0, -1), `(${where.trim()})`].join(' && ');
}
