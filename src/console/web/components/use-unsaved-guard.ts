import { App } from 'antd';
import { useEffect } from 'react';
import { useBlocker } from 'react-router';
import { dangerous } from './confirm-danger.js';
import { useTexts } from '../i18n/i18n.js';

/** Asks for confirmation before a link or closing the tab discards a draft. */
export function useUnsavedGuard(dirty: boolean): void {
  const { t } = useTexts();
  const { modal } = App.useApp();
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => dirty && currentLocation.pathname !== nextLocation.pathname,
  );
  useEffect(() => {
    if (blocker.state !== 'blocked') return;
    void modal.confirm({
      title: t('editor.leaveTitle'),
      content: t('editor.leaveText'),
      okText: t('editor.leave'),
      cancelText: t('editor.stay'),
      ...dangerous(),
      onOk: () => blocker.proceed(),
      onCancel: () => blocker.reset(),
    });
  }, [blocker, modal, t]);
  useEffect(() => {
    if (!dirty) return;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [dirty]);
}
