import { Alert, App, Button, Space } from 'antd';
import { Link } from 'react-router';
import { useDropDraft, type Template } from '../../api/templates.js';
import { faultText } from '../../components/fault-notice.js';
import { Moment } from '../../components/moment.js';
import { useTexts } from '../../i18n/i18n.js';
import type { Bench } from './use-bench.js';

interface Props {
  readonly template: Template;
  readonly draft: NonNullable<Template['draft']>;
  readonly bench: Bench;
}

/** A text of somebody waits for a second person: who wrote it, where it is answered, and what is in it. */
export function DraftNotice({ template, draft, bench }: Props) {
  const texts = useTexts();
  const { t } = texts;
  const { message } = App.useApp();
  const dropping = useDropDraft(template.key);
  const drop = (): void =>
    dropping.mutate(undefined, { onError: (error) => void message.error(faultText(error, texts)) });
  return (
    <Alert
      type="warning"
      showIcon
      style={{ marginBottom: 12 }}
      title={t('review.waits', { who: draft.savedBy, task: draft.task })}
      description={
        <>
          <Moment at={draft.savedAt} />
          {draft.note && ` · ${draft.note}`} · <Link to="/tasks">{t('review.tasks')}</Link>
        </>
      }
      action={
        <Space wrap>
          <Button size="small" onClick={() => bench.setDraft(draft.text)}>
            {t('review.open')}
          </Button>
          <Button size="small" loading={dropping.isPending} onClick={drop}>
            {t('review.drop')}
          </Button>
        </Space>
      }
    />
  );
}
