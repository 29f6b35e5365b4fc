import { App, Button } from 'antd';
import { useAnswerTask, type Task } from '../../api/tasks.js';
import { faultText } from '../../components/fault-notice.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './tasks.module.css';

/** The buttons of the task card, for an admin in the console. */
export function TaskAnswers({ task }: { readonly task: Task }) {
  const texts = useTexts();
  const { message } = App.useApp();
  const answering = useAnswerTask();
  if (task.state !== 'open' || !task.answers || task.answers.length === 0) return null;
  return (
    <span className={styles.answers}>
      {task.answers.map((answer) => (
        <Button
          key={answer}
          size="small"
          {...(answer === 'done' || answer === 'approve' ? { type: 'primary' as const, ghost: true } : {})}
          loading={answering.isPending && answering.variables.answer === answer}
          disabled={answering.isPending}
          onClick={() =>
            answering.mutate(
              { id: task.id, answer },
              {
                onSuccess: ({ words }) => void message.success(words),
                onError: (error) => void message.error(faultText(error, texts)),
              },
            )
          }
        >
          {texts.name('task.answer', answer)}
        </Button>
      ))}
    </span>
  );
}
