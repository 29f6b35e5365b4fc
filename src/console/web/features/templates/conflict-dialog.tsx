import { Button, Skeleton } from 'antd';
import { useVersion } from '../../api/templates.js';
import { Dialog } from '../../components/dialog.js';
import { Moment } from '../../components/moment.js';
import { useTexts } from '../../i18n/i18n.js';

interface Props {
  readonly templateKey: string;
  readonly mine: number;
  readonly theirs: number;
  readonly saving: boolean;
  readonly onCompare: () => void;
  readonly onTakeTheirs: (theirs: { readonly version: number; readonly text: string }) => void;
  readonly onKeepMine: () => void;
  readonly onClose: () => void;
}

/** Somebody saved while this was being edited: see the difference, take theirs, or put mine on top. */
export function ConflictDialog(props: Props) {
  const { t } = useTexts();
  const theirs = useVersion(props.templateKey, props.theirs);
  const { data } = theirs;
  return (
    <Dialog
      open
      title={t('conflict.title')}
      onCancel={props.onClose}
      width={520}
      footer={[
        <Button key="compare" onClick={props.onCompare}>
          {t('conflict.compare')}
        </Button>,
        <Button key="theirs" disabled={!data} onClick={() => data && props.onTakeTheirs(data)}>
          {t('conflict.theirs')}
        </Button>,
        <Button key="mine" type="primary" danger loading={props.saving} onClick={props.onKeepMine}>
          {t('conflict.mine')}
        </Button>,
      ]}
    >
      <p>{t('conflict.text', { mine: props.mine, theirs: props.theirs })}</p>
      {theirs.isPending ? (
        <Skeleton active paragraph={{ rows: 1 }} title={false} />
      ) : (
        data && (
          <p className="faint" style={{ marginTop: 8 }}>
            {data.savedBy === 'files' ? t('templates.fromFiles') : data.savedBy} · <Moment at={data.savedAt} /> ·{' '}
            {data.note || t('editor.noNote')}
          </p>
        )
      )}
    </Dialog>
  );
}
