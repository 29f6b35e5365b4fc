import { Input } from 'antd';
import { useState } from 'react';
import { useQueued, type QueuedChoice } from '../../api/templates.js';
import { Dialog } from '../../components/dialog.js';
import { useTexts } from '../../i18n/i18n.js';
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
  /** For another way of saving than the usual one. */
  readonly words?: SaveWords | undefined;
  readonly onSave: (note: string, queued: QueuedChoice) => void;
  readonly onClose: () => void;
}

export function SaveDialog({ open, saving, templateKey, words, onSave, onClose }: Props) {
  const { t } = useTexts();
  const [typed, setTyped] = useState<string | null>(null);
  const [choice, choose] = useState<QueuedChoice>('render');
  const queued = useQueued(templateKey, open);
  const note = typed ?? words?.note ?? '';
  // Nobody says yes to a question that is still on its way.
  const save = (): void => {
    if (!queued.isPending) onSave(note.trim(), choice);
  };
  return (
    <Dialog
      open={open}
      title={words?.title ?? t('editor.saveTitle')}
      okText={words?.ok ?? t('editor.saveNow')}
      cancelText={t('action.cancel')}
      confirmLoading={saving}
      okButtonProps={{ disabled: queued.isPending }}
      onOk={save}
      onCancel={onClose}
      afterClose={() => {
        setTyped(null);
        choose('render');
      }}
      width={440}
    >
      <p style={{ marginBottom: 12, color: 'var(--ink-soft)' }}>{words?.text ?? t('editor.saveText')}</p>
      {queued.data && (
        <QueuedChoiceField
          queued={queued.data}
          choices={['render', 'keep', 'cancel']}
          value={choice}
          onChange={choose}
          ofWaiting={t('queued.waitingStay')}
        />
      )}
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
