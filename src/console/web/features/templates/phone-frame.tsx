import { EllipsisOutlined, FileImageOutlined, LeftOutlined, LinkOutlined, QrcodeOutlined } from '@ant-design/icons';
import { useState } from 'react';
import type { PreviewMessage } from '../../api/templates.js';
import { clockOf } from '../../components/corp-time.js';
import { Logo } from '../../components/logo.js';
import { useCorpTime } from '../../components/moment.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './phone-frame.module.css';

type Card = PreviewMessage['attachments'][number];

function Picture({ card }: { readonly card: Card }) {
  const [shown, setShown] = useState(true);
  if (shown && /^(https?:)?\/|^data:image\//.test(card.url))
    return <img src={card.url} alt={card.title} onError={() => setShown(false)} className={styles.picture} />;
  const qr = card.kind.includes('qr');
  return (
    <div className={styles.missing}>
      {qr ? <QrcodeOutlined aria-hidden /> : <FileImageOutlined aria-hidden />}
      <span>{card.title || card.kind}</span>
    </div>
  );
}

function Attached({ card }: { readonly card: Card }) {
  if (card.kind !== 'link') return <Picture card={card} />;
  return (
    <div className={styles.link}>
      <p>{card.title}</p>
      <p className={styles.address}>
        <LinkOutlined aria-hidden /> {card.url.replace(/^https?:\/\//, '')}
      </p>
    </div>
  );
}

/** A phone chat as the member sees it: our messages are on the left. */
export function PhoneFrame({ messages }: { readonly messages: readonly PreviewMessage[] }) {
  const { t } = useTexts();
  const time = useCorpTime();
  const clock = clockOf(time.now, time);
  return (
    <div className={styles.phone}>
      <div className={styles.screen}>
        <div className={styles.status} aria-hidden>
          <span>{clock}</span>
          <span className={styles.notch} />
          <span className={styles.battery} />
        </div>
        <div className={styles.bar}>
          <LeftOutlined aria-hidden />
          <span>
            {t('preview.sender')} <small>@{t('preview.corp')}</small>
          </span>
          <EllipsisOutlined aria-hidden />
        </div>
        <div className={styles.chat}>
          <p className={styles.clock}>{clock}</p>
          {messages.map((message, index) => (
            <div key={index} className={styles.turn}>
              <Logo size={36} />
              <div className={styles.said}>
                {message.text && <p className={styles.bubble}>{message.text}</p>}
                {message.attachments.map((card) => (
                  <Attached key={`${card.kind}${card.url}`} card={card} />
                ))}
              </div>
            </div>
          ))}
        </div>
        <div className={styles.input} aria-hidden>
          <i />
        </div>
      </div>
    </div>
  );
}
