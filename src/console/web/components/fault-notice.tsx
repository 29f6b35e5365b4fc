import { Button } from 'antd';
import { isFault } from '../api/request.js';
import { useTexts, type Texts } from '../i18n/i18n.js';
import { Blank } from './blank.js';

/** Shows an error: our translation if there is one, otherwise the server's message. */
export function faultText(error: unknown, { t, name }: Texts): string {
  if (!isFault(error)) return t('fault.unknown');
  const known = name('fault', error.code);
  if (known !== error.code) return known;
  return error.status >= 500 ? t('fault.server', { code: error.code }) : error.message;
}

export function FaultNotice({ error, retry }: { readonly error: unknown; readonly retry?: (() => void) | undefined }) {
  const texts = useTexts();
  return (
    <div role="alert">
      <Blank
        figure="broken"
        title={texts.t('fault.title')}
        hint={faultText(error, texts)}
        action={retry && <Button onClick={retry}>{texts.t('action.retry')}</Button>}
      />
    </div>
  );
}
