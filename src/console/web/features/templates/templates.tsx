import { PlusOutlined } from '@ant-design/icons';
import { Button, Segmented, Select, type TableColumnsType } from 'antd';
import { useMemo, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import type { Pages } from '../../api/page.js';
import { useTemplates, type TemplateRow } from '../../api/templates.js';
import { Blank } from '../../components/blank.js';
import { count } from '../../components/figures.js';
import { Moment } from '../../components/moment.js';
import { PageHead } from '../../components/page-head.js';
import pill from '../../components/pill.module.css';
import { Records } from '../../components/records.js';
import sheet from '../../components/sheet.module.css';
import { useFilters } from '../../components/use-filters.js';
import { useTexts } from '../../i18n/i18n.js';
import { EnabledSwitch } from './enabled-switch.js';
import { NewTemplateDialog } from './new-template-dialog.js';
import styles from './templates.module.css';

const pathOf = (key: string): string => `/templates/${encodeURIComponent(key)}`;

function Channels({ channels }: { readonly channels: readonly string[] }) {
  const { name } = useTexts();
  return (
    <span className={styles.channels}>
      {channels.map((channel) => (
        <span key={channel} className={pill.tag}>
          {name('channel', channel)}
        </span>
      ))}
    </span>
  );
}

/** The clicks, and behind the figure how many each link had. */
function Clicks({ template: { clicks30d, links30d } }: { readonly template: TemplateRow }) {
  const byLink = links30d.map(({ name, clicks }) => `${name} ${count(clicks)}`).join(' · ');
  return (
    <span className="figures" title={byLink}>
      {clicks30d === 0 ? '—' : count(clicks30d)}
    </span>
  );
}

function TemplateCard({ template }: { readonly template: TemplateRow }) {
  const { t, say, name } = useTexts();
  return (
    <div className={styles.card}>
      <div className={styles.top}>
        <Link to={pathOf(template.key)}>{template.name}</Link>
        <EnabledSwitch templateKey={template.key} name={template.name} enabled={template.enabled} />
      </div>
      <p className="faint">
        {name('template.kind', template.kind)} · {say(template.trigger)}
        {template.fileGoneAt !== null && ` · ${t('templates.fileGone')}`}
      </p>
      <p className={styles.foot}>
        <span>{t('templates.version', { version: template.version })}</span>
        <span>
          {t('templates.sent30d')} <b className="figures">{count(template.sent30d)}</b>
        </span>
        <span>
          {t('templates.clicks30d')} <Clicks template={template} />
        </span>
      </p>
    </div>
  );
}

export function Templates() {
  const { t, say, name } = useTexts();
  const navigate = useNavigate();
  const [filters, change] = useFilters(['kind', 'archived']);
  const isArchive = filters.archived === '1';
  const templates = useTemplates(isArchive);
  const [isMaking, setMaking] = useState(false);
  const kinds = [...new Set((templates.data ?? []).map(({ kind }) => kind))];
  const pages: Pages<TemplateRow> = {
    rows: (templates.data ?? [])
      .filter(({ archivedAt }) => !isArchive || archivedAt !== null)
      .filter(({ kind }) => !filters.kind || kind === filters.kind),
    loading: templates.isPending,
    error: templates.error,
    hasMore: false,
    loadingMore: false,
    loadMore: () => undefined,
    retry: () => void templates.refetch(),
  };
  const columns = useMemo(
    (): TableColumnsType<TemplateRow> => [
      {
        title: t('templates.name'),
        key: 'name',
        width: 190,
        render: (_, row) => (
          <span className={styles.name}>
            <Link to={pathOf(row.key)} onClick={(event) => event.stopPropagation()}>
              {row.name}
            </Link>
            <code>{row.key}</code>
            {row.fileGoneAt !== null && <small className="faint">{t('templates.fileGone')}</small>}
          </span>
        ),
      },
      {
        title: t('templates.kind'),
        key: 'kind',
        width: 90,
        render: (_, { kind }) => name('template.kind', kind),
      },
      { title: t('templates.trigger'), key: 'trigger', width: 190, render: (_, { trigger }) => say(trigger) },
      {
        title: t('delivery.channel'),
        key: 'channels',
        width: 220,
        render: (_, { channels }) => <Channels channels={channels} />,
      },
      {
        title: t('templates.sent30d'),
        key: 'sent',
        width: 100,
        align: 'right',
        render: (_, { sent30d }) => <span className="figures">{count(sent30d)}</span>,
      },
      {
        title: t('templates.clicks30d'),
        key: 'clicks',
        width: 100,
        align: 'right',
        render: (_, row) => <Clicks template={row} />,
      },
      {
        title: t('templates.saved'),
        key: 'saved',
        width: 200,
        align: 'right',
        render: (_, row) => (
          <span className={styles.saved}>
            {t('templates.version', { version: row.version })}
            <small>
              {row.savedBy === 'files' ? t('templates.fromFiles') : row.savedBy} · <Moment at={row.savedAt} />
            </small>
          </span>
        ),
      },
      {
        title: t('templates.enabled'),
        key: 'enabled',
        width: 80,
        align: 'right',
        render: (_, row) => <EnabledSwitch templateKey={row.key} name={row.name} enabled={row.enabled} />,
      },
    ],
    [t, say, name],
  );
  return (
    <>
      <PageHead
        title={t('nav.templates')}
        lead={t('templates.lead')}
        actions={
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
            {t('new.title')}
          </Button>
        }
      />
      <NewTemplateDialog open={isMaking} onClose={() => setMaking(false)} />
      <div className={sheet.sheet}>
        <div className={sheet.filters} role="search" aria-label={t('filter.label')}>
          <Select
            style={{ minWidth: 150 }}
            allowClear
            placeholder={t('templates.kind')}
            aria-label={t('templates.kind')}
            value={filters.kind ?? null}
            onChange={(kind: string | null) => change({ kind: kind ?? undefined })}
            options={kinds.map((kind) => ({ value: kind, label: name('template.kind', kind) }))}
          />
          <Segmented
            aria-label={t('archive.which')}
            value={isArchive ? '1' : '0'}
            onChange={(value: string) => change({ archived: value === '1' ? '1' : undefined })}
            options={[
              { value: '0', label: t('archive.inUse') },
              { value: '1', label: t('archive.archived') },
            ]}
          />
        </div>
        <Records<TemplateRow>
          label={t('nav.templates')}
          pages={pages}
          columns={columns}
          card={(row) => <TemplateCard template={row} />}
          keyOf={(row) => row.key}
          onOpen={(row) => void navigate(pathOf(row.key))}
          minWidth={1140}
          empty={
            isArchive ? (
              <Blank title={t('archive.none')} hint={t('archive.noneHint')} />
            ) : (
              <Blank title={t('templates.none')} hint={t('templates.noneHint')} />
            )
          }
        />
      </div>
    </>
  );
}
