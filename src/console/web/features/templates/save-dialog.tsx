import { Input, Modal } from 'antd';
import { useState } from 'react';
import { useTexts } from '../../i18n/i18n.js';

interface Props {
  readonly open: boolean;
  readonly saving: boolean;
  readonly onSave: (note: string) => void;
  readonly onClose: () => void;
}

export function SaveDialog({ open, saving, onSave, onClose }: Props) {
  const { t } = useTexts();
  const [note, setNote] = useState('');
  const save = (): void => onSave(note.trim());
  return (
    <Modal
      open={open}
      title={t('editor.saveTitle')}
      okText={t('editor.saveNow')}
      cancelText={t('action.cancel')}
      confirmLoading={saving}
      onOk={save}
      onCancel={onClose}
      afterClose={() => setNote('')}
      width={440}
    >
      <p style={{ marginBottom: 12, color: 'var(--ink-soft)' }}>{t('editor.saveText')}</p>
      <label htmlFor="save-note" style={{ display: 'block', marginBottom: 6 }}>
        {t('editor.note')}
      </label>
      <Input
        id="save-note"
        maxLength={120}
        placeholder={t('editor.noteHint')}
        value={note}
        onChange={(event) => setNote(event.target.value)}
        onPressEnter={save}
      />
    </Modal>
  );
}
