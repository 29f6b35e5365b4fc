import { Alert, Button, Input } from 'antd';
import { useState } from 'react';
import { useBeforeSaving, type BeforeSaving, type QueuedChoice } from '../../api/templates.js';
import { Dialog } from '../../components/dialog.js';
import { faultText } from '../../components/fault-notice.js';
import { useTexts } from '../../i18n/i18n.js';
import { AudienceNotes } from './audience-notes.js';
import { QueuedChoiceField } from './queued-choice.js';

export interface SaveWords {
  readonly title: string;
  readonly text: string;
  readonly ok: string;
  readonly note: string;
}

interface Props {
  readonly open: boolean;
  readonly saving: boolean;
  readonly templateKey: string;
  /** The text to save. */
  readonly text: string;
  /** Replaces the usual way of saving. */
  readonly words?: SaveWords | undefined;
  readonly onSave: (note: string, queued: QueuedChoice | undefined) => void;
  readonly onClose: () => void;
}

/** The default: the new text if the template stays on, cancel if the save switches it off, keep if it is off already. */
function usualChoice({ isOn, isOnAfter }: BeforeSaving): QueuedChoice {
  if (isOnAfter) return 'render';
  return isOn ? 'cancel' : 'keep';
}

export function SaveDialog({ open, saving, templateKey, text, words, onSave, onClose }: Props) {
  const texts = useTexts();
  const { t } = texts;
  const [typed, setTyped] = useState<string | null>(null);
  const [chosen, choose] = useState<QueuedChoice | null>(null);
  const before = useBeforeSaving(templateKey, text, open);
  const { data } = before;
  const choice = chosen ?? (data && usualChoice(data));
  const waits = data !== undefined && data.queued.planned + data.queued.waiting > 0;
  const note = typed ?? words?.note ?? '';
  // Disabled while the number of waiting messages is loading or could not be loaded.
  const isAsked = before.isSuccess && !before.isFetching;
  const save = (): void => {
    if (isAsked) onSave(note.trim(), waits ? choice : undefined);
  };
  return (
    <Dialog
      open={open}
      title={words?.title ?? t('editor.saveTitle')}
      okText={words?.ok ?? t('editor.saveNow')}
      cancelText={t('action.cancel')}
      confirmLoading={saving}
      okButtonProps={{ disabled: !isAsked }}
      onOk={save}
      onCancel={onClose}
      afterClose={() => {
        setTyped(null);
        choose(null);
      }}
      width={440}
    >
      <p style={{ marginBottom: 12, color: 'var(--ink-soft)' }}>{words?.text ?? t('editor.saveText')}</p>
      {before.isError && (
        <Alert
          type="error"
          showIcon
          style={{ marginBottom: 14 }}
          title={t('queued.unread')}
          description={faultText(before.error, texts)}
          action={
            <Button size="small" loading={before.isFetching} onClick={() => void before.refetch()}>
              {t('action.retry')}
            </Button>
          }
        />
      )}
      {data?.isOn && !data.isOnAfter && <p style={{ marginBottom: 12 }}>{t('queued.savesOff')}</p>}
      {data && choice && (
        <QueuedChoiceField
          queued={data.queued}
          choices={data.isOn && !data.isOnAfter ? ['cancel', 'keep'] : ['render', 'keep', 'cancel']}
          value={choice}
          onChange={choose}
          ofWaiting={t(choice === 'cancel' && !data.isOnAfter ? 'queued.waitingGo' : 'queued.waitingStay')}
        />
      )}
      {data?.needsReview && <Alert type="info" showIcon style={{ marginBottom: 14 }} title={t('review.needed')} />}
      <AudienceNotes text={text} enabled={open} />
      <label htmlFor="save-note" style={{ display: 'block', marginBottom: 6 }}>
        {t('editor.note')}
      </label>
      <Input
        id="save-note"
        maxLength={120}
        placeholder={t('editor.noteHint')}
        value={note}
        onChange={(event) => setTyped(event.target.value)}
        onPressEnter={save}
      />
    </Dialog>
  );
}
