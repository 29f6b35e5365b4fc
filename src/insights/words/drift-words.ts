import type { LocalizedText } from '../../domain/localized-text.js';

export interface Difference {
  readonly kind: string;
  readonly ours: string;
  readonly theirs: string;
}

export interface FoundDrift extends Difference {
  /** Why the reconciliation ran: `nightly`, `asked`, `started`. */
  readonly why: string;
}

const occasions: Readonly<Record<string, LocalizedText>> = {
  nightly: { zh: '夜间核对发现', en: 'The nightly comparison found' },
  started: { zh: '启动时核对发现', en: 'The comparison at the start found' },
};
const otherOccasion: LocalizedText = { zh: '核对发现', en: 'A comparison found' };

/** A difference in words, with the reconciliation that found it. */
export function driftWords(drift: FoundDrift): { readonly title: LocalizedText } {
  const occasion = occasions[drift.why] ?? otherOccasion;
  const found = differenceWords(drift);
  return { title: { zh: `${occasion.zh}：${found.zh}`, en: `${occasion.en}: ${found.en}` } };
}

/** A difference in words. `ofGroup`: it concerns the group itself, not a person in it. */
export function differenceWords(difference: Difference, ofGroup = false): LocalizedText {
  const { kind, ours, theirs } = difference;
  switch (kind) {
    case 'pair':
      return theirs === ''
        ? { zh: `与 ${ours} 已不是好友`, en: `no longer a contact of ${ours}` }
        : { zh: `与 ${theirs} 是好友`, en: `a contact of ${theirs}` };
    case 'tag':
      return theirs === ''
        ? { zh: `标签「${ours}」已被去掉`, en: `the tag 「${ours}」 was taken off` }
        : { zh: `有人打上了标签「${theirs}」`, en: `somebody put on the tag 「${theirs}」` };
    case 'library':
      return libraryWords(difference);
    case 'group':
      if (ofGroup) return groupWords(difference);
      return theirs === ''
        ? { zh: `已不在「${ours}」`, en: `no longer in 「${ours}」` }
        : { zh: `在「${theirs}」里`, en: `in 「${theirs}」` };
    default:
      if (ours === theirs) return { zh: '资料有更新', en: 'the profile is newer there' };
      return ours === ''
        ? { zh: `客户资料「${theirs}」`, en: `the contact 「${theirs}」` }
        : { zh: `资料由「${ours}」变为「${theirs}」`, en: `「${ours}」 is now 「${theirs}」` };
  }
}

function libraryWords({ ours, theirs }: Difference): LocalizedText {
  if (theirs === '') return { zh: `标签「${ours}」已被删除`, en: `the tag 「${ours}」 was deleted` };
  if (ours === '') return { zh: `新建了标签「${theirs}」`, en: `the tag 「${theirs}」 was made` };
  if (ours === theirs) return { zh: `标签「${ours}」换了位置`, en: `the tag 「${ours}」 was moved in the order` };
  return { zh: `标签「${ours}」改成了「${theirs}」`, en: `the tag 「${ours}」 became 「${theirs}」` };
}

/** Indexed by WeCom's owner state (contract §5.1). */
const ownerStates: readonly LocalizedText[] = [
  { zh: '群主正常', en: 'the owner is there' },
  { zh: '群主已离职', en: 'the owner has left the company' },
  { zh: '群正在移交', en: 'the group is being handed on' },
  { zh: '群已移交', en: 'the group was handed on' },
];

function groupWords({ ours, theirs }: Difference): LocalizedText {
  const state = /^owner_state (\d)$/.exec(theirs)?.[1];
  const known = state === undefined ? undefined : ownerStates[Number(state)];
  if (known) return known;
  if (theirs === '') return { zh: '群已解散', en: 'the group was dismissed' };
  if (ours === '') return { zh: '多了一个群', en: 'a group we did not know' };
  return { zh: `「${ours}」改成了「${theirs}」`, en: `「${ours}」 became 「${theirs}」` };
}
