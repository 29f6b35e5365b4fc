import { Alert, App, Button, Skeleton } from 'antd';
import { useAnswerBrake, useBrakes, useRestoreRules, type Brake } from '../../api/brakes.js';
import { dangerous } from '../../components/confirm-danger.js';
import { FaultNotice, faultText } from '../../components/fault-notice.js';
import { count } from '../../components/figures.js';
import { Moment } from '../../components/moment.js';
import { Panel } from '../../components/panel.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './safety.module.css';

/** Runs that stopped before their first effect: the open one with its answers, and what became of earlier ones. */
export function Brakes() {
  const { t } = useTexts();
  const brakes = useBrakes();
  if (brakes.isPending) return <Skeleton active />;
  if (!brakes.data) return <FaultNotice error={brakes.error} retry={() => void brakes.refetch()} />;
  const { items } = brakes.data;
  const open = items.filter(isOpen);
  const over = items.filter((brake) => !isOpen(brake));
  return (
    <Panel title={t('brakes.title')}>
      <p className={styles.lead}>{t('brakes.lead')}</p>
      {open.map((brake) => (
        <OpenBrake key={brake.id} brake={brake} />
      ))}
      {open.length === 0 && <p className={styles.calm}>{t('brakes.none')}</p>}
      {over.length > 0 && (
        <>
          <h3 className={styles.sub}>{t('brakes.earlier')}</h3>
          <ul className={styles.rows}>
            {over.map((brake) => (
              <li key={brake.id}>
                <Moment at={brake.openedAt} />
                <span>
                  <Flows brake={brake} />
                </span>
                <span className="faint">
                  {t(`brakes.state.${brake.state}`)}
                  {brake.decidedBy !== null && ` · ${brake.decidedBy}`}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}

/** The runs that wait for a person, to stand on other pages; nothing when there are none. */
export function OpenBrakes() {
  const open = useBrakes().data?.items.filter(isOpen) ?? [];
  if (open.length === 0) return null;
  return (
    <div className={styles.elsewhere}>
      {open.map((brake) => (
        <OpenBrake key={brake.id} brake={brake} />
      ))}
    </div>
  );
}

const isOpen = ({ state }: Brake): boolean => state === 'waiting' || state === 'allowed' || state === 'refused';

function Flows({ brake }: { readonly brake: Brake }) {
  const { t, say } = useTexts();
  const flows = brake.moves.map(({ from, to, n }) =>
    t('brakes.flow', { from: say(from.label), to: say(to.label), n: count(n) }),
  );
  const written = brake.writtenTo > 0 ? [t('brakes.written', { n: count(brake.writtenTo) })] : [];
  return <>{[...flows, ...written].join(t('brakes.and'))}</>;
}

function OpenBrake({ brake }: { readonly brake: Brake }) {
  const { t, say } = useTexts();
  const why = brake.reasons.map(({ tier, n, of }) =>
    tier
      ? t('brakes.whyMoved', { tier: say(tier.label), n: count(n), of: count(of ?? n) })
      : t('brakes.whyWritten', { n: count(n) }),
  );
  return (
    <Alert
      type={brake.state === 'allowed' ? 'info' : 'warning'}
      showIcon
      title={t(`brakes.open.${brake.state}`, { who: brake.decidedBy ?? '' })}
      description={
        <div className={styles.stop}>
          <p>{why.join(t('brakes.and'))}</p>
          <p>
            <Flows brake={brake} />
          </p>
          <p className="faint">
            <Moment at={brake.openedAt} /> · {t('brakes.ruleset', { version: brake.ruleset })}
          </p>
          <BrakeAnswers brake={brake} />
        </div>
      }
    />
  );
}

function BrakeAnswers({ brake }: { readonly brake: Brake }) {
  const texts = useTexts();
  const { t, say } = texts;
  const { modal, message } = App.useApp();
  const answering = useAnswerBrake();
  const restoring = useRestoreRules();
  const failed = (error: unknown): void => void message.error(faultText(error, texts));
  const askYes = (): void => {
    void modal.confirm({
      title: t('brakes.yesTitle'),
      content: t('brakes.yesText'),
      okText: t('brakes.yes'),
      cancelText: t('action.cancel'),
      ...dangerous(),
      onOk: () =>
        answering
          .mutateAsync({ id: brake.id, answer: 'yes' })
          .then(() => void message.success(t('brakes.saidYes')), failed),
    });
  };
  const no = (): void =>
    answering.mutate(
      { id: brake.id, answer: 'no' },
      { onSuccess: () => void message.success(t('brakes.saidNo')), onError: failed },
    );
  const askRestore = (): void => {
    const names = brake.restores.map(({ label, version }) => t('brakes.restores', { name: say(label), version }));
    void modal.confirm({
      title: t('brakes.restoreTitle'),
      content: t('brakes.restoreText', { names: names.join(t('brakes.and')) }),
      okText: t('brakes.restore'),
      cancelText: t('action.cancel'),
      onOk: () => restoring.mutateAsync(brake.id).then(() => void message.success(t('brakes.restored')), failed),
    });
  };
  if (brake.state === 'allowed') return null;
  return (
    <div className={styles.answers}>
      {brake.state === 'waiting' && (
        <>
          <Button type="primary" onClick={askYes} disabled={answering.isPending}>
            {t('brakes.yes')}
          </Button>
          <Button onClick={no} loading={answering.isPending && answering.variables.answer === 'no'}>
            {t('brakes.no')}
          </Button>
        </>
      )}
      {brake.restores.length > 0 && (
        <Button onClick={askRestore} type={brake.state === 'refused' ? 'primary' : 'text'}>
          {t('brakes.restore')}
        </Button>
      )}
    </div>
  );
}
