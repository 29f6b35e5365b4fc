import {
  CalculatorOutlined,
  CopyOutlined,
  DiffOutlined,
  HistoryOutlined,
  LeftOutlined,
  TeamOutlined,
} from '@ant-design/icons';
import { Button } from 'antd';
import { Link } from 'react-router';
import type { Template } from '../../api/templates.js';
import { PageHead } from '../../components/page-head.js';
import { useTexts } from '../../i18n/i18n.js';
import { ArchiveButton } from './archive-button.js';
import { EnabledSwitch } from './enabled-switch.js';
import type { Bench } from './use-bench.js';
import styles from './workbench.module.css';

interface Props {
  readonly template: Template;
  readonly bench: Bench;
  readonly hasProblems: boolean;
}

export function WorkbenchHead({ template, bench, hasProblems }: Props) {
  const { t } = useTexts();
  return (
    <PageHead
      title={template.name}
      above={
        <Link to="/templates">
          <LeftOutlined aria-hidden /> {t('nav.templates')}
        </Link>
      }
      lead={
        <span className={styles.lead}>
          <code>{template.key}</code> · {t('templates.version', { version: bench.base.version })}
          {' · '}
          <Link className={styles.inText} to={`/results/${template.key}`}>
            {t('nav.results')}
          </Link>
          {bench.dirty && <span className={styles.dirty}>{t('editor.dirty')}</span>}
          {template.archivedAt !== null && <span className={styles.dirty}>{t('archive.archived')}</span>}
          {template.fileGoneAt !== null && <span className={styles.dirty}>{t('templates.fileGone')}</span>}
        </span>
      }
      actions={<Actions template={template} bench={bench} hasProblems={hasProblems} />}
    />
  );
}

function Actions({ template, bench: { base, dirty, ask }, hasProblems }: Props) {
  const { t } = useTexts();
  return (
    <>
      <label className={styles.enabled}>
        {t(template.enabled ? 'templates.on' : 'templates.off')}
        <EnabledSwitch templateKey={template.key} name={template.name} enabled={template.enabled} />
      </label>
      <Button icon={<TeamOutlined />} disabled={hasProblems} onClick={() => ask({ kind: 'try' })}>
        {t('try.title')}
      </Button>
      <Button icon={<CalculatorOutlined />} disabled={hasProblems} onClick={() => ask({ kind: 'launch' })}>
        {t('launch.title')}
      </Button>
      <Button icon={<HistoryOutlined />} onClick={() => ask({ kind: 'versions' })}>
        {t('editor.versions')}
      </Button>
      <Button
        icon={<DiffOutlined />}
        disabled={!dirty}
        onClick={() => ask({ kind: 'compare', left: base.version, right: 'draft' })}
      >
        {t('editor.changes')}
      </Button>
      <Button icon={<CopyOutlined />} disabled={hasProblems} onClick={() => ask({ kind: 'copy' })}>
        {t('new.copy')}
      </Button>
      <ArchiveButton template={template} />
      <Button type="primary" disabled={!dirty || hasProblems} onClick={() => ask({ kind: 'save' })}>
        {t('action.save')}
      </Button>
    </>
  );
}
