import type { LocalizedText } from './localized-text.js';
import type { Because } from './because.js';
import type { Evaluation } from './evaluate.js';
import type { MemberId } from './ids.js';
import { type Ruleset, tierOf } from './ruleset.js';
import { stages } from './stages/stage-policy.js';

/** What was decided about a member, as the record a person reads. */
export function decisionsOf({ id, stored, decision }: Evaluation, ruleset: Ruleset): NewDecision[] {
  const decisions: NewDecision[] = [];
  const tierLabel = (key: string | null): LocalizedText => tierOf(ruleset, key)?.label ?? { zh: '—', en: '—' };
  const { verdict, because } = decision.tier;

  if (verdict.kind === 'entered') {
    const [to, from] = [tierLabel(verdict.to), tierLabel(verdict.from)];
    const words = {
      first: ['定为', 'placed in'],
      up: ['升为', 'up to'],
      down: ['降为', 'down to'],
      locked: ['锁定为', 'locked to'],
    }[verdict.direction]!;
    decisions.push({
      member: id,
      kind: 'tier',
      because,
      title: {
        zh: verdict.from === null ? `层级${words[0]}${to.zh}` : `层级${words[0]}${to.zh}（原${from.zh}）`,
        en: `Tier ${words[1]} ${to.en}${verdict.from === null ? '' : ` from ${from.en}`}`,
      },
    });
  } else if (verdict.kind === 'warned') {
    const to = tierLabel(verdict.to);
    decisions.push({
      member: id,
      kind: 'tier',
      because,
      title: {
        zh: `不再满足${tierLabel(stored.tier).zh}，宽限后将降为${to.zh}`,
        en: `No longer holds ${tierLabel(stored.tier).en}; down to ${to.en} after the grace period`,
      },
    });
  } else if (verdict.kind === 'recovered') {
    decisions.push({
      member: id,
      kind: 'tier',
      because,
      title: {
        zh: `重新满足${tierLabel(stored.tier).zh}，不再降级`,
        en: `Holds ${tierLabel(stored.tier).en} again; stays`,
      },
    });
  }

  if (decision.stage && decision.stage.to !== decision.stage.from) {
    const label = stages.find((stage) => stage.key === decision.stage!.to)!.label;
    decisions.push({
      member: id,
      kind: 'stage',
      because: decision.stage.because,
      title: { zh: `进入「${label.zh}」期`, en: `Stage: ${label.en}` },
    });
  }
  for (const change of decision.tags) {
    decisions.push({
      member: id,
      kind: 'tag',
      because: change.because,
      title: change.add
        ? { zh: `打上标签「${change.name}」`, en: `Tagged 「${change.name}」` }
        : { zh: `去掉标签「${change.name}」`, en: `Untagged 「${change.name}」` },
    });
  }
  return decisions;
}

export interface NewDecision {
  readonly member: MemberId;
  readonly kind: 'tier' | 'stage' | 'tag' | 'move';
  readonly title: LocalizedText;
  readonly because: Because | null;
  readonly factId?: number | undefined;
}
