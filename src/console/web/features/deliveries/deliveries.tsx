import { Button, Select, type TableColumnsType } from 'antd';
import { useMemo, useState } from 'react';
import { deliveryStates, useDeliveries, type Delivery } from '../../api/deliveries.js';
import { useTemplates } from '../../api/templates.js';
import { Blank } from '../../components/blank.js';
import { count } from '../../components/figures.js';
import { MemberLink } from '../../components/member-link.js';
import { MemberPicker } from '../../components/member-picker.js';
import { Moment } from '../../components/moment.js';
import { PageHead } from '../../components/page-head.js';
import { Records } from '../../components/records.js';
import sheet from '../../components/sheet.module.css';
import { StateMark } from '../../components/state-mark.js';
import { useFilters } from '../../components/use-filters.js';
import { useTexts } from '../../i18n/i18n.js';
import { DeliveryDrawer } from './delivery-drawer.js';
import styles from './deliveries.module.css';

function Reason({ delivery }: { readonly delivery: Delivery }) {
  const { say } = useTexts();
  if (!delivery.reasonCode) return null;
  return (
    <span className={styles.reason}>
      {say(delivery.reasonLabel)} <code>{delivery.reasonCode}</code>
    </span>
  );
}

function DeliveryCard({ delivery, open }: { readonly delivery: Delivery; readonly open: () => void }) {
  const { t, say } = useTexts();
  return (
    <div className={styles.card}>
      <p className={styles.top}>
        <MemberLink id={delivery.memberId} name={delivery.memberName} />
        <StateMark family="delivery" state={delivery.state} />
      </p>
      <p className={styles.text}>{say(delivery.text) || '—'}</p>
      <Reason delivery={delivery} />
      <p className={styles.foot}>
        <span>
          {say(delivery.campaignLabel) || delivery.campaign} · <Moment at={delivery.settledAt ?? delivery.plannedAt} />
          {delivery.clicks !== null && ` · ${t('delivery.clicks')} ${count(delivery.clicks)}`}
        </span>
        <Button size="small" type="link" onClick={open}>
          {t('history.open')}
        </Button>
      </p>
    </div>
  );
}

export function Deliveries() {
  const { t, name, say } = useTexts();
  const [filters, change] = useFilters(['state', 'template', 'member']);
  const pages = useDeliveries(filters);
  const templates = useTemplates();
  const [openId, setOpenId] = useState<Delivery['id'] | null>(null);
  const columns = useMemo(
    (): TableColumnsType<Delivery> => [
      {
        title: t('delivery.member'),
        key: 'member',
        width: 130,
        render: (_, { memberId, memberName }) => <MemberLink id={memberId} name={memberName} />,
      },
      {
        title: t('delivery.message'),
        key: 'message',
        render: (_, row) => (
          <>
            <span className={styles.campaign}>{say(row.campaignLabel) || row.campaign}</span>
            <span className={styles.line}>{say(row.text)}</span>
          </>
        ),
      },
      {
        title: t('delivery.channel'),
        key: 'channel',
        width: 120,
        render: (_, { channel }) => (channel ? name('channel', channel) : '—'),
      },
      {
        title: t('delivery.state'),
        key: 'state',
        width: 230,
        render: (_, row) => (
          <span className={styles.state}>
            <StateMark family="delivery" state={row.state} />
            <Reason delivery={row} />
          </span>
        ),
      },
      {
        title: t('delivery.clicks'),
        key: 'clicks',
        width: 76,
        align: 'right',
        render: (_, { clicks }) => <span className="figures">{clicks === null ? '—' : count(clicks)}</span>,
      },
      {
        title: t('delivery.planned'),
        key: 'planned',
        width: 140,
        align: 'right',
        render: (_, { plannedAt }) => <Moment at={plannedAt} />,
      },
      {
        title: t('delivery.settled'),
        key: 'settled',
        width: 140,
        align: 'right',
        render: (_, { settledAt }) => <Moment at={settledAt} />,
      },
      {
        key: 'history',
        width: 84,
        align: 'right',
        render: (_, { id }) => (
          <Button size="small" type="link" onClick={() => setOpenId(id)}>
            {t('history.open')}
          </Button>
        ),
      },
    ],
    [t, name, say],
  );
  const filtered = Object.keys(filters).length > 0;
  return (
    <>
      <PageHead title={t('nav.deliveries')} lead={t('deliveries.lead')} />
      <div className={sheet.sheet}>
        <div className={sheet.filters} role="search" aria-label={t('filter.label')}>
          <Select
            className={sheet.half ?? ''}
            style={{ minWidth: 130 }}
            allowClear
            placeholder={t('delivery.state')}
            aria-label={t('delivery.state')}
            value={filters.state ?? null}
            onChange={(state: string | null) => change({ state: state ?? undefined })}
            options={deliveryStates.map((state) => ({ value: state, label: name('state.delivery', state) }))}
          />
          <Select
            className={sheet.half ?? ''}
            style={{ minWidth: 180 }}
            allowClear
            showSearch={{ optionFilterProp: 'label' }}
            placeholder={t('delivery.template')}
            aria-label={t('delivery.template')}
            value={filters.template ?? null}
            onChange={(template: string | null) => change({ template: template ?? undefined })}
            options={(templates.data ?? []).map(({ key, name: label }) => ({ value: key, label }))}
          />
          <MemberPicker
            className={sheet.grow ?? ''}
            value={filters.member ?? null}
            onChange={(member) => change({ member: member ?? undefined })}
          />
        </div>
        <Records<Delivery>
          label={t('nav.deliveries')}
          pages={pages}
          columns={columns}
          card={(row) => <DeliveryCard delivery={row} open={() => setOpenId(row.id)} />}
          keyOf={(row) => row.id}
          onOpen={(row) => setOpenId(row.id)}
          minWidth={1000}
          empty={
            <Blank
              title={t(filtered ? 'deliveries.noneMatch' : 'deliveries.none')}
              hint={t(filtered ? 'filter.noneHint' : 'deliveries.noneHint')}
              action={
                filtered && (
                  <Button onClick={() => change({ state: undefined, template: undefined, member: undefined })}>
                    {t('filter.clear')}
                  </Button>
                )
              }
            />
          }
        />
      </div>
      <DeliveryDrawer delivery={pages.rows.find(({ id }) => id === openId) ?? null} close={() => setOpenId(null)} />
    </>
  );
}
