import { LogoutOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useLogout } from '../api/session.js';
import { useTexts } from '../i18n/i18n.js';
import { useSession } from './corp.js';
import styles from './account-menu.module.css';

export function AccountMenu() {
  const { user } = useSession();
  const { t } = useTexts();
  const logout = useLogout();
  return (
    <div className={styles.account}>
      <span className={styles.name} title={user.name}>
        {user.name}
      </span>
      <Button
        type="text"
        size="small"
        icon={<LogoutOutlined />}
        loading={logout.isPending}
        onClick={() => logout.mutate()}
      >
        {t('action.logout')}
      </Button>
    </div>
  );
}
