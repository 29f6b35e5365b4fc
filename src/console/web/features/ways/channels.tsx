import { App, Button, Image, type TableColumnsType } from 'antd';
import { useMemo } from 'react';
import type { Pages } from '../../api/page.js';
import { useChannels, useRetireContactWay, type ChannelRow, type Quota } from '../../api/ways.js';
import { Blank } from '../../components/blank.js';
import { dangerous } from '../../components/confirm-danger.js';
import { dateOf } from '../../components/corp-time.js';
import { faultText } from '../../components/fault-notice.js';
import { count } from '../../components/figures.js';
import { Moment, useCorpTime } from '../../components/moment.js';
import pill from '../../components/pill.module.css';
import { Records } from '../../components/records.js';
import sheet from '../../components/sheet.module.css';
import { useTexts } from '../../i18n/i18n.js';
import { EntryCode } from './entry-code.js';
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
        render: (_, { kind, retired }) => (
          <>
            <span className={pill.tag}>{t(`channels.kind.${kind}`)}</span>
            {retired && <small className={`faint ${styles.retired}`}>{t('channels.retired')}</small>}
          </>
        ),
      },
      {
        title: t('channels.staff'),
        key: 'staff',
        width: 150,
        render: (_, { staff }) => staff.join('、') || '—',
      },
      ...(['clicked30d', 'added', 'spoke'] as const).map((figure) => ({
        title: <span title={t(`channels.${figure}Hint`)}>{t(`channels.${figure}`)}</span>,
        key: figure,
        width: figure === 'clicked30d' ? 124 : 104,
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
      {quota && <QuotaLine quota={quota} />}
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

/** An unknown balance is no alarm. */
function QuotaLine({ quota: { balance, total, expires, readAt } }: { readonly quota: Quota }) {
  const { t } = useTexts();
  const time = useCorpTime();
  const isUsedUp = balance === 0;
  return (
    <p className={isUsedUp ? styles.problem : 'faint'} role={isUsedUp ? 'alert' : undefined}>
      {balance === null
        ? t('channels.quotaUnknown')
        : total === null
          ? t('channels.quotaLeft', { balance: count(balance) })
          : t('channels.quota', { balance: count(balance), total: count(total) })}{' '}
      {expires && `· ${t('channels.expires', { n: count(expires.count), date: dateOf(expires.at, time) })} `}·{' '}
      <Moment at={readAt} />
    </p>
  );
}

/** A row that sums up others has no name of its own. */
const useNameOf = () => {
  const { t } = useTexts();
  return ({ kind, name, sums }: ChannelRow): string =>
    kind === 'members' || kind === 'others' ? t(`channels.sum.${kind}`, { n: count(sums ?? 0) }) : name;
};

function Name({ row }: { readonly row: ChannelRow }) {
  const { t, say } = useTexts();
  const name = useNameOf()(row);
  const hasSource = row.source !== '' && row.source !== row.name;
  return (
    <span className={styles.channel}>
      {row.qr && <Image src={row.qr} alt={t('ways.qrOf', { name })} width={44} height={44} />}
      {row.address !== null && <EntryCode name={name} address={row.address} />}
      {row.qr === null && row.address === null && <span className={styles.noCode} aria-hidden />}
      <span>
        <b>{name}</b>
        {(hasSource || row.tags.length > 0) && (
          <small className="faint">
            {hasSource && (
              <>
                {t('ways.source')} <code>{row.source}</code>
              </>
            )}
            {row.tags.length > 0 && `${hasSource ? ' · ' : ''}${row.tags.join('、')}`}
          </small>
        )}
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
        {row.retired && ` · ${t('channels.retired')}`}
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
