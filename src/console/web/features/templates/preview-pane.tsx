import { Segmented, Skeleton } from 'antd';
import { useState } from 'react';
import { useMemberSearch } from '../../api/members.js';
import { usePreview, type PreviewMessage } from '../../api/templates.js';
import { faultText } from '../../components/fault-notice.js';
import { MemberPicker } from '../../components/member-picker.js';
import { useTexts } from '../../i18n/i18n.js';
import { PhoneFrame } from './phone-frame.js';
import styles from './preview-pane.module.css';

function Messages({ messages }: { readonly messages: readonly PreviewMessage[] }) {
  const { t, name } = useTexts();
  const channels = [...new Set(messages.map(({ channel }) => channel))];
  const [chosen, choose] = useState<string | null>(null);
  const channel = chosen !== null && channels.includes(chosen) ? chosen : channels[0];
  return (
    <>
      {channels.length > 1 && (
        <Segmented
          block
          size="small"
          aria-label={t('delivery.channel')}
          value={channel ?? ''}
          onChange={choose}
          options={channels.map((value) => ({ value, label: name('channel', value) }))}
        />
      )}
      <PhoneFrame messages={messages.filter((message) => message.channel === channel)} />
    </>
  );
}

/** The message for a real member, as their phone shows it. */
export function PreviewPane({ text }: { readonly text: string }) {
  const texts = useTexts();
  const { t } = texts;
  const [picked, setPicked] = useState<string | null>(null);
  const someone = useMemberSearch('').data?.[0];
  const memberId = picked ?? (someone ? String(someone.id) : null);
  const preview = usePreview(text, memberId);
  return (
    <section className={styles.pane} aria-label={t('preview.title')}>
      <div className={styles.head}>
        <h2>{t('preview.title')}</h2>
        <MemberPicker value={memberId} onChange={setPicked} className={styles.picker ?? ''} />
      </div>
      {memberId === null ? (
        <p className="faint">{t('preview.nobody')}</p>
      ) : preview.error ? (
        <p role="alert" className={styles.note}>
          {faultText(preview.error, texts)}
        </p>
      ) : !preview.data ? (
        <Skeleton.Node active style={{ width: '100%', height: 420, borderRadius: 24 }} />
      ) : preview.data.ok ? (
        <>
          {!preview.data.audienceHolds && <p className={styles.note}>{t('preview.notAudience')}</p>}
          <Messages messages={preview.data.messages} />
        </>
      ) : (
        <>
          <p className={styles.note}>{t('preview.broken')}</p>
          <PhoneFrame messages={[]} />
        </>
      )}
    </section>
  );
}
