import { App, Button, type TableColumnsType } from 'antd';
import { useMemo } from 'react';
import { useHeldMembers, useReleaseMember, type HeldMember } from '../../api/held-members.js';
import { faultText } from '../../components/fault-notice.js';
import { MemberLink } from '../../components/member-link.js';
import { Moment } from '../../components/moment.js';
import { Panel } from '../../components/panel.js';
import { Records } from '../../components/records.js';
import { TierPill } from '../../components/tier-pill.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './safety.module.css';

function Release({ row: { member } }: { readonly row: HeldMember }) {
  const texts = useTexts();
  const { t } = texts;
  const { modal, message } = App.useApp();
  const releasing = useReleaseMember();
  const ask = (): void => {
    void modal.confirm({
      title: t('held.releaseTitle', { name: member.name }),
      content: t('held.releaseText'),
      okText: t('held.release'),
      cancelText: t('action.cancel'),
      onOk: () =>
        releasing.mutateAsync(member.id).then(
          () => void message.success(t('held.released')),
          (error: unknown) => void message.error(faultText(error, texts)),
        ),
    });
  };
  return (
    <Button size="small" onClick={ask}>
      {t('held.release')}
    </Button>
  );
}

function Why({ row: { because } }: { readonly row: HeldMember }) {
  const { say } = useTexts();
  return <>{because?.reasons?.map(({ label }) => say(label)).join('; ')}</>;
}

/** Members who swing between tiers and are held in one, with the button that lets them go on. */
export function HeldMembers() {
  const { t } = useTexts();
  const pages = useHeldMembers();
  const columns = useMemo(
    (): TableColumnsType<HeldMember> => [
      { title: t('held.who'), key: 'who', render: (_, { member }) => <MemberLink id={member.id} name={member.name} /> },
      { title: t('held.where'), key: 'where', width: 110, render: (_, { tier }) => <TierPill tier={tier.key} /> },
      { title: t('held.wanted'), key: 'wanted', width: 120, render: (_, { to }) => <TierPill tier={to.key} /> },
      { title: t('held.until'), key: 'until', width: 150, render: (_, { until }) => <Moment at={until} /> },
      { title: t('held.why'), key: 'why', render: (_, row) => <Why row={row} /> },
      { title: t('list.actions'), key: 'acts', width: 110, align: 'right', render: (_, row) => <Release row={row} /> },
    ],
    [t],
  );
  return (
    <Panel title={t('held.title')} flush>
      <p className={`${styles.lead} ${styles.inset}`}>{t('held.lead')}</p>
      <Records<HeldMember>
        label={t('held.title')}
        pages={pages}
        columns={columns}
        card={(row) => (
          <div className={styles.card}>
            <p className={styles.between}>
              <MemberLink id={row.member.id} name={row.member.name} />
              <Release row={row} />
            </p>
            <p className={styles.pills}>
              <TierPill tier={row.tier.key} /> <span className="faint">{t('held.wanted')}</span>{' '}
              <TierPill tier={row.to.key} />
            </p>
            <p className="faint">
              <Why row={row} /> · {t('held.until')} <Moment at={row.until} />
            </p>
          </div>
        )}
        keyOf={({ member }) => member.id}
        minWidth={760}
        empty={<p className={`${styles.calm} ${styles.inset}`}>{t('held.none')}</p>}
      />
    </Panel>
  );
}
