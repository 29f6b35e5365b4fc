import { Segmented, type TableColumnsType } from 'antd';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { taskStates, useTasks, type Task } from '../../api/tasks.js';
import { Blank } from '../../components/blank.js';
import { Moment } from '../../components/moment.js';
import { PageHead } from '../../components/page-head.js';
import { Records } from '../../components/records.js';
import sheet from '../../components/sheet.module.css';
import { StateMark } from '../../components/state-mark.js';
import { useFilters } from '../../components/use-filters.js';
import { useTexts } from '../../i18n/i18n.js';
import { TaskAnswers } from './task-answers.js';
import styles from './tasks.module.css';

function TaskText({ task }: { readonly task: Task }) {
  const { t, say } = useTexts();
  return (
    <p className={styles.text}>
      {say(task.text)}{' '}
      {task.memberId !== null && task.memberId !== undefined && (
        <Link to={`/members/${encodeURIComponent(String(task.memberId))}`}>{t('tasks.member')}</Link>
      )}
      {task.state === 'open' && task.unreached && <span className={styles.said}> {t('tasks.unreached')}</span>}
      {task.state === 'open' && task.answeredBy && (
        <span className={styles.said}> {t('tasks.said', { by: task.answeredBy })}</span>
      )}
    </p>
  );
}

/** The due time of a task, or that it is overdue. */
function Due({ task }: { readonly task: Task }) {
  const { t } = useTexts();
  return (
    <span className={styles.due}>
      {task.isOverdue && <strong className={styles.overdue}>{t('tasks.overdue')}</strong>} <Moment at={task.dueAt} />
    </span>
  );
}

function TaskCard({ task }: { readonly task: Task }) {
  const { name } = useTexts();
  return (
    <div className={styles.card}>
      <p className={styles.top}>
        <strong>{name('task.kind', task.kind)}</strong>
        <StateMark family="task" state={task.state} />
      </p>
      <TaskText task={task} />
      <p className={styles.foot}>
        <span>{task.staff}</span>
        {task.isOverdue ? <Due task={task} /> : <Moment at={task.doneAt ?? task.createdAt} />}
      </p>
      <TaskAnswers task={task} />
    </div>
  );
}

function noneOf(state: string): 'tasks.noneOpen' | 'tasks.noneOverdue' | 'tasks.noneDone' {
  if (state === 'done') return 'tasks.noneDone';
  return state === 'overdue' ? 'tasks.noneOverdue' : 'tasks.noneOpen';
}

export function Tasks() {
  const { t, name } = useTexts();
  const [filters, change] = useFilters(['state']);
  const state = filters.state ?? 'open';
  const pages = useTasks(state);
  const none = noneOf(state);
  const columns = useMemo(
    (): TableColumnsType<Task> => [
      { title: t('tasks.kind'), key: 'kind', width: 150, render: (_, { kind }) => name('task.kind', kind) },
      {
        title: t('tasks.text'),
        key: 'text',
        render: (_, task) => <TaskText task={task} />,
      },
      { title: t('tasks.staff'), dataIndex: 'staff', key: 'staff', width: 130 },
      {
        title: t('tasks.created'),
        key: 'created',
        width: 140,
        align: 'right',
        render: (_, { createdAt }) => <Moment at={createdAt} />,
      },
      {
        title: t('tasks.due'),
        key: 'due',
        width: 170,
        align: 'right',
        render: (_, task) => <Due task={task} />,
      },
      state !== 'done'
        ? { title: t('list.actions'), key: 'answers', width: 190, render: (_, task) => <TaskAnswers task={task} /> }
        : {
            title: t('tasks.done'),
            key: 'done',
            width: 140,
            align: 'right',
            render: (_, { doneAt }) => <Moment at={doneAt} />,
          },
    ],
    [t, name, state],
  );
  return (
    <>
      <PageHead title={t('nav.tasks')} lead={t('tasks.lead')} />
      <div className={sheet.sheet}>
        <div className={sheet.filters} role="search" aria-label={t('filter.label')}>
          <Segmented
            aria-label={t('tasks.state')}
            value={state}
            onChange={(value) => change({ state: value === 'open' ? undefined : value })}
            options={taskStates.map((value) => ({ value, label: name('state.task', value) }))}
          />
        </div>
        <Records<Task>
          label={t('nav.tasks')}
          pages={pages}
          columns={columns}
          card={(task) => <TaskCard task={task} />}
          keyOf={(task) => task.id}
          empty={<Blank title={t(none)} hint={t(`${none}Hint`)} />}
        />
      </div>
    </>
  );
}
