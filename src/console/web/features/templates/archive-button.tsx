import { InboxOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import { useArchiveTemplate, type Template } from '../../api/templates.js';
import { faultText } from '../../components/fault-notice.js';
import { useTexts } from '../../i18n/i18n.js';

/** Puts a template away that is off, or takes it back. */
export function ArchiveButton({ template }: { readonly template: Template }) {
  const texts = useTexts();
  const { t } = texts;
  const { message } = App.useApp();
  const archive = useArchiveTemplate(template.key);
  if (template.enabled) return null;
  const isArchived = template.archivedAt !== null;
  return (
    <Button
      icon={<InboxOutlined />}
      loading={archive.isPending}
      onClick={() =>
        archive.mutate(!isArchived, {
          onSuccess: ({ archived }) => void message.success(t(archived ? 'archive.done' : 'archive.back')),
          onError: (error) => void message.error(faultText(error, texts)),
        })
      }
    >
      {t(isArchived ? 'archive.restore' : 'archive.archive')}
    </Button>
  );
}
