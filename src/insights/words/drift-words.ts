import type { Label } from '../../domain/ruleset.js';

export interface ToldDrift {
  readonly kind: string;
  readonly ours: string;
  readonly theirs: string;
  /** What the comparison was for: `nightly`, `asked`, `started`. */
  readonly why: string;
}

const occasions: Readonly<Record<string, Label>> = {
  nightly: { zh: '夜间核对发现', en: 'The nightly comparison found' },
  started: { zh: '启动时核对发现', en: 'The comparison at the start found' },
};
const asked: Label = { zh: '核对发现', en: 'A comparison found' };

/** What had changed in WeCom without our having been told. */
export function driftWords(drift: ToldDrift): { readonly title: Label } {
  const occasion = occasions[drift.why] ?? asked;
  const found = foundWords(drift);
  return { title: { zh: `${occasion.zh}：${found.zh}`, en: `${occasion.en}: ${found.en}` } };
}

function foundWords({ kind, ours, theirs }: ToldDrift): Label {
  switch (kind) {
    case 'pair':
      return theirs === ''
        ? { zh: `与 ${ours} 已不是好友`, en: `no longer a contact of ${ours}` }
        : { zh: `与 ${theirs} 是好友`, en: `a contact of ${theirs}` };
    case 'tag':
      return theirs === ''
        ? { zh: `标签「${ours}」已被去掉`, en: `the tag 「${ours}」 was taken off` }
        : { zh: `有人打上了标签「${theirs}」`, en: `somebody put on the tag 「${theirs}」` };
    case 'group':
      return theirs === ''
        ? { zh: `已不在「${ours}」`, en: `no longer in 「${ours}」` }
        : { zh: `在「${theirs}」里`, en: `in 「${theirs}」` };
    default:
      return ours === ''
        ? { zh: `客户资料「${theirs}」`, en: `the contact 「${theirs}」` }
        : { zh: `资料由「${ours}」变为「${theirs}」`, en: `「${ours}」 is now 「${theirs}」` };
  }
}
