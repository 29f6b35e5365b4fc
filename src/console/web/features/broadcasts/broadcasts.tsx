import { PlusOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { useBroadcasts } from '../../api/broadcasts.js';
import { useTemplates, type TemplateRow } from '../../api/templates.js';
import { Blank } from '../../components/blank.js';
import { FaultNotice } from '../../components/fault-notice.js';
import { PageHead } from '../../components/page-head.js';
import { PageSkeleton } from '../../components/page-skeleton.js';
import { Panel } from '../../components/panel.js';
import { useTexts } from '../../i18n/i18n.js';
import { NewTemplateDialog } from '../templates/new-template-dialog.js';
import { BroadcastRun } from './broadcast-run.js';
import styles from './broadcasts.module.css';

const BROADCAST = 'broadcast-news';

function TextLine({ template }: { readonly template: TemplateRow }) {
  const { t, name } = useTexts();
  const path = encodeURIComponent(template.key);
  return (
    <li className={styles.text}>
      <span className={styles.words}>
        <Link to={`/templates/${path}`}>{template.name}</Link>
        <small>
          {template.channels.map((channel) => name('channel', channel)).join('、')}
          {' · '}
          {t(template.enabled ? 'broadcasts.isOn' : 'broadcasts.isOff')}
        </small>
      </span>
      <Link to={`/broadcasts/${path}`}>
        <Button type={template.enabled ? 'primary' : 'default'} tabIndex={-1}>
          {t('broadcasts.review')}
        </Button>
      </Link>
    </li>
  );
}

/** Texts that a person sends to many at once, and what became of each sending. */
export function Broadcasts() {
  const { t } = useTexts();
  const broadcasts = useBroadcasts();
  const templates = useTemplates();
  const [isMaking, setMaking] = useState(false);
  if (broadcasts.isPending || templates.isPending) return <PageSkeleton />;
  const failed = [broadcasts, templates].find(({ data }) => data === undefined);
  if (failed || !broadcasts.data || !templates.data)
    return <FaultNotice error={failed?.error} retry={() => void failed?.refetch()} />;
  const texts = templates.data.filter(({ isBroadcast }) => isBroadcast);
  const nameOf = (key: string): string => templates.data.find((one) => one.key === key)?.name ?? key;
  return (
    <>
      <PageHead
        title={t('nav.broadcasts')}
        lead={t('broadcasts.lead')}
        actions={
          <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setMaking(true)}>
            {t('broadcasts.new')}
          </Button>
        }
      />
      <NewTemplateDialog open={isMaking} onClose={() => setMaking(false)} only={BROADCAST} />
      <div className={styles.page}>
        <Panel title={t('broadcasts.texts')} flush={texts.length > 0}>
          {texts.length === 0 ? (
            <p className="faint">{t('broadcasts.noTexts')}</p>
          ) : (
            <ul className={styles.texts}>
              {texts.map((template) => (
                <TextLine key={template.key} template={template} />
              ))}
            </ul>
          )}
        </Panel>
        <section aria-label={t('broadcasts.runs')} className={styles.runs}>
          <h2>{t('broadcasts.runs')}</h2>
          {broadcasts.data.length === 0 ? (
            <Blank title={t('broadcasts.none')} hint={t('broadcasts.noneHint')} />
          ) : (
            broadcasts.data.map((broadcast) => (
              <BroadcastRun key={broadcast.id} broadcast={broadcast} name={nameOf(broadcast.template)} />
            ))
          )}
        </section>
      </div>
    </>
  );
}
