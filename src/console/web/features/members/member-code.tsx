import { QrcodeOutlined } from '@ant-design/icons';
import { App, Button, Image, Modal } from 'antd';
import { useState } from 'react';
import type { Member } from '../../api/members.js';
import { useOpenMemberWay, type ContactWay } from '../../api/ways.js';
import { faultText } from '../../components/fault-notice.js';
import { count } from '../../components/figures.js';
import { useTexts } from '../../i18n/i18n.js';

/** A member's own QR code: contacts who use it count as referred by the member. */
export function MemberCode({ member }: { readonly member: Member }) {
  const texts = useTexts();
  const { t } = texts;
  const { message } = App.useApp();
  const open = useOpenMemberWay(String(member.id));
  const [way, setWay] = useState<ContactWay | null>(null);
  const ask = (): void =>
    open.mutate(undefined, {
      onSuccess: ({ way: made }) => setWay(made),
      onError: (error) => void message.error(faultText(error, texts)),
    });
  return (
    <>
      <Button icon={<QrcodeOutlined />} onClick={ask} loading={open.isPending}>
        {t('ways.memberCode')}
      </Button>
      <Modal
        open={way !== null}
        title={t('ways.memberCodeOf', { name: member.name })}
        footer={null}
        width={360}
        onCancel={() => setWay(null)}
      >
        <div style={{ display: 'grid', gap: 10, justifyItems: 'center' }}>
          {way?.qr ? (
            <Image src={way.qr} alt={t('ways.qrOf', { name: member.name })} width={220} height={220} />
          ) : (
            <p className="faint">{texts.say(way?.problemLabel) || t('ways.qrPending')}</p>
          )}
          <p>{t('ways.brought', { n: count(way?.contacts ?? 0) })}</p>
        </div>
      </Modal>
    </>
  );
}
