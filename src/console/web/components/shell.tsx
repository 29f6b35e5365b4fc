import { Suspense } from 'react';
import { NavLink, Outlet, ScrollRestoration } from 'react-router';
import { useTexts } from '../i18n/i18n.js';
import { navigation } from '../navigation.js';
import { AccountMenu } from './account-menu.js';
import { LanguageSwitch } from './language-switch.js';
import { Logo } from './logo.js';
import { PageSkeleton } from './page-skeleton.js';
import { PhoneBar } from './phone-bar.js';
import { SandboxBanner } from './sandbox-banner.js';
import styles from './shell.module.css';
import { useIsPhone } from './use-media.js';

function Side() {
  const { t, say } = useTexts();
  return (
    <aside className={styles.side}>
      <NavLink to="/" className={styles.brand}>
        <Logo />
        <span>
          <strong>{t('product.name')}</strong>
          <small>{t('product.tagline')}</small>
        </span>
      </NavLink>
      <nav aria-label={t('nav.label')} className={styles.nav}>
        {navigation.map(({ path, label, icon }) => (
          <NavLink key={path} to={path} end={path === '/'}>
            {icon}
            {say(label)}
          </NavLink>
        ))}
      </nav>
      <div className={styles.foot}>
        <LanguageSwitch />
        <AccountMenu />
      </div>
    </aside>
  );
}

/** The frame of every page: a side bar on a desktop, a bottom bar on a phone. */
export function Shell() {
  const { t } = useTexts();
  const isPhone = useIsPhone();
  return (
    <div className={styles.frame}>
      <a href="#main" className={styles.skip}>
        {t('nav.skip')}
      </a>
      {!isPhone && <Side />}
      <div className={styles.stage}>
        <SandboxBanner />
        <main id="main" tabIndex={-1} className={styles.main}>
          <Suspense fallback={<PageSkeleton />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      {isPhone && <PhoneBar />}
      <ScrollRestoration />
    </div>
  );
}
