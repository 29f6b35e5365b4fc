import { Link } from 'react-router';
import { Blank } from '../../components/blank.js';
import { PageHead } from '../../components/page-head.js';
import { useTexts } from '../../i18n/i18n.js';

export function NotFound() {
  const { t } = useTexts();
  return (
    <>
      <PageHead title={t('notFound.title')} />
      <Blank figure="broken" title={t('notFound.hint')} action={<Link to="/">{t('notFound.home')}</Link>} />
    </>
  );
}
