import { Button, Drawer, Skeleton } from 'antd';
import { useState } from 'react';
import { useRuleVersion, type RuleVersionInfo } from '../../api/rules.js';
import { Moment } from '../../components/moment.js';
import { useTexts } from '../../i18n/i18n.js';
import { ChangeList } from './change-list.js';
import styles from './rules.module.css';

interface Props {
  readonly open: boolean;
  readonly document: string;
  readonly versions: readonly RuleVersionInfo[];
  readonly current: number;
  readonly onCompare: (version: number) => void;
  readonly onRestore: (version: number) => void;
  readonly onClose: () => void;
}

/** Who published what, when and why; what changed in words, and back to it. */
export function VersionsDrawer({ open, document, versions, current, onCompare, onRestore, onClose }: Props) {
  const { t } = useTexts();
  const [opened, setOpened] = useState<number | null>(null);
  const before = (version: number): number =>
    Math.max(0, ...versions.map((one) => one.version).filter((one) => one < version));
  return (
    <Drawer open={open} onClose={onClose} title={t('editor.versions')} size="min(520px, 100vw)">
      <ol className={styles.versions}>
        {versions.map(({ version, savedAt, savedBy, note }) => (
          <li key={version} data-current={version === current}>
            <p className={styles.versionTop}>
              <strong>{t('templates.version', { version })}</strong>
              {version === current && <span className={styles.current}>{t('rules.inForce')}</span>}
              <span className="faint">
                {savedBy === 'files' ? t('templates.fromFiles') : savedBy} · <Moment at={savedAt} />
              </span>
            </p>
            <p className={styles.note}>{note || t('editor.noNote')}</p>
            {opened === version && <VersionChanges document={document} before={before(version)} after={version} />}
            <p className={styles.buttons}>
              {before(version) > 0 && (
                <Button
                  size="small"
                  aria-expanded={opened === version}
                  aria-label={t('rules.changesOf', { version })}
                  onClick={() => setOpened(opened === version ? null : version)}
                >
                  {t('rules.changes')}
                </Button>
              )}
              {version !== current && (
                <>
                  <Button
                    size="small"
                    onClick={() => onCompare(version)}
                    aria-label={t('editor.compareOf', { version })}
                  >
                    {t('rules.compareText')}
                  </Button>
                  <Button
                    size="small"
                    onClick={() => onRestore(version)}
                    aria-label={t('editor.restoreOf', { version })}
                  >
                    {t('editor.restore')}
                  </Button>
                </>
              )}
            </p>
          </li>
        ))}
      </ol>
    </Drawer>
  );
}

function VersionChanges({
  document,
  before,
  after,
}: {
  readonly document: string;
  readonly before: number;
  readonly after: number;
}) {
  const old = useRuleVersion(document, before);
  const now = useRuleVersion(document, after);
  if (!old.data || !now.data) return <Skeleton active title={false} paragraph={{ rows: 2 }} />;
  return <ChangeList document={document} before={old.data.text} after={now.data.text} />;
}
