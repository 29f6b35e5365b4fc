import { Skeleton } from 'antd';
import { useTexts } from '../i18n/i18n.js';

export function PageSkeleton() {
  const { t } = useTexts();
  return (
    <div role="status" aria-label={t('list.loading')} style={{ display: 'grid', gap: 24, paddingTop: 4 }}>
      <Skeleton active title={{ width: 180 }} paragraph={{ rows: 1, width: '36%' }} />
      <Skeleton active title={false} paragraph={{ rows: 4 }} />
      <Skeleton active title={false} paragraph={{ rows: 6 }} />
    </div>
  );
}
