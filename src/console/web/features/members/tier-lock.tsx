import { LockOutlined, UnlockOutlined } from '@ant-design/icons';
import { App, Button, Radio } from 'antd';
import { useState } from 'react';
import { useTierLock, type Member } from '../../api/members.js';
import { useSession } from '../../components/corp.js';
import { Dialog } from '../../components/dialog.js';
import { faultText } from '../../components/fault-notice.js';
import { TierPill } from '../../components/tier-pill.js';
import { useTexts } from '../../i18n/i18n.js';

/** A lock keeps a member in a tier, whatever the rules say, until somebody removes it. */
export function TierLock({ member }: { readonly member: Member }) {
  const texts = useTexts();
  const { t } = texts;
  const { tiers } = useSession();
  const { message, modal } = App.useApp();
  const lock = useTierLock(String(member.id));
  const [choosing, setChoosing] = useState(false);
  const [tier, setTier] = useState(member.tier ?? tiers[0]?.key ?? '');
  const put = (value: string | null, done: string): Promise<void> =>
    lock.mutateAsync(value).then(
      () => {
        setChoosing(false);
        void message.success(done);
      },
      (error: unknown) => void message.error(faultText(error, texts)),
    );
  const unlock = (): void => {
    void modal.confirm({
      title: t('lock.offTitle'),
      content: t('lock.offText'),
      okText: t('lock.off'),
      cancelText: t('action.cancel'),
      onOk: () => put(null, t('lock.offDone')),
    });
  };
  if (member.tierLock)
    return (
      <Button icon={<UnlockOutlined />} onClick={unlock} loading={lock.isPending}>
        {t('lock.off')}
      </Button>
    );
  return (
    <>
      <Button icon={<LockOutlined />} onClick={() => setChoosing(true)}>
        {t('lock.on')}
      </Button>
      <Dialog
        open={choosing}
        title={t('lock.title', { name: member.name })}
        okText={t('lock.on')}
        cancelText={t('action.cancel')}
        confirmLoading={lock.isPending}
        onOk={() => void put(tier, t('lock.onDone'))}
        onCancel={() => setChoosing(false)}
        width={440}
      >
        <p style={{ marginBottom: 14, color: 'var(--ink-soft)' }}>{t('lock.text')}</p>
        <Radio.Group
          aria-label={t('filter.tier')}
          value={tier}
          onChange={(event) => setTier(String(event.target.value))}
          style={{ display: 'grid', gap: 10 }}
          options={tiers.map(({ key }) => ({ value: key, label: <TierPill tier={key} /> }))}
        />
      </Dialog>
    </>
  );
}
