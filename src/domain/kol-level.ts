/** Levels 1..5 by posts in groups, the days they spread over, and reactions received per thirty days; ads count against. */
export interface KolThreshold {
  readonly messages: number;
  /** Days on which they posted. */
  readonly activeDays: number;
  readonly mentions: number;
}

export interface KolFigures {
  readonly messages30d: number;
  readonly talkDays30d: number;
  readonly mentions30d: number;
  readonly ads30d: number;
}

/** The highest level all of whose marks are reached, 0 for none. `thresholds` run from level 1 up. */
export function kolLevel(figures: KolFigures, thresholds: readonly KolThreshold[]): number {
  const posts = figures.messages30d - figures.ads30d;
  let level = 0;
  for (const mark of thresholds) {
    if (posts < mark.messages || figures.talkDays30d < mark.activeDays || figures.mentions30d < mark.mentions) break;
    level += 1;
  }
  return level;
}
