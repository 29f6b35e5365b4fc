import { CheckCircleFilled, CloseCircleFilled, MinusCircleOutlined } from '@ant-design/icons';
import { Alert, Button } from 'antd';
import { useCheckUp, type Check } from '../../api/connection.js';
import { faultText } from '../../components/fault-notice.js';
import { Moment } from '../../components/moment.js';
import { Panel } from '../../components/panel.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './connection.module.css';

function Answer({ check }: { readonly check: Check }) {
  const { t, say } = useTexts();
  const state = check.ok === null ? 'skipped' : check.ok ? 'good' : 'bad';
  return (
    <li data-state={state}>
      {check.ok === null ? (
        <MinusCircleOutlined aria-label={t('check.skipped')} />
      ) : check.ok ? (
        <CheckCircleFilled aria-label={t('check.good')} />
      ) : (
        <CloseCircleFilled aria-label={t('check.bad')} />
      )}
      <div>
        <strong>{say(check.title)}</strong>
        <p>{say(check.found)}</p>
        {check.remedy && <p className={styles.remedy}>{say(check.remedy)}</p>}
      </div>
    </li>
  );
}

/** Runs the same checks as `npm run doctor`. */
export function CheckUp() {
  const texts = useTexts();
  const { t, say } = texts;
  const checkUp = useCheckUp();
  const bad = checkUp.data?.channels.flatMap(({ checks }) => checks).filter(({ ok }) => ok === false).length ?? 0;
  return (
    <Panel
      title={t('check.title')}
      extra={
        <Button
          type={checkUp.data ? 'default' : 'primary'}
          loading={checkUp.isPending}
          onClick={() => checkUp.mutate()}
        >
          {t(checkUp.data ? 'check.again' : 'check.start')}
        </Button>
      }
    >
      {checkUp.isError && <Alert type="error" showIcon title={faultText(checkUp.error, texts)} />}
      {!checkUp.data && !checkUp.isError && (
        <p className={styles.detail}>{t(checkUp.isPending ? 'check.asking' : 'check.lead')}</p>
      )}
      {checkUp.data && (
        <>
          <p className={styles.verdict} role="status" data-ok={bad === 0}>
            {bad === 0 ? t('check.allGood') : t('check.someBad', { n: bad })} · <Moment at={checkUp.data.at} />
          </p>
          {checkUp.data.channels.map(({ id, label, checks }) => (
            <section key={id} aria-label={say(label)}>
              {checkUp.data.channels.length > 1 && <h3>{say(label)}</h3>}
              <ul className={styles.checks}>
                {checks.map((check) => (
                  <Answer key={check.id} check={check} />
                ))}
              </ul>
            </section>
          ))}
        </>
      )}
    </Panel>
  );
}
