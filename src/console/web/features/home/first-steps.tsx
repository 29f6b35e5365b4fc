import { CheckCircleFilled, CloseOutlined, RightOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useDemo } from '../../api/demo.js';
import { dismissFirstSteps, markFirstStep, useFirstStepsMarks } from '../../components/first-steps-marks.js';
import { Panel } from '../../components/panel.js';
import { useTexts } from '../../i18n/i18n.js';
import type { TextKey } from '../../i18n/zh.js';
import styles from './first-steps.module.css';

interface Step {
  readonly key: 'why' | 'bot' | 'text';
  readonly isDone: boolean;
  readonly link: (content: ReactNode) => ReactNode;
}

/** Three things to try after the demo year, until each is done or the card is closed. */
export function FirstSteps({ memberId }: { readonly memberId: string | number | undefined }) {
  const { t } = useTexts();
  const demo = useDemo();
  const { done, isDismissed } = useFirstStepsMarks();
  if (!demo?.sandboxUrl || demo.year || isDismissed) return null;
  const { sandboxUrl, hasEditedText } = demo;
  const steps: readonly Step[] = [
    {
      key: 'why',
      isDone: done.includes('why'),
      link: (content) => <Link to={memberId === undefined ? '/members' : `/members/${memberId}`}>{content}</Link>,
    },
    {
      key: 'bot',
      isDone: done.includes('bot'),
      link: (content) => (
        <a href={sandboxUrl} target="_blank" rel="noreferrer" onClick={() => markFirstStep('bot')}>
          {content}
        </a>
      ),
    },
    { key: 'text', isDone: hasEditedText, link: (content) => <Link to="/templates/welcome">{content}</Link> },
  ];
  return (
    <Panel
      className={styles.card}
      title={t('steps.title')}
      extra={
        <Button
          type="text"
          size="small"
          icon={<CloseOutlined aria-hidden />}
          aria-label={t('steps.dismiss')}
          title={t('steps.dismiss')}
          onClick={dismissFirstSteps}
        />
      }
    >
      <ol className={styles.steps}>
        {steps.map(({ key, isDone, link }, index) => (
          <li key={key} data-done={isDone}>
            {link(
              <>
                <span className={styles.mark}>
                  {isDone ? <CheckCircleFilled aria-label={t('steps.done')} /> : index + 1}
                </span>
                <span className={styles.words}>
                  <strong>{t(`steps.${key}` satisfies TextKey)}</strong>
                  <span>{t(`steps.${key}Hint` satisfies TextKey)}</span>
                </span>
                <RightOutlined aria-hidden />
              </>,
            )}
          </li>
        ))}
      </ol>
    </Panel>
  );
}
