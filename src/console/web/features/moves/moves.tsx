import { Button, Select, Switch, type TableColumnsType } from 'antd';
import { useMemo, useState } from 'react';
import { isUnderWay, moveStates, useMoves, type Move } from '../../api/moves.js';
import { Blank } from '../../components/blank.js';
import { MemberLink } from '../../components/member-link.js';
import { MemberPicker } from '../../components/member-picker.js';
import { Moment } from '../../components/moment.js';
import { MoveRoute } from '../../components/move-route.js';
import { PageHead } from '../../components/page-head.js';
import { Records } from '../../components/records.js';
import sheet from '../../components/sheet.module.css';
import { StateMark } from '../../components/state-mark.js';
import { TierPill } from '../../components/tier-pill.js';
import { useFilters } from '../../components/use-filters.js';
import { useTexts } from '../../i18n/i18n.js';
import { MoveDrawer } from './move-drawer.js';
import styles from './moves.module.css';

function MoveCard({ move, open }: { readonly move: Move; readonly open: () => void }) {
  const { t } = useTexts();
  return (
    <div className={styles.card}>
      <p className={styles.top}>
        <span className={styles.who}>
          <MemberLink id={move.memberId} name={move.memberName} /> <TierPill tier={move.tier} />
        </span>
        <StateMark family="move" state={move.state} />
      </p>
      <p className={styles.route}>
        <MoveRoute move={move} />
      </p>
      <p className={styles.foot}>
        <span>
          {move.stuck && <strong className={styles.stuck}>{t('moves.stuck')}</strong>} <Moment at={move.plannedAt} />
        </span>
        <Button size="small" type="link" onClick={open}>
          {t('history.open')}
        </Button>
      </p>
    </div>
  );
}

export function Moves() {
  const { t, name } = useTexts();
  const [filters, change] = useFilters(['state', 'member', 'stuck']);
  const stuck = filters.stuck === '1';
  const pages = useMoves({ state: filters.state, member: filters.member, stuck: stuck ? '1' : undefined });
  const [openId, setOpenId] = useState<Move['id'] | null>(null);
  const columns = useMemo(
    (): TableColumnsType<Move> => [
      {
        title: t('moves.member'),
        key: 'member',
        width: 140,
        render: (_, { memberId, memberName }) => <MemberLink id={memberId} name={memberName} />,
      },
      { title: t('moves.tier'), key: 'tier', width: 110, render: (_, { tier }) => <TierPill tier={tier} /> },
      { title: t('moves.route'), key: 'route', render: (_, move) => <MoveRoute move={move} /> },
      {
        title: t('moves.by'),
        key: 'path',
        width: 120,
        render: (_, { path }) => <span className="faint">{name('moves.path', path)}</span>,
      },
      {
        title: t('moves.state'),
        key: 'state',
        width: 150,
        render: (_, move) => (
          <span className={styles.state}>
            <StateMark family="move" state={move.state} />
            {move.stuck && <strong className={styles.stuck}>{t('moves.stuck')}</strong>}
          </span>
        ),
      },
      {
        title: t('moves.planned'),
        key: 'planned',
        width: 140,
        align: 'right',
        render: (_, { plannedAt }) => <Moment at={plannedAt} />,
      },
      {
        title: t('moves.deadline'),
        key: 'deadline',
        width: 140,
        align: 'right',
        render: (_, move) => <Moment at={isUnderWay(move) ? move.deadlineAt : null} />,
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
    [t, name],
  );
  const filtered = Object.keys(filters).length > 0;
  return (
    <>
      <PageHead title={t('nav.moves')} lead={t('moves.lead')} />
      <div className={sheet.sheet}>
        <div className={sheet.filters} role="search" aria-label={t('filter.label')}>
          <Select
            className={sheet.half ?? ''}
            style={{ minWidth: 130 }}
            allowClear
            placeholder={t('moves.state')}
            aria-label={t('moves.state')}
            value={filters.state ?? null}
            onChange={(state: string | null) => change({ state: state ?? undefined })}
            options={moveStates.map((state) => ({ value: state, label: name('state.move', state) }))}
          />
          <MemberPicker
            className={sheet.grow ?? ''}
            value={filters.member ?? null}
            onChange={(member) => change({ member: member ?? undefined })}
          />
          <label className={styles.only}>
            <Switch checked={stuck} onChange={(on) => change({ stuck: on ? '1' : undefined })} /> {t('moves.onlyStuck')}
          </label>
        </div>
        <Records<Move>
          label={t('nav.moves')}
          pages={pages}
          columns={columns}
          card={(row) => <MoveCard move={row} open={() => setOpenId(row.id)} />}
          keyOf={(row) => row.id}
          onOpen={(row) => setOpenId(row.id)}
          minWidth={1000}
          empty={
            <Blank
              title={t(stuck ? 'moves.noneStuck' : filtered ? 'moves.noneMatch' : 'moves.none')}
              hint={t(stuck ? 'moves.noneStuckHint' : filtered ? 'filter.noneHint' : 'moves.noneHint')}
              action={
                filtered && (
                  <Button onClick={() => change({ state: undefined, member: undefined, stuck: undefined })}>
                    {t('filter.clear')}
                  </Button>
                )
              }
            />
          }
        />
      </div>
      <MoveDrawer move={pages.rows.find(({ id }) => id === openId) ?? null} close={() => setOpenId(null)} />
    </>
  );
}
