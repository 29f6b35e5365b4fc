import { Link, useParams } from 'react-router';
import { isFault } from '../../api/request.js';
import { useTemplate } from '../../api/templates.js';
import { Blank } from '../../components/blank.js';
import { FaultNotice } from '../../components/fault-notice.js';
import { PageSkeleton } from '../../components/page-skeleton.js';
import { useTexts } from '../../i18n/i18n.js';
import { Workbench } from './workbench.js';

export function TemplatePage() {
  const { key = '' } = useParams();
  const { t } = useTexts();
  const template = useTemplate(key);
  if (template.isPending) return <PageSkeleton />;
  if (!template.data) {
    if (isFault(template.error) && template.error.status === 404)
      return (
        <Blank
          figure="broken"
          title={t('templates.notFound')}
          action={<Link to="/templates">{t('templates.back')}</Link>}
        />
      );
    return <FaultNotice error={template.error} retry={() => void template.refetch()} />;
  }
  return <Workbench key={key} template={template.data} />;
}
