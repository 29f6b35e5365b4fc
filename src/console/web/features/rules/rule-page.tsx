import { Button } from 'antd';
import { Link, useParams } from 'react-router';
import { isFault } from '../../api/request.js';
import { useRuleDocument } from '../../api/rules.js';
import { Blank } from '../../components/blank.js';
import { FaultNotice } from '../../components/fault-notice.js';
import { PageSkeleton } from '../../components/page-skeleton.js';
import { useTexts } from '../../i18n/i18n.js';
import { RuleWorkbench } from './rule-workbench.js';

export function RulePage() {
  const { t } = useTexts();
  const { document = '' } = useParams();
  const rule = useRuleDocument(document);
  if (rule.data) return <RuleWorkbench key={document} rule={rule.data} />;
  if (isFault(rule.error, 'no_such_document'))
    return (
      <Blank
        title={t('fault.no_such_document')}
        action={
          <Link to="/rules">
            <Button>{t('nav.rules')}</Button>
          </Link>
        }
      />
    );
  if (rule.isError) return <FaultNotice error={rule.error} retry={() => void rule.refetch()} />;
  return <PageSkeleton />;
}
