import { PlusOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { useContactWays, type ContactWay } from '../../api/ways.js';
import { Blank } from '../../components/blank.js';
import { FaultNotice } from '../../components/fault-notice.js';
import { PageHead } from '../../components/page-head.js';
import { PageSkeleton } from '../../components/page-skeleton.js';
import { useTexts } from '../../i18n/i18n.js';
import { OpenWayDialog } from './open-way-dialog.js';
import { WayCard } from './way-card.js';
import styles from './ways.module.css';

const kinds = ['channel', 'vip'] as const;

/** The QR codes, each with its number of new contacts. */
export function Ways() {
  const { t } = useTexts();
  const ways = useContactWays();
  const [adding, setAdding] = useState(false);
  if (ways.isPending) return <PageSkeleton />;
  if (!ways.data) return <FaultNotice error={ways.error} retry={() => void ways.refetch()} />;
  const ofKind = (kind: string): readonly ContactWay[] => ways.data.filter((way) => way.kind === kind);
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
      {ways.data.length === 0 && <Blank title={t('ways.none')} hint={t('ways.noneHint')} />}
      {kinds.map((kind) => {
        const own = ofKind(kind);
        return (
          own.length > 0 && (
            <section key={kind} className={styles.kind} aria-label={t(`ways.${kind}`)}>
              <h2>{t(`ways.${kind}`)}</h2>
              <ul>
                {own.map((way) => (
                  <WayCard key={way.id} way={way} />
                ))}
              </ul>
            </section>
          )
        );
      })}
      <OpenWayDialog open={adding} close={() => setAdding(false)} />
    </>
  );
}
