import { PauseCircleFilled } from '@ant-design/icons';
import { App, Switch } from 'antd';
import { usePause } from '../../api/home.js';
import { dangerous } from '../../components/confirm-danger.js';
import { faultText } from '../../components/fault-notice.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './pause-switch.module.css';

/** Pauses or resumes all proactive sending. Asks for confirmation, because it affects every member. */
export function PauseSwitch({ paused }: { readonly paused: boolean }) {
  const texts = useTexts();
  const { t } = texts;
  const { modal, message } = App.useApp();
  const pause = usePause();
  const ask = (): void => {
    void modal.confirm({
      title: t(paused ? 'pause.resumeTitle' : 'pause.pauseTitle'),
      content: t(paused ? 'pause.resumeText' : 'pause.pauseText'),
      okText: t(paused ? 'pause.resume' : 'pause.pause'),
      cancelText: t('action.cancel'),
      ...dangerous(!paused),
      onOk: () =>
        pause.mutateAsync(!paused).then(
          () => void message.success(t(paused ? 'pause.resumed' : 'pause.paused')),
          (error: unknown) => void message.error(faultText(error, texts)),
        ),
    });
  };
  return (
    <div className={styles.switch}>
      <span id="sending-label">{t(paused ? 'pause.isPaused' : 'pause.isRunning')}</span>
      <Switch
        checked={!paused}
        loading={pause.isPending}
        onChange={ask}
        aria-label={t('pause.label')}
        aria-describedby="sending-label"
      />
    </div>
  );
}

export function PausedNotice() {
  const { t } = useTexts();
  return (
    <p role="status" className={styles.notice}>
      <PauseCircleFilled aria-hidden /> <span>{t('pause.notice')}</span>
    </p>
  );
}
