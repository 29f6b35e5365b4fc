import { Drawer } from 'antd';
import { useTexts } from '../../i18n/i18n.js';
import { TryPanel } from './try-panel.js';

interface Props {
  readonly open: boolean;
  /** The text in the editor, saved or not. */
  readonly text: string;
  readonly onClose: () => void;
}

/** The text in the editor, tried on five members. */
export function TryDrawer({ open, text, onClose }: Props) {
  const { t } = useTexts();
  return (
    <Drawer title={t('try.title')} open={open} onClose={onClose} size="min(480px, 100vw)" destroyOnHidden>
      <TryPanel text={text} count={5} />
    </Drawer>
  );
}
