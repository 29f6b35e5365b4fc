import { EllipsisOutlined } from '@ant-design/icons';
import { Drawer } from 'antd';
import { useEffect, useState } from 'react';
import { NavLink, useLocation } from 'react-router';
import { useTexts } from '../i18n/i18n.js';
import { navigation } from '../navigation.js';
import { AccountMenu } from './account-menu.js';
import { LanguageSwitch } from './language-switch.js';
import styles from './phone-bar.module.css';

export function PhoneBar() {
  const { t, say } = useTexts();
  const { pathname } = useLocation();
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(false), [pathname]);
  const rest = navigation.filter(({ onBar }) => !onBar);
  const within = rest.some(({ path }) => pathname.startsWith(path));
  return (
    <>
      <nav aria-label={t('nav.label')} className={styles.bar}>
        {navigation
          .filter(({ onBar }) => onBar)
          .map(({ path, label, icon }) => (
            <NavLink key={path} to={path} end={path === '/'}>
              {icon}
              {say(label)}
            </NavLink>
          ))}
        <button
          type="button"
          className={within ? styles.within : undefined}
          aria-expanded={open}
          onClick={() => setOpen(true)}
        >
          <EllipsisOutlined aria-hidden />
          {t('nav.more')}
        </button>
      </nav>
      <Drawer placement="bottom" size="auto" open={open} onClose={() => setOpen(false)} title={t('nav.more')}>
        <nav aria-label={t('nav.more')} className={styles.rest}>
          {rest.map(({ path, label, icon }) => (
            <NavLink key={path} to={path}>
              {icon}
              {say(label)}
            </NavLink>
          ))}
        </nav>
        <div className={styles.foot}>
          <LanguageSwitch />
          <AccountMenu />
        </div>
      </Drawer>
    </>
  );
}
