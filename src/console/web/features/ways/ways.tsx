import { PlusOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { usePersonalCodes } from '../../api/ways.js';
import { FaultNotice } from '../../components/fault-notice.js';
import { PageHead } from '../../components/page-head.js';
import { useTexts } from '../../i18n/i18n.js';
import { Channels } from './channels.js';
import { OpenWayDialog } from './open-way-dialog.js';
import { WayCard } from './way-card.js';
import styles from './ways.module.css';

/** All channels with their figures, and below them the codes of members who invite others. */
export function Ways() {
  const { t } = useTexts();
  const codes = usePersonalCodes();
  const [adding, setAdding] = useState(false);
  const personal = codes.rows;
  return (
    <>
      <PageHead
        title={t('nav.ways')}
        lead={t('ways.lead')}
        actions={
          <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setAdding(true)}>
            {t('ways.open')}
          </Button>
        }
      />
      <Channels />
      {codes.error && personal.length === 0 && <FaultNotice error={codes.error} retry={codes.retry} />}
      {personal.length > 0 && (
        <section className={styles.kind} aria-label={t('ways.vip')}>
          <h2>{t('ways.vip')}</h2>
          <ul>
            {personal.map((way) => (
              <WayCard key={way.id} way={way} />
            ))}
          </ul>
          {codes.hasMore && (
            <Button className={styles.more ?? ''} onClick={codes.loadMore} loading={codes.loadingMore}>
              {t('list.more')}
            </Button>
          )}
        </section>
      )}
      <OpenWayDialog open={adding} close={() => setAdding(false)} />
    </>
  );
}
