import { Modal, Select, Skeleton } from 'antd';
import { useMemo, useState } from 'react';
import { useVersion, type VersionInfo } from '../../api/templates.js';
import { useIsPhone } from '../../components/use-media.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './compare-dialog.module.css';
import { templateLanguage } from './template-language.js';
import { MergePane } from '../../components/editor/merge-pane.js';

interface Props {
  readonly templateKey: string;
  readonly versions: readonly VersionInfo[];
  readonly draft: string;
  readonly left: number;
  readonly right: number | 'draft';
  readonly onClose: () => void;
}

/** Compares two versions, or a version and the draft, side by side. */
export function CompareDialog({ templateKey, versions, draft, ...props }: Props) {
  const texts = useTexts();
  const { t } = texts;
  const language = useMemo(() => templateLanguage([], texts), [texts]);
  const isPhone = useIsPhone();
  const [left, setLeft] = useState(props.left);
  const [right, setRight] = useState(props.right);
  const leftText = useVersion(templateKey, left).data?.text;
  const rightVersion = useVersion(templateKey, right === 'draft' ? null : right).data?.text;
  const rightText = right === 'draft' ? draft : rightVersion;
  const numbers = [...new Set([...versions.map(({ version }) => version), props.left])].sort((a, b) => b - a);
  const options = numbers.map((version) => ({ value: version, label: t('templates.version', { version }) }));
  return (
    <Modal
      open
      title={t('compare.title')}
      footer={null}
      onCancel={props.onClose}
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
          options={[{ value: 'draft' as const, label: t('compare.draft') }, ...options]}
        />
        {leftText !== undefined && leftText === rightText && <span className={styles.same}>{t('compare.same')}</span>}
      </div>
      <div className={styles.panes}>
        {leftText === undefined || rightText === undefined ? (
          <Skeleton active paragraph={{ rows: 8 }} />
        ) : (
          <MergePane before={leftText} after={rightText} language={language} unified={isPhone} />
        )}
      </div>
    </Modal>
  );
}
