/** Minimum figures of one KOL level, each over 30 days. Messages that look like ads do not count. */
export interface KolThreshold {
  readonly messages: number;
  /** Days with at least one message. */
  readonly activeDays: number;
  readonly mentions: number;
}

export interface KolFigures {
  readonly messages30d: number;
  readonly talkDays30d: number;
  readonly mentions30d: number;
  readonly ads30d: number;
}

/** The highest level whose thresholds are all met, up to the first one that is not; 0 for none. `thresholds` start at level 1. */
export function kolLevel(figures: KolFigures, thresholds: readonly KolThreshold[]): number {
  const posts = figures.messages30d - figures.ads30d;
  let level = 0;
  for (const mark of thresholds) {
    if (posts < mark.messages || figures.talkDays30d < mark.activeDays || figures.mentions30d < mark.mentions) break;
    level += 1;
  }
  return level;
}
