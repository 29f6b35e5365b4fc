import { Button } from 'antd';
import { useTexts } from '../i18n/i18n.js';
import { Blank } from './blank.js';

/** Shown in place of a page that threw; the rest of the console stays usable. */
export function BrokenPage() {
  const { t } = useTexts();
  return (
    <div role="alert">
      <Blank
        figure="broken"
        title={t('broken.title')}
        hint={t('broken.hint')}
        action={<Button onClick={() => window.location.reload()}>{t('action.reload')}</Button>}
      />
    </div>
  );
}
