import type { Corp } from '../corp/corp.js';
import type { Founded } from '../corp/founding.js';

export interface PopulationSettings {
  readonly seed: number;
  readonly people: number;
  readonly months: number;
}

export function populate(_corp: Corp, _founded: Founded, _settings: PopulationSettings): void {
  // filled next
}
