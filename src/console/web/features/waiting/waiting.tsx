import { App, Button } from 'antd';
import { Link } from 'react-router';
import { useChangeWaiting, useWaiting, type Change, type WaitingStaff, type WaitingTask } from '../../api/waiting.js';
import { Blank } from '../../components/blank.js';
import { dangerous } from '../../components/confirm-danger.js';
import { FaultNotice, faultText } from '../../components/fault-notice.js';
import { count } from '../../components/figures.js';
import { Moment } from '../../components/moment.js';
import { PageHead } from '../../components/page-head.js';
import { PageSkeleton } from '../../components/page-skeleton.js';
import { Panel } from '../../components/panel.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './waiting.module.css';

/** Does it, and says what happened. */
function useDo(): { readonly change: (change: Change) => Promise<void>; readonly isPending: boolean } {
  const texts = useTexts();
  const { message } = App.useApp();
  const change = useChangeWaiting();
  return {
    isPending: change.isPending,
    change: async (asked) => {
      try {
        const { outcome, label } = await change.mutateAsync(asked);
        void message[outcome === 'refused' ? 'warning' : 'success'](texts.say(label));
      } catch (error) {
        void message.error(faultText(error, texts));
      }
    },
  };
}

function TaskLine({ task, staff }: { readonly task: WaitingTask; readonly staff: WaitingStaff }) {
  const { t, say } = useTexts();
  const { modal } = App.useApp();
  const { change, isPending } = useDo();
  const receivers = t(task.toGroups ? 'waiting.groups' : 'waiting.customers', { n: count(task.receivers) });
  const ask = (what: 'hand-on' | 'cancel'): void =>
    void modal.confirm({
      ...dangerous(what === 'cancel'),
      title: t(what === 'cancel' ? 'waiting.cancelTitle' : 'waiting.handOnTitle', { staff: staff.staff }),
      content: t(what === 'cancel' ? 'waiting.cancelText' : 'waiting.handOnText'),
      okText: t(what === 'cancel' ? 'waiting.cancel' : 'waiting.handOn'),
      cancelText: t('waiting.leave'),
      onOk: () => change({ do: what, task: task.id }),
    });
  return (
    <li className={styles.task}>
      <span className={styles.words}>
        <b>{task.what.map(say).join('、')}</b>
        <small>
          {receivers} · <Moment at={task.since} />
          {task.remindedAt !== null && (
            <>
              {' · '}
              {t('waiting.remindedBefore')} <Moment at={task.remindedAt} />
            </>
          )}
        </small>
      </span>
      {task.cancelledFor === null ? (
        <span className={styles.buttons}>
          <Button size="small" disabled={isPending} onClick={() => ask('hand-on')}>
            {t('waiting.handOn')}
          </Button>
          <Button size="small" danger disabled={isPending} onClick={() => ask('cancel')}>
            {t('waiting.cancel')}
          </Button>
        </span>
      ) : (
        <small className="faint">
          {t('waiting.takenBack')} {say(task.cancelledForLabel)}
        </small>
      )}
    </li>
  );
}

function StaffPanel({ staff }: { readonly staff: WaitingStaff }) {
  const { t } = useTexts();
  const { change, isPending } = useDo();
  return (
    <Panel
      title={staff.staff}
      flush
      extra={
        <Button
          size="small"
          type="primary"
          disabled={isPending || staff.toldToday || staff.hasLeft}
          onClick={() => void change({ do: 'remind', staff: staff.staff })}
        >
          {t(staff.toldToday ? 'waiting.toldToday' : 'waiting.remind')}
        </Button>
      }
    >
      <p className={styles.sum}>
        {t('waiting.sum', { n: count(staff.receivers), tasks: staff.tasks.length })} <Moment at={staff.since} />
        {staff.hasLeft && <strong className={styles.left}> {t('waiting.hasLeft')}</strong>}
      </p>
      <ul>
        {staff.tasks.map((task) => (
          <TaskLine key={task.id} task={task} staff={staff} />
        ))}
      </ul>
    </Panel>
  );
}

/** Messages that wait for the tap of staff: who has how many since when, and what to do about it. */
export function WaitingPage() {
  const { t } = useTexts();
  const waiting = useWaiting();
  if (waiting.isPending) return <PageSkeleton />;
  if (!waiting.data) return <FaultNotice error={waiting.error} retry={() => void waiting.refetch()} />;
  return (
    <>
      <PageHead title={t('nav.waiting')} lead={t('waiting.lead')} />
      {waiting.data.length === 0 ? (
        <Blank
          title={t('waiting.none')}
          hint={t('waiting.noneHint')}
          action={<Link to="/deliveries">{t('nav.deliveries')}</Link>}
        />
      ) : (
        <div className={styles.panels}>
          {waiting.data.map((staff) => (
            <StaffPanel key={staff.staff} staff={staff} />
          ))}
        </div>
      )}
    </>
  );
}
