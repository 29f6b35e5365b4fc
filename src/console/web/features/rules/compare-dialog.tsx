import { Modal, Select, Skeleton } from 'antd';
import { useState } from 'react';
import { useRuleVersion, type RuleVersionInfo } from '../../api/rules.js';
import { MergePane } from '../../components/editor/merge-pane.js';
import { useIsPhone } from '../../components/use-media.js';
import { useTexts } from '../../i18n/i18n.js';
import { plainYaml } from './rule-language.js';
import styles from './rules.module.css';

interface Props {
  readonly document: string;
  readonly versions: readonly RuleVersionInfo[];
  readonly draft: string;
  readonly left: number;
  readonly right: number | 'draft';
  readonly onClose: () => void;
}

/** Compares the texts of two versions, or of a version and the draft, side by side. */
export function CompareDialog({ document, versions, draft, onClose, ...props }: Props) {
  const { t } = useTexts();
  const isPhone = useIsPhone();
  const [left, setLeft] = useState(props.left);
  const [right, setRight] = useState(props.right);
  const before = useRuleVersion(document, left).data?.text;
  const version = useRuleVersion(document, right === 'draft' ? null : right).data?.text;
  const after = right === 'draft' ? draft : version;
  const options = versions.map((one) => ({
    value: one.version,
    label: t('templates.version', { version: one.version }),
  }));
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
          options={[{ value: 'draft' as const, label: t('compare.draft') }, ...options]}
        />
      </div>
      <div className={styles.panes}>
        {before === undefined || after === undefined ? (
          <Skeleton active paragraph={{ rows: 8 }} />
        ) : (
          <MergePane before={before} after={after} language={plainYaml} unified={isPhone} />
        )}
      </div>
    </Modal>
  );
}
