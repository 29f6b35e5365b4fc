import { useTexts } from '../i18n/i18n.js';
import styles from './language-switch.module.css';

export function LanguageSwitch() {
  const { language, setLanguage, t } = useTexts();
  return (
    <div role="group" aria-label={t('language.label')} className={styles.group}>
      <button type="button" lang="zh-CN" aria-pressed={language === 'zh'} onClick={() => setLanguage('zh')}>
        中文
      </button>
      <button type="button" lang="en" aria-pressed={language === 'en'} onClick={() => setLanguage('en')}>
        English
      </button>
    </div>
  );
}
