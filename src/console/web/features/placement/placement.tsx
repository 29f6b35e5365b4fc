import { usePlacement } from '../../api/placement.js';
import { FaultNotice } from '../../components/fault-notice.js';
import { PageHead } from '../../components/page-head.js';
import { PageSkeleton } from '../../components/page-skeleton.js';
import { useTexts } from '../../i18n/i18n.js';
import { Misplaced } from './misplaced.js';
import { TierPlacesPanel } from './tier-places.js';

/** 归位: who is in the group of their tier, who is not, why, and what can be done about it. */
export function PlacementPage() {
  const { t } = useTexts();
  const placement = usePlacement();
  if (placement.isPending) return <PageSkeleton />;
  if (!placement.data) return <FaultNotice error={placement.error} retry={() => void placement.refetch()} />;
  return (
    <>
      <PageHead title={t('nav.placement')} lead={t('placement.lead')} />
      <TierPlacesPanel placement={placement.data} />
      <Misplaced causes={placement.data.causes} />
    </>
  );
}
