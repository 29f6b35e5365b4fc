import { Button, Form, Input } from 'antd';
import { useEffect } from 'react';
import { Navigate, useLocation } from 'react-router';
import { useLogin, useSessionQuery } from '../../api/session.js';
import { faultText } from '../../components/fault-notice.js';
import { LanguageSwitch } from '../../components/language-switch.js';
import { Logo } from '../../components/logo.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './login.module.css';
import { Stairs } from './stairs.js';

interface Fields {
  readonly username: string;
  readonly password: string;
}

/** Accepts only a path of our own, so that a crafted link cannot redirect to another site. */
function cameFrom(state: unknown): string {
  const from = typeof state === 'object' && state !== null && 'from' in state ? state.from : null;
  return typeof from === 'string' && from.startsWith('/') && !from.startsWith('//') ? from : '/';
}

export function Login() {
  const texts = useTexts();
  const { t } = texts;
  const location = useLocation();
  const state: unknown = location.state;
  const session = useSessionQuery();
  const login = useLogin();
  useEffect(() => {
    document.title = `${t('login.title')} · ${t('product.name')}`;
  }, [t]);
  if (session.data) return <Navigate to={cameFrom(state)} replace />;
  return (
    <div className={styles.page}>
      <div className={styles.picture}>
        <Stairs />
        <p className={styles.motto}>{t('login.motto')}</p>
      </div>
      <main className={styles.side}>
        <div className={styles.language}>
          <LanguageSwitch />
        </div>
        <div className={styles.box}>
          <div className={styles.brand}>
            <Logo size={40} />
            <div>
              <h1>{t('login.title')}</h1>
              <p className="faint">{t('product.tagline')}</p>
            </div>
          </div>
          <Form<Fields>
            layout="vertical"
            requiredMark={false}
            onFinish={(fields) => login.mutate(fields)}
            aria-label={t('login.title')}
          >
            <Form.Item
              name="username"
              label={t('login.username')}
              rules={[{ required: true, message: t('login.usernameMissing') }]}
            >
              <Input size="large" autoComplete="username" autoFocus autoCapitalize="none" spellCheck={false} />
            </Form.Item>
            <Form.Item
              name="password"
              label={t('login.password')}
              rules={[{ required: true, message: t('login.passwordMissing') }]}
            >
              <Input.Password size="large" autoComplete="current-password" />
            </Form.Item>
            {login.error && (
              <p role="alert" className={styles.refused}>
                {faultText(login.error, texts)}
              </p>
            )}
            <Button type="primary" size="large" htmlType="submit" block loading={login.isPending}>
              {t('login.submit')}
            </Button>
          </Form>
          <p className={styles.hint}>{t('login.hint')}</p>
        </div>
      </main>
    </div>
  );
}
