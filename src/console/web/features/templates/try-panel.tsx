import { ReloadOutlined } from '@ant-design/icons';
import { App, Button, Select, Skeleton } from 'antd';
import { useState } from 'react';
import { useSendTest, useTesters, useTried, type TriedMember } from '../../api/templates.js';
import { FaultNotice, faultText } from '../../components/fault-notice.js';
import { MemberLink } from '../../components/member-link.js';
import { Moment, useCorpTime } from '../../components/moment.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './try-panel.module.css';

function TriedLine({
  tried,
  text,
  staff,
}: {
  readonly tried: TriedMember;
  readonly text: string;
  readonly staff: string;
}) {
  const texts = useTexts();
  const { t, name, say } = texts;
  const { now } = useCorpTime();
  const { message } = App.useApp();
  const send = useSendTest();
  const { member, channel, notBefore, held } = tried;
  const test = (): void =>
    send.mutate(
      { text, memberId: member.id, staff, ...(channel === null ? {} : { channel }) },
      {
        onSuccess: ({ sent, staff: to }) =>
          void message.success(t(sent ? 'try.tested' : 'try.testedBefore', { staff: to })),
        onError: (error) => void message.error(faultText(error, texts)),
      },
    );
  return (
    <li className={styles.tried}>
      <p className={styles.who}>
        <MemberLink id={member.id} name={member.name} />
        <small>
          {held ? (
            <span className={styles.held}>
              {t('try.held')} {say(held.label)} <code>{held.code}</code>
            </span>
          ) : (
            <>
              {channel && name('channel', channel)}
              {notBefore !== null && notBefore > now && (
                <>
                  {' · '}
                  <Moment at={notBefore} />
                </>
              )}
            </>
          )}
        </small>
      </p>
      {tried.text && <p className={held ? styles.notSent : styles.bubble}>{tried.text}</p>}
      {staff !== '' && tried.text && (
        <Button size="small" type="link" loading={send.isPending} onClick={test}>
          {t('try.test', { staff })}
        </Button>
      )}
    </li>
  );
}

/** What real members of the audience would get, or why not; and the text on the phone of an operator. */
export function TryPanel({ text, count }: { readonly text: string; readonly count: number }) {
  const { t } = useTexts();
  const [round, setRound] = useState(0);
  const [chosen, choose] = useState<string | null>(null);
  const tried = useTried(text, { count, round });
  const testers = useTesters().data ?? [];
  const staff = chosen ?? testers[0] ?? '';
  if (tried.isError) return <FaultNotice error={tried.error} retry={() => void tried.refetch()} />;
  if (!tried.data) return <Skeleton active paragraph={{ rows: 6 }} />;
  if (tried.data.items.length === 0) return <p className="faint">{t('try.nobody')}</p>;
  return (
    <>
      <div className={styles.head}>
        <p className="faint">{t('try.lead', { n: tried.data.items.length })}</p>
        {testers.length > 1 && (
          <Select
            size="small"
            aria-label={t('try.tester')}
            value={staff}
            onChange={choose}
            options={testers.map((value) => ({ value, label: value }))}
          />
        )}
        {tried.data.found > tried.data.items.length && (
          <Button
            size="small"
            icon={<ReloadOutlined aria-hidden />}
            loading={tried.isFetching}
            onClick={() => setRound(round + 1)}
          >
            {t('try.others')}
          </Button>
        )}
      </div>
      <ul className={styles.list}>
        {tried.data.items.map((each) => (
          <TriedLine key={each.member.id} tried={each} text={text} staff={staff} />
        ))}
      </ul>
    </>
  );
}
