import { App, Button, Input, Popconfirm } from 'antd';
import { useState, type ReactNode } from 'react';
import { useAnswerTask, type Task, type TaskAnswer } from '../../api/tasks.js';
import { faultText } from '../../components/fault-notice.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './tasks.module.css';

const MAX_CHARACTERS = 500;

/** The buttons of the task card, for an admin in the console. */
export function TaskAnswers({ task }: { readonly task: Task }) {
  const texts = useTexts();
  const { message } = App.useApp();
  const answering = useAnswerTask();
  if (task.state !== 'open' || !task.answers || task.answers.length === 0) return null;
  const give = (answer: TaskAnswer, words?: string): void =>
    answering.mutate(
      { id: task.id, answer, words },
      {
        onSuccess: (given) => void message.success(given.words),
        onError: (error) => void message.error(faultText(error, texts)),
      },
    );
  return (
    <span className={styles.answers}>
      {task.answers.map((answer) => {
        const asksForWords = answer === 'done' && task.kind === 'member_reply';
        const button = (
          <Button
            key={answer}
            size="small"
            {...(answer === 'done' || answer === 'approve' ? { type: 'primary' as const, ghost: true } : {})}
            loading={answering.isPending && answering.variables.answer === answer}
            disabled={answering.isPending}
            {...(asksForWords ? {} : { onClick: () => give(answer) })}
          >
            {texts.name('task.answer', answer)}
          </Button>
        );
        return asksForWords ? (
          <WordsForMember key={answer} button={button} onGiven={(words) => give(answer, words)} />
        ) : (
          button
        );
      })}
    </span>
  );
}

/** Asks for an answer to the member before the task is closed. Without words the task is only closed. */
function WordsForMember({
  button,
  onGiven,
}: {
  readonly button: ReactNode;
  readonly onGiven: (words: string) => void;
}) {
  const { t } = useTexts();
  const [words, setWords] = useState('');
  return (
    <Popconfirm
      icon={null}
      title={t('task.wordsTitle')}
      description={
        <Input.TextArea
          value={words}
          onChange={({ target }) => setWords(target.value)}
          aria-label={t('task.wordsTitle')}
          placeholder={t('task.wordsHint')}
          maxLength={MAX_CHARACTERS}
          autoSize={{ minRows: 2, maxRows: 6 }}
        />
      }
      okText={t('task.wordsOk')}
      onConfirm={() => onGiven(words)}
    >
      {button}
    </Popconfirm>
  );
}
