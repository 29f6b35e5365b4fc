import { App, Button, Image, type TableColumnsType } from 'antd';
import { useMemo } from 'react';
import type { Pages } from '../../api/page.js';
import { useChannels, useRetireContactWay, type ChannelRow } from '../../api/ways.js';
import { Blank } from '../../components/blank.js';
import { dangerous } from '../../components/confirm-danger.js';
import { faultText } from '../../components/fault-notice.js';
import { count } from '../../components/figures.js';
import { Moment } from '../../components/moment.js';
import pill from '../../components/pill.module.css';
import { Records } from '../../components/records.js';
import sheet from '../../components/sheet.module.css';
import { useTexts } from '../../i18n/i18n.js';
import styles from './ways.module.css';

const shown = (figure: number | null): string => (figure === null ? '—' : count(figure));

function useColumns(): TableColumnsType<ChannelRow> {
  const { t } = useTexts();
  return useMemo(
    (): TableColumnsType<ChannelRow> => [
      { title: t('channels.name'), key: 'name', render: (_, row) => <Name row={row} /> },
      {
        title: t('ways.kind'),
        key: 'kind',
        width: 130,
        render: (_, { kind }) => <span className={pill.tag}>{t(`channels.kind.${kind}`)}</span>,
      },
      {
        title: t('channels.staff'),
        key: 'staff',
        width: 190,
        render: (_, { staff }) => staff.join('、') || '—',
      },
      ...(['clicked30d', 'added', 'spoke'] as const).map((figure) => ({
        title: <span title={t(`channels.${figure}Hint`)}>{t(`channels.${figure}`)}</span>,
        key: figure,
        width: 104,
        align: 'right' as const,
        render: (_: unknown, row: ChannelRow) => <span className="figures">{shown(row[figure])}</span>,
      })),
      {
        title: t('channels.last'),
        key: 'last',
        width: 130,
        align: 'right',
        render: (_, { lastAt }) => <Moment at={lastAt} />,
      },
      { title: t('list.actions'), key: 'acts', width: 150, align: 'right', render: (_, row) => <Acts row={row} /> },
    ],
    [t],
  );
}

/** Codes, acquisition links, scenes of customer service and unknown sources, in one list with the same columns. */
export function Channels() {
  const { t } = useTexts();
  const channels = useChannels();
  const pages: Pages<ChannelRow> = {
    rows: channels.data?.items ?? [],
    loading: channels.isPending,
    error: channels.error,
    hasMore: false,
    loadingMore: false,
    loadMore: () => undefined,
    retry: () => void channels.refetch(),
  };
  const columns = useColumns();
  const quota = channels.data?.quota ?? null;
  return (
    <section className={styles.kind} aria-label={t('channels.title')}>
      <h2>{t('channels.title')}</h2>
      {quota && (
        <p className={quota.balance === 0 ? styles.problem : 'faint'} role={quota.balance === 0 ? 'alert' : undefined}>
          {t('channels.quota', { balance: count(quota.balance), total: count(quota.total) })} ·{' '}
          <Moment at={quota.readAt} />
        </p>
      )}
      <div className={sheet.sheet}>
        <Records<ChannelRow>
          label={t('channels.title')}
          pages={pages}
          columns={columns}
          card={(row) => <Card row={row} />}
          keyOf={(row) => `${row.kind} ${row.source}`}
          minWidth={1080}
          empty={<Blank title={t('ways.none')} hint={t('ways.noneHint')} />}
        />
      </div>
    </section>
  );
}

function Name({ row }: { readonly row: ChannelRow }) {
  const { t, say } = useTexts();
  return (
    <span className={styles.channel}>
      {row.qr && <Image src={row.qr} alt={t('ways.qrOf', { name: row.name })} width={44} height={44} />}
      <span>
        <b>{row.name}</b>
        <small className="faint">
          {row.source !== row.name && (
            <>
              {t('ways.source')} <code>{row.source}</code>
            </>
          )}
          {row.tags.length > 0 && `${row.source === row.name ? '' : ' · '}${row.tags.join('、')}`}
        </small>
        {row.problemLabel && (
          <small className={styles.problem} role="alert">
            {say(row.problemLabel)}
          </small>
        )}
      </span>
    </span>
  );
}

function Card({ row }: { readonly row: ChannelRow }) {
  const { t } = useTexts();
  return (
    <div className={styles.channelCard}>
      <Name row={row} />
      <p className="faint">
        {t(`channels.kind.${row.kind}`)}
        {row.staff.length > 0 && ` · ${row.staff.join('、')}`}
      </p>
      <p>
        {(['clicked30d', 'added', 'spoke'] as const).map((figure) => (
          <span key={figure}>
            {t(`channels.${figure}`)} <b className="figures">{shown(row[figure])}</b>
          </span>
        ))}
      </p>
      <Acts row={row} />
    </div>
  );
}

function Acts({ row: { address, wayId, name, kind } }: { readonly row: ChannelRow }) {
  const texts = useTexts();
  const { t } = texts;
  const { modal, message } = App.useApp();
  const retire = useRetireContactWay();
  const copy = async (text: string): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      void message.success(t('action.copied'));
    } catch {
      // Without HTTPS the browser has no clipboard at all, so the address is shown to be copied by hand.
      void message.info(text, 10);
    }
  };
  const ask = (id: number): void =>
    void modal.confirm({
      title: t('ways.retireTitle', { name }),
      content: t(kind === 'link' ? 'channels.retireLinkText' : 'ways.retireText'),
      okText: t('ways.retire'),
      ...dangerous(),
      cancelText: t('action.cancel'),
      onOk: () =>
        retire.mutateAsync(id).catch((error: unknown) => {
          void message.error(faultText(error, texts));
        }),
    });
  return (
    <span className={styles.acts}>
      {address !== null && (
        <Button size="small" type="link" title={address} onClick={() => void copy(address)}>
          {t('channels.copy')}
        </Button>
      )}
      {wayId !== null && (
        <Button size="small" type="link" onClick={() => ask(wayId)}>
          {t('ways.retire')}
        </Button>
      )}
    </span>
  );
}
