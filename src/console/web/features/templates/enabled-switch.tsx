import { App, Switch } from 'antd';
import { useState } from 'react';
import { readQueued, useEnableTemplate, type QueuedChoice, type QueuedMessages } from '../../api/templates.js';
import { Dialog } from '../../components/dialog.js';
import { faultText } from '../../components/fault-notice.js';
import { useTexts } from '../../i18n/i18n.js';
import { QueuedChoiceField } from './queued-choice.js';

interface Props {
  readonly templateKey: string;
  readonly name: string;
  readonly enabled: boolean;
}

export function EnabledSwitch({ templateKey, name, enabled }: Props) {
  const texts = useTexts();
  const { t } = texts;
  const { message } = App.useApp();
  const enable = useEnableTemplate();
  const [asked, ask] = useState<QueuedMessages | null>(null);
  const [isOpen, setOpen] = useState(false);
  const [isReading, setReading] = useState(false);
  const [choice, choose] = useState<QueuedChoice>('cancel');
  const failed = (error: unknown): void => void message.error(faultText(error, texts));
  const put = (next: boolean, queued?: QueuedChoice): void =>
    enable.mutate(
      { key: templateKey, enabled: next, queued },
      {
        onSuccess: () => {
          setOpen(false);
          void message.success(t(next ? 'templates.isOn' : 'templates.isOff', { name }));
        },
        onError: failed,
      },
    );
  const off = async (): Promise<void> => {
    setReading(true);
    try {
      const queued = await readQueued(templateKey);
      if (queued.planned + queued.waiting === 0) return put(false);
      ask(queued);
      setOpen(true);
    } catch (error) {
      failed(error);
    } finally {
      setReading(false);
    }
  };
  return (
    // A click in the dialog must not count as a click on the table row.
    <span onClick={(event) => event.stopPropagation()} role="presentation">
      <Switch
        checked={enabled}
        loading={isReading || enable.isPending}
        aria-label={t('templates.enable', { name })}
        onChange={(next) => (next ? put(true) : void off())}
      />
      <Dialog
        open={isOpen}
        title={t('queued.offTitle', { name })}
        okText={t('queued.off')}
        cancelText={t('action.cancel')}
        confirmLoading={enable.isPending}
        onOk={() => put(false, choice)}
        onCancel={() => setOpen(false)}
        afterClose={() => choose('cancel')}
        width={440}
      >
        {asked && (
          <QueuedChoiceField
            queued={asked}
            choices={['cancel', 'keep']}
            value={choice}
            onChange={choose}
            ofWaiting={t(choice === 'cancel' ? 'queued.waitingGo' : 'queued.waitingStay')}
          />
        )}
      </Dialog>
    </span>
  );
}
