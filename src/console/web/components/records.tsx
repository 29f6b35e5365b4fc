import { Button, Skeleton, Table, type TableColumnsType } from 'antd';
import type { ReactNode } from 'react';
import type { Pages } from '../api/page.js';
import { useTexts } from '../i18n/i18n.js';
import { FaultNotice } from './fault-notice.js';
import styles from './records.module.css';
import { useIsPhone } from './use-media.js';

interface Props<T> {
  /** Names the list for screen readers. */
  readonly label: string;
  readonly pages: Pages<T>;
  readonly columns: TableColumnsType<T>;
  readonly card: (row: T) => ReactNode;
  readonly keyOf: (row: T) => string | number;
  readonly empty: ReactNode;
  readonly onOpen?: (row: T) => void;
  readonly minWidth?: number;
}

function Waiting() {
  return (
    <div className={styles.waiting} aria-hidden>
      {[0, 1, 2, 3, 4, 5].map((row) => (
        <Skeleton key={row} active title={false} paragraph={{ rows: 2, width: ['42%', '78%'] }} />
      ))}
    </div>
  );
}

/** A paged list: a table on a desktop, cards on a phone. */
export function Records<T extends object>(props: Props<T>) {
  const { label, pages, columns, card, keyOf, empty, onOpen, minWidth = 860 } = props;
  const { t } = useTexts();
  const isPhone = useIsPhone();
  if (pages.loading) return <Waiting />;
  if (pages.error && pages.rows.length === 0) return <FaultNotice error={pages.error} retry={pages.retry} />;
  if (pages.rows.length === 0) return <>{empty}</>;
  return (
    <>
      {isPhone ? (
        <ul className={styles.cards} aria-label={label}>
          {pages.rows.map((row) => (
            <li key={keyOf(row)} className={styles.card}>
              {card(row)}
            </li>
          ))}
        </ul>
      ) : (
        <Table<T>
          aria-label={label}
          className={styles.table ?? ''}
          columns={columns}
          dataSource={[...pages.rows]}
          rowKey={keyOf}
          pagination={false}
          scroll={{ x: minWidth }}
          {...(onOpen ? { onRow: (row: T) => ({ onClick: () => onOpen(row), style: { cursor: 'pointer' } }) } : {})}
        />
      )}
      <div className={styles.more}>
        {pages.hasMore ? (
          <Button onClick={pages.loadMore} loading={pages.loadingMore}>
            {t('list.more')}
          </Button>
        ) : (
          <span className="faint">{t('list.end', { n: pages.rows.length })}</span>
        )}
      </div>
    </>
  );
}
