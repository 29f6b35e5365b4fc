import { LeftOutlined } from '@ant-design/icons';
import { Button, Select, type TableColumnsType } from 'antd';
import { useMemo, useState } from 'react';
import { Link, useParams } from 'react-router';
import { driftKinds, useReconciliation, useDrift, type Drift } from '../../api/reconciliations.js';
import { isFault } from '../../api/request.js';
import { Blank } from '../../components/blank.js';
import { FaultNotice } from '../../components/fault-notice.js';
import { count } from '../../components/figures.js';
import { MemberPicker } from '../../components/member-picker.js';
import { Moment } from '../../components/moment.js';
import { PageHead } from '../../components/page-head.js';
import { PageSkeleton } from '../../components/page-skeleton.js';
import { Records } from '../../components/records.js';
import sheet from '../../components/sheet.module.css';
import { StateMark } from '../../components/state-mark.js';
import { useFilters } from '../../components/use-filters.js';
import { useTexts } from '../../i18n/i18n.js';
import { AboutDrift } from './about-drift.js';
import styles from './reconciliation.module.css';
import { DriftDrawer } from './drift-drawer.js';

function Sides({ drift: { ours, theirs } }: { readonly drift: Drift }) {
  const { t } = useTexts();
  return (
    <span className={styles.sides}>
      {t('drift.ours')} {ours || t('value.none')} → {t('drift.theirs')} {theirs || t('value.none')}
    </span>
  );
}

function Followed({ drift, open }: { readonly drift: Drift; readonly open: () => void }) {
  const { t } = useTexts();
  return (
    <Button size="small" type="link" onClick={open}>
      {drift.followed.length > 0 ? t('drift.followedBy', { n: drift.followed.length }) : t('drift.details')}
    </Button>
  );
}

function DriftCard({ drift, open }: { readonly drift: Drift; readonly open: () => void }) {
  const { say, name } = useTexts();
  return (
    <div className={styles.card}>
      <p className={styles.top}>
        <strong>
          <AboutDrift drift={drift} />
        </strong>
        <StateMark family="drift" state={drift.repair} />
      </p>
      <p>{say(drift.title)}</p>
      <Sides drift={drift} />
      <p className={styles.foot}>
        <span>
          {name('drift.kind', drift.kind)} · <Moment at={drift.at} />
        </span>
        <Followed drift={drift} open={open} />
      </p>
    </div>
  );
}

/** One reconciliation with the corp: the differences, the corrections, and the decisions that followed. */
export function ReconciliationPage() {
  const { id = '' } = useParams();
  const { t, say, name } = useTexts();
  const run = useReconciliation(id);
  const [filters, change] = useFilters(['kind', 'member']);
  const pages = useDrift(id, filters);
  const [openId, setOpenId] = useState<Drift['id'] | null>(null);
  const columns = useMemo(
    (): TableColumnsType<Drift> => [
      {
        title: t('drift.about'),
        key: 'about',
        width: 190,
        render: (_, drift) => (
          <span className={styles.about}>
            <AboutDrift drift={drift} />
            <small>{name('drift.kind', drift.kind)}</small>
          </span>
        ),
      },
      {
        title: t('drift.difference'),
        key: 'difference',
        render: (_, drift) => (
          <>
            <span className={styles.title}>{say(drift.title)}</span>
            <Sides drift={drift} />
          </>
        ),
      },
      {
        title: t('drift.done'),
        key: 'done',
        width: 110,
        render: (_, { repair }) => <StateMark family="drift" state={repair} />,
      },
      {
        title: t('drift.foundAt'),
        key: 'at',
        width: 140,
        align: 'right',
        render: (_, { at }) => <Moment at={at} />,
      },
      {
        key: 'followed',
        width: 130,
        align: 'right',
        render: (_, drift) => <Followed drift={drift} open={() => setOpenId(drift.id)} />,
      },
    ],
    [t, say, name],
  );
  if (run.isPending) return <PageSkeleton />;
  if (!run.data) {
    const back = <Link to="/connection">{t('comparison.back')}</Link>;
    if (isFault(run.error) && [400, 404].includes(run.error.status))
      return <Blank figure="broken" title={t('comparison.notFound')} action={back} />;
    return <FaultNotice error={run.error} retry={() => void run.refetch()} />;
  }
  const { why, state, startedAt, contacts, groups, drift, problem } = run.data;
  const filtered = Object.keys(filters).length > 0;
  return (
    <>
      <PageHead
        title={name('comparison.why', why)}
        above={
          <Link to="/connection">
            <LeftOutlined aria-hidden /> {t('nav.connection')}
          </Link>
        }
        lead={
          <>
            <Moment at={startedAt} /> · {name('comparison.state', state)} ·{' '}
            {t('comparison.read', { contacts: count(contacts), groups: count(groups) })} ·{' '}
            {drift === 0 ? t('comparison.noDrift') : t('comparison.drift', { n: count(drift) })}
          </>
        }
      />
      {problem && (
        <p className={styles.problem} data-state={state} role="status">
          {problem}
        </p>
      )}
      <div className={sheet.sheet}>
        {(drift > 0 || filtered) && (
          <div className={sheet.filters} role="search" aria-label={t('filter.label')}>
            <Select
              className={sheet.half ?? ''}
              style={{ minWidth: 130 }}
              allowClear
              placeholder={t('drift.kindOf')}
              aria-label={t('drift.kindOf')}
              value={filters.kind ?? null}
              onChange={(kind: string | null) => change({ kind: kind ?? undefined })}
              options={driftKinds.map((kind) => ({ value: kind, label: name('drift.kind', kind) }))}
            />
            <MemberPicker
              className={sheet.grow ?? ''}
              value={filters.member ?? null}
              onChange={(member) => change({ member: member ?? undefined })}
            />
          </div>
        )}
        <Records<Drift>
          label={t('comparison.driftTitle')}
          pages={pages}
          columns={columns}
          card={(row) => <DriftCard drift={row} open={() => setOpenId(row.id)} />}
          keyOf={(row) => row.id}
          onOpen={(row) => setOpenId(row.id)}
          minWidth={860}
          empty={
            <Blank
              title={t(filtered ? 'drift.noneMatch' : why === 'first' ? 'drift.first' : 'comparison.noDrift')}
              hint={t(filtered ? 'filter.noneHint' : why === 'first' ? 'drift.firstHint' : 'drift.noneHint')}
              action={
                filtered && (
                  <Button onClick={() => change({ kind: undefined, member: undefined })}>{t('filter.clear')}</Button>
                )
              }
            />
          }
        />
      </div>
      <DriftDrawer drift={pages.rows.find((row) => row.id === openId) ?? null} close={() => setOpenId(null)} />
    </>
  );
}
