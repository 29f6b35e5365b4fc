import type { MetricRow, MetricValue, MetricValues } from '../metrics/index.js';
import { argoOf, type ArgoStage } from './argo.js';
import { isKeyMember, type KeyMembers } from './key-members.js';
import { rfmOf, type RfmModel } from './rfm.js';

/** The layers beside tier, stage and KOL level. */
export interface Layers {
  readonly rfm: RfmModel;
  readonly argo: readonly ArgoStage[];
  readonly keyMembers: KeyMembers;
}

/** The columns of `member_metrics` in which the layers of a member are stored. */
export const layerColumns = ['rfm', 'rfm_r', 'rfm_f', 'rfm_m', 'argo', 'is_key'] as const;

export type LayerValues = Readonly<Record<(typeof layerColumns)[number], MetricValue>>;

/** `values` are the figures with the KOL level and the stage of this evaluation. */
export function layersOf(values: MetricValues, { rfm: model, argo, keyMembers }: Layers): LayerValues {
  const rfm = rfmOf(values, model);
  const own = { rfm: rfm?.segment ?? null, rfm_r: rfm?.r ?? null, rfm_f: rfm?.f ?? null, rfm_m: rfm?.m ?? null };
  const known = Object.assign({ ...values }, own);
  return { ...own, argo: argoOf(known, argo), is_key: isKeyMember(known, keyMembers) };
}

/** The layers among some values, as they are stored. */
export const layerRow = (values: MetricValues): MetricRow =>
  Object.fromEntries(
    layerColumns.map((column) => {
      const value = values[column] ?? null;
      return [column, column === 'is_key' ? Number(value === true) : (value as string | number | null)];
    }),
  );
