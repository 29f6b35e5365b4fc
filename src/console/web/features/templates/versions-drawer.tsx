import { App, Button, Drawer } from 'antd';
import { useState } from 'react';
import { readVersion, type VersionInfo } from '../../api/templates.js';
import { faultText } from '../../components/fault-notice.js';
import { Moment } from '../../components/moment.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './versions-drawer.module.css';

interface Props {
  readonly open: boolean;
  readonly templateKey: string;
  readonly versions: readonly VersionInfo[];
  readonly current: number;
  readonly saving: boolean;
  readonly onCompare: (version: number) => void;
  /** Opens the save dialog. */
  readonly onRestore: (text: string, version: number) => void;
  readonly onClose: () => void;
}

/** All versions, newest first. Restoring one saves its text as a new version. */
export function VersionsDrawer(props: Props) {
  const { open, templateKey, versions, current, saving, onCompare, onRestore, onClose } = props;
  const texts = useTexts();
  const { t } = texts;
  const { message } = App.useApp();
  const [restoring, setRestoring] = useState<number | null>(null);
  const restore = async (version: number): Promise<void> => {
    setRestoring(version);
    try {
      onRestore((await readVersion(templateKey, version)).text, version);
    } catch (error) {
      void message.error(faultText(error, texts));
    } finally {
      setRestoring(null);
    }
  };
  return (
    <Drawer open={open} onClose={onClose} title={t('editor.versions')} size="min(440px, 100vw)">
      <ol className={styles.versions}>
        {[...versions]
          .sort((a, b) => b.version - a.version)
          .map(({ version, savedAt, savedBy, note, approvedBy }) => (
            <li key={version} data-current={version === current}>
              <p className={styles.top}>
                <strong>{t('templates.version', { version })}</strong>
                {version === current && <span className={styles.current}>{t('editor.current')}</span>}
                <span className="faint">
                  <Moment at={savedAt} />
                </span>
              </p>
              <p className={styles.note}>{note || t('editor.noNote')}</p>
              <p className={styles.foot}>
                <Saved by={savedBy} approvedBy={approvedBy} />
                {version !== current && (
                  <span>
                    <Button
                      size="small"
                      onClick={() => onCompare(version)}
                      aria-label={t('editor.compareOf', { version })}
                    >
                      {t('editor.compare')}
                    </Button>{' '}
                    <Button
                      size="small"
                      loading={restoring === version}
                      disabled={saving}
                      onClick={() => void restore(version)}
                      aria-label={t('editor.restoreOf', { version })}
                    >
                      {t('editor.restore')}
                    </Button>
                  </span>
                )}
              </p>
            </li>
          ))}
      </ol>
    </Drawer>
  );
}

function Saved({ by, approvedBy }: { readonly by: string; readonly approvedBy: string | null }) {
  const { t } = useTexts();
  return (
    <span className="faint">
      {by === 'files' ? t('templates.fromFiles') : by}
      {approvedBy !== null && ` · ${t('review.by', { who: approvedBy })}`}
    </span>
  );
}
