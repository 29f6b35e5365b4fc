import { App, Button, type TableColumnsType } from 'antd';
import { useMemo } from 'react';
import { useSetAside, useSetAsideAct, type SetAsideRow } from '../../api/set-aside.js';
import { Blank } from '../../components/blank.js';
import { faultText } from '../../components/fault-notice.js';
import { MemberLink } from '../../components/member-link.js';
import { Moment } from '../../components/moment.js';
import { PageHead } from '../../components/page-head.js';
import { Records } from '../../components/records.js';
import sheet from '../../components/sheet.module.css';
import { useTexts } from '../../i18n/i18n.js';
import styles from './set-aside.module.css';

function Acts({ row }: { readonly row: SetAsideRow }) {
  const texts = useTexts();
  const { t } = texts;
  const { modal, message } = App.useApp();
  const again = useSetAsideAct('again');
  const dismiss = useSetAsideAct('dismiss');
  const failed = (error: unknown): void => void message.error(faultText(error, texts));
  const ask = (): void => {
    void modal.confirm({
      title: t('aside.dismissTitle'),
      content: t('aside.dismissText'),
      okText: t('aside.dismiss'),
      cancelText: t('action.cancel'),
      onOk: () => dismiss.mutateAsync(row).then(() => void message.success(t('aside.dismissed')), failed),
    });
  };
  return (
    <span className={styles.acts}>
      {row.canBeTriedAgain && (
        <Button
          size="small"
          loading={again.isPending}
          onClick={() =>
            again.mutate(row, { onSuccess: () => void message.success(t('aside.triedAgain')), onError: failed })
          }
        >
          {t('aside.again')}
        </Button>
      )}
      <Button size="small" type="text" onClick={ask}>
        {t('aside.dismiss')}
      </Button>
    </span>
  );
}

function What({ row }: { readonly row: SetAsideRow }) {
  const { say } = useTexts();
  return (
    <>
      {say(row.label)} <span className="faint figures">#{row.row}</span>
    </>
  );
}

function Why({ row }: { readonly row: SetAsideRow }) {
  const { say } = useTexts();
  return (
    <>
      {say(row.problemLabel)}
      {row.problem !== '' && <code className={styles.why}>{row.problem}</code>}
    </>
  );
}

/** Rows that were set aside, and the possible actions for each. */
export function SetAside() {
  const { t } = useTexts();
  const pages = useSetAside();
  const columns = useMemo(
    (): TableColumnsType<SetAsideRow> => [
      { title: t('audit.when'), key: 'at', width: 160, render: (_, { at }) => <Moment at={at} /> },
      { title: t('aside.what'), key: 'what', width: 170, render: (_, row) => <What row={row} /> },
      {
        title: t('aside.whom'),
        key: 'whom',
        width: 170,
        render: (_, { member }) => member && <MemberLink id={member.id} name={member.name} />,
      },
      { title: t('aside.why'), key: 'why', render: (_, row) => <Why row={row} /> },
      { title: t('list.actions'), key: 'acts', width: 190, align: 'right', render: (_, row) => <Acts row={row} /> },
    ],
    [t],
  );
  return (
    <>
      <PageHead title={t('aside.title')} lead={t('aside.lead')} />
      <div className={sheet.sheet}>
        <Records<SetAsideRow>
          label={t('aside.title')}
          pages={pages}
          columns={columns}
          card={(row) => (
            <div className={styles.card}>
              <p className={styles.head}>
                <strong>
                  <What row={row} />
                </strong>
                <Moment at={row.at} />
              </p>
              {row.member && (
                <p>
                  <MemberLink id={row.member.id} name={row.member.name} />
                </p>
              )}
              <p>
                <Why row={row} />
              </p>
              <Acts row={row} />
            </div>
          )}
          keyOf={(row) => row.id}
          minWidth={760}
          empty={<Blank title={t('aside.none')} hint={t('aside.noneHint')} />}
        />
      </div>
    </>
  );
}
