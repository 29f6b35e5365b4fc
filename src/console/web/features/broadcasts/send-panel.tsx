import { Alert, App, Button, Input, Radio } from 'antd';
import { useState } from 'react';
import { useControlBroadcast, useStartBroadcast, type Broadcast } from '../../api/broadcasts.js';
import { isFault } from '../../api/request.js';
import type { Template } from '../../api/templates.js';
import { dayOf } from '../../components/corp-time.js';
import { faultText } from '../../components/fault-notice.js';
import { count } from '../../components/figures.js';
import { useCorpTime } from '../../components/moment.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './broadcasts.module.css';

interface Props {
  readonly template: Template;
  /** How many the audience has, as shown. */
  readonly people: number;
  readonly lookAgain: () => void;
  /** The sending that waits for this look; left out, a new one is begun. */
  readonly resumed: Broadcast | undefined;
}

/** The person's yes: now or at a time, to as many as they see. */
export function SendPanel({ template, people, lookAgain, resumed }: Props) {
  const texts = useTexts();
  const { t } = texts;
  const { modal, message } = App.useApp();
  const start = useStartBroadcast();
  const control = useControlBroadcast();
  const [at, setAt] = useState<string | null>(null);
  const [failed, setFailed] = useState<unknown>(null);
  const isLater = !resumed && at !== null;
  const seen = { people, version: template.version };
  const send = async (): Promise<void> => {
    setFailed(null);
    try {
      if (resumed) await control.mutateAsync({ id: resumed.id, to: 'resume', seen });
      else await start.mutateAsync({ template: template.key, ...seen, ...(isLater ? { startsAt: at } : {}) });
      void message.success(t(isLater ? 'broadcasts.willStart' : 'broadcasts.started'));
    } catch (error) {
      setFailed(error);
      if (isFault(error, 'other_audience')) lookAgain();
    }
  };
  const ask = (): void =>
    void modal.confirm({
      title: t(isLater ? 'broadcasts.laterTitle' : 'broadcasts.nowTitle', { n: count(people) }),
      content: t('broadcasts.askText'),
      okText: t(isLater ? 'broadcasts.later' : 'broadcasts.now'),
      cancelText: t('action.cancel'),
      onOk: send,
    });
  return (
    <div className={styles.send}>
      {failed !== null && <Alert type="error" showIcon title={faultText(failed, texts)} />}
      {!resumed && <When at={at} choose={setAt} />}
      <p className="faint">{t('broadcasts.rules')}</p>
      <Button
        type="primary"
        size="large"
        disabled={people === 0 || (isLater && at === '')}
        loading={start.isPending || control.isPending}
        onClick={ask}
      >
        {t(isLater ? 'broadcasts.laterTo' : 'broadcasts.nowTo', { n: count(people) })}
      </Button>
    </div>
  );
}

interface WhenProps {
  /** The corp's wall clock, like `2026-12-05T10:30`; null is now, and empty is not chosen yet. */
  readonly at: string | null;
  readonly choose: (at: string | null) => void;
}

function When({ at, choose }: WhenProps) {
  const { t } = useTexts();
  const time = useCorpTime();
  return (
    <div className={styles.whenRow}>
      <Radio.Group
        aria-label={t('broadcasts.when')}
        value={at !== null}
        onChange={({ target }) => choose(target.value === true ? '' : null)}
        options={[
          { value: false, label: t('broadcasts.atOnce') },
          { value: true, label: t('broadcasts.atTime') },
        ]}
      />
      {at !== null && (
        <Input
          type="datetime-local"
          aria-label={t('broadcasts.atTime')}
          min={`${dayOf(time.now, time)}T00:00`}
          value={at}
          onChange={({ target }) => choose(target.value)}
        />
      )}
    </div>
  );
}
