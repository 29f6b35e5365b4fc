import type { Extension } from '@codemirror/state';
import { Modal, Select, Skeleton } from 'antd';
import { useState } from 'react';
import { useTexts } from '../../i18n/i18n.js';
import { useIsPhone } from '../use-media.js';
import styles from './compare-dialog.module.css';
import { MergePane } from './merge-pane.js';

interface Props {
  readonly versions: readonly number[];
  readonly draft: string;
  readonly left: number;
  readonly right: number | 'draft';
  readonly language: Extension;
  /** A hook: the text of a version, once it is loaded. */
  readonly useVersionText: (version: number | null) => string | undefined;
  readonly onClose: () => void;
}

/** Compares the texts of two versions, or of a version and the draft, side by side; on a phone in one column. */
export function CompareDialog({ versions, draft, language, useVersionText, onClose, ...props }: Props) {
  const { t } = useTexts();
  const isPhone = useIsPhone();
  const [left, setLeft] = useState(props.left);
  const [right, setRight] = useState(props.right);
  const before = useVersionText(left);
  const rightVersion = useVersionText(right === 'draft' ? null : right);
  const after = right === 'draft' ? draft : rightVersion;
  const nameOf = (version: number | 'draft'): string =>
    version === 'draft' ? t('compare.draft') : t('templates.version', { version });
  const options = versions.map((version) => ({ value: version, label: nameOf(version) }));
  return (
    <Modal
      open
      title={t('compare.title')}
      footer={null}
      onCancel={onClose}
      width="min(1160px, calc(100vw - 24px))"
      centered
    >
      <div className={styles.choices}>
        <Select aria-label={t('compare.left')} value={left} onChange={setLeft} options={options} />
        <span aria-hidden className="faint">
          →
        </span>
        <Select<number | 'draft'>
          aria-label={t('compare.right')}
          value={right}
          onChange={setRight}
          options={[{ value: 'draft' as const, label: nameOf('draft') }, ...options]}
        />
        {before !== undefined && before === after && <span className={styles.same}>{t('compare.same')}</span>}
      </div>
      <div className={styles.panes}>
        {before === undefined || after === undefined ? (
          <Skeleton active paragraph={{ rows: 8 }} />
        ) : (
          <MergePane
            before={before}
            after={after}
            labels={[nameOf(left), nameOf(right)]}
            language={language}
            unified={isPhone}
          />
        )}
      </div>
    </Modal>
  );
}
