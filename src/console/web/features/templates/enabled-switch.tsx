import { App, Switch } from 'antd';
import { useEnableTemplate } from '../../api/templates.js';
import { faultText } from '../../components/fault-notice.js';
import { useTexts } from '../../i18n/i18n.js';

interface Props {
  readonly templateKey: string;
  readonly name: string;
  readonly enabled: boolean;
}

export function EnabledSwitch({ templateKey, name, enabled }: Props) {
  const texts = useTexts();
  const { t } = texts;
  const { message } = App.useApp();
  const enable = useEnableTemplate();
  return (
    <Switch
      checked={enabled}
      loading={enable.isPending}
      aria-label={t('templates.enable', { name })}
      onClick={(_, event) => event.stopPropagation()}
      onChange={(next) =>
        enable.mutate(
          { key: templateKey, enabled: next },
          {
            onSuccess: () => void message.success(t(next ? 'templates.isOn' : 'templates.isOff', { name })),
            onError: (error) => void message.error(faultText(error, texts)),
          },
        )
      }
    />
  );
}
