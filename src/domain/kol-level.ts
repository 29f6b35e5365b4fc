/** Minimum figures of one KOL level, each over 30 days. What is left out asks for nothing. */
export interface KolThreshold {
  /** Messages that do not look like ads. */
  readonly messages: number;
  /** Days with at least one message. */
  readonly activeDays: number;
  readonly mentions: number;
  /** Messages that are neither ads nor one word. */
  readonly posts?: number;
  /** Replies and mentions received per hundred posts. */
  readonly qualityPercent?: number;
  /** How many people mentioned the member, and on how many days: one friend alone makes nobody a KOL. */
  readonly mentionPeople?: number;
  readonly mentionDays?: number;
}

export interface KolFigures {
  readonly messages30d: number;
  readonly talkDays30d: number;
  readonly mentions30d: number;
  readonly ads30d: number;
  readonly posts30d: number;
  readonly replies30d: number;
  readonly mentionPeople30d: number;
  readonly mentionDays30d: number;
}

/** The highest level whose thresholds are all met, up to the first one that is not; 0 for none. `thresholds` start at level 1. */
export function kolLevel(figures: KolFigures, thresholds: readonly KolThreshold[]): number {
  const missed = thresholds.findIndex((mark) => !reaches(figures, mark));
  return missed < 0 ? thresholds.length : missed;
}

function reaches(figures: KolFigures, mark: KolThreshold): boolean {
  const responses = figures.replies30d + figures.mentions30d;
  return (
    figures.messages30d - figures.ads30d >= mark.messages &&
    figures.talkDays30d >= mark.activeDays &&
    figures.mentions30d >= mark.mentions &&
    figures.posts30d >= (mark.posts ?? 0) &&
    responses * 100 >= (mark.qualityPercent ?? 0) * figures.posts30d &&
    figures.mentionPeople30d >= (mark.mentionPeople ?? 0) &&
    figures.mentionDays30d >= (mark.mentionDays ?? 0)
  );
}
