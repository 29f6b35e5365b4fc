import type { Day } from '../day.js';
import type { LocalizedText } from '../localized-text.js';

/** The phase that the product (the community itself) is in. An admin sets it. */
export const productPhases = ['introduction', 'growth', 'maturity', 'decline'] as const;
export type ProductPhase = (typeof productPhases)[number];

export const phaseLabels: Readonly<Record<ProductPhase, LocalizedText>> = {
  introduction: { zh: '导入期', en: 'introduction' },
  growth: { zh: '成长期', en: 'growth' },
  maturity: { zh: '成熟期', en: 'maturity' },
  decline: { zh: '衰退期', en: 'decline' },
};

/** Whom effort goes to. `lost` are all who fell silent or came back from it; `system` is work on groups and moves. */
export const effortKinds = ['new', 'active', 'paying', 'lost', 'system'] as const;
export type EffortKind = (typeof effortKinds)[number];

export const effortLabels: Readonly<Record<EffortKind, LocalizedText>> = {
  new: { zh: '新成员', en: 'new members' },
  active: { zh: '活跃成员', en: 'active members' },
  paying: { zh: '付费成员', en: 'paying members' },
  lost: { zh: '沉默与流失', en: 'silent and lost' },
  system: { zh: '群与换群', en: 'groups and moves' },
};

export interface ProductTargets {
  readonly phase: ProductPhase;
  /** Its first day; null when nobody has said it. */
  readonly since: Day | null;
  /** Percent of all effort; together 100. */
  readonly effort: Readonly<Record<EffortKind, number>>;
  /** Percent of the members who are at the step before it. */
  readonly goals: {
    /** Potential members who became regular ones in the month. */
    readonly potentialToRegular: number;
    /** Regular members who were active within 30 days of becoming so. */
    readonly regularToActive: number;
  };
}
