import { QrcodeOutlined } from '@ant-design/icons';
import { App, Button, Image } from 'antd';
import { Link } from 'react-router';
import { useRetireContactWay, type ContactWay } from '../../api/ways.js';
import { dangerous } from '../../components/confirm-danger.js';
import { faultText } from '../../components/fault-notice.js';
import { count } from '../../components/figures.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './ways.module.css';

export function WayCard({ way }: { readonly way: ContactWay }) {
  const texts = useTexts();
  const { t } = texts;
  const { modal, message } = App.useApp();
  const retire = useRetireContactWay();
  const ask = (): void =>
    void modal.confirm({
      title: t('ways.retireTitle', { name: way.name }),
      content: t('ways.retireText'),
      okText: t('ways.retire'),
      ...dangerous(),
      cancelText: t('action.cancel'),
      onOk: () =>
        retire.mutateAsync(way.id).catch((error: unknown) => {
          void message.error(faultText(error, texts));
        }),
    });
  return (
    <li className={styles.card}>
      <div className={styles.qr}>
        {way.qr ? (
          <Image src={way.qr} alt={t('ways.qrOf', { name: way.name })} width={96} height={96} />
        ) : (
          <span title={t('ways.qrPending')}>
            <QrcodeOutlined aria-label={t('ways.qrPending')} />
          </span>
        )}
      </div>
      <div className={styles.words}>
        <h3>{way.memberId === null ? way.name : <Link to={`/members/${way.memberId}`}>{way.name}</Link>}</h3>
        <p>{t('ways.brought', { n: count(way.contacts) })}</p>
        {way.memberId === null && (
          <p className="faint">
            {t('ways.source')} <code>{way.state}</code>
          </p>
        )}
        <p className="faint">
          {t('ways.staff')} {way.staff.join('、')}
        </p>
        {way.tags.length > 0 && (
          <p className="faint">
            {t('ways.tags')} {way.tags.join('、')}
          </p>
        )}
        {way.problemLabel && (
          <p className={styles.problem} role="alert">
            {texts.say(way.problemLabel)}
          </p>
        )}
        <Button size="small" type="link" className={styles.retire ?? ''} onClick={ask}>
          {t('ways.retire')}
        </Button>
      </div>
    </li>
  );
}
