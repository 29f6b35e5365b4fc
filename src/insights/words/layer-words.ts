import type { LocalizedText } from '../../domain/localized-text.js';
import { argoLabels } from '../../domain/layers/argo.js';
import { eightSegments } from '../../domain/layers/rfm.js';
import { genderLabels } from '../../domain/metrics/profile.metrics.js';
import { stages } from '../../domain/stages/stage-policy.js';

const labels: Readonly<Record<string, ReadonlyMap<string, LocalizedText>>> = {
  stage: new Map(stages.map(({ key, label }) => [key, label])),
  rfm: new Map(eightSegments('orders', 2).map(({ key, label }) => [key, label])),
  argo: new Map(Object.entries(argoLabels)),
  gender: new Map(Object.entries(genderLabels)),
};

/** The label of a stage, a gender, an RFM segment or an ARGO stage that the product ships with; null for other metrics and keys. */
export const layerLabel = (metric: string, key: string): LocalizedText | null => labels[metric]?.get(key) ?? null;
