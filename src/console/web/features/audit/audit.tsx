import { Button, Select, type TableColumnsType } from 'antd';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { auditSubjects, useAudit, useAuditPeople, type AuditEntry } from '../../api/audit.js';
import { Blank } from '../../components/blank.js';
import { Moment } from '../../components/moment.js';
import { PageHead } from '../../components/page-head.js';
import { Records } from '../../components/records.js';
import sheet from '../../components/sheet.module.css';
import { useFilters } from '../../components/use-filters.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './audit.module.css';

function pathOf(about: AuditEntry['about']): string | null {
  switch (about?.is) {
    case 'member':
      return `/members/${about.id}`;
    case 'comparison':
      return `/connection/comparisons/${about.id}`;
    case 'template':
      return `/templates/${encodeURIComponent(about.key)}`;
    case 'task':
      return '/tasks';
    case 'way':
      return '/ways';
    default:
      return null;
  }
}

function Deed({ entry }: { readonly entry: AuditEntry }) {
  const { say } = useTexts();
  const path = pathOf(entry.about);
  return (
    <>
      {path === null ? say(entry.title) : <Link to={path}>{say(entry.title)}</Link>}
      {entry.note && <span className={styles.note}>{say(entry.note)}</span>}
    </>
  );
}

/** Who changed what in the product, and what reconciliations with the corp found. */
export function Audit() {
  const { t, name } = useTexts();
  const [filters, change] = useFilters(['about', 'who']);
  const pages = useAudit(filters);
  const people = useAuditPeople();
  const columns = useMemo(
    (): TableColumnsType<AuditEntry> => [
      { title: t('audit.when'), key: 'at', width: 160, render: (_, { at }) => <Moment at={at} /> },
      { title: t('audit.who'), key: 'who', width: 170, render: (_, { who }) => name('audit.whoIs', who) },
      { title: t('audit.what'), key: 'what', render: (_, entry) => <Deed entry={entry} /> },
    ],
    [t, name],
  );
  const filtered = Object.keys(filters).length > 0;
  return (
    <>
      <PageHead title={t('nav.audit')} lead={t('audit.lead')} />
      <div className={sheet.sheet}>
        <div className={sheet.filters} role="search" aria-label={t('filter.label')}>
          <Select
            className={sheet.half ?? ''}
            style={{ minWidth: 140 }}
            allowClear
            placeholder={t('audit.about')}
            aria-label={t('audit.about')}
            value={filters.about ?? null}
            onChange={(about: string | null) => change({ about: about ?? undefined })}
            options={auditSubjects.map((about) => ({ value: about, label: name('audit.subject', about) }))}
          />
          <Select
            className={sheet.half ?? ''}
            style={{ minWidth: 140 }}
            allowClear
            placeholder={t('audit.who')}
            aria-label={t('audit.who')}
            value={filters.who ?? null}
            onChange={(who: string | null) => change({ who: who ?? undefined })}
            options={(people.data ?? []).map((who) => ({ value: who, label: name('audit.whoIs', who) }))}
          />
        </div>
        <Records<AuditEntry>
          label={t('nav.audit')}
          pages={pages}
          columns={columns}
          card={(entry) => (
            <div className={styles.card}>
              <p>
                <Deed entry={entry} />
              </p>
              <p className={styles.foot}>
                <span>{name('audit.whoIs', entry.who)}</span>
                <Moment at={entry.at} />
              </p>
            </div>
          )}
          keyOf={(entry) => entry.id}
          minWidth={640}
          empty={
            <Blank
              title={t(filtered ? 'audit.noneMatch' : 'audit.none')}
              hint={t(filtered ? 'filter.noneHint' : 'audit.noneHint')}
              action={
                filtered && (
                  <Button onClick={() => change({ about: undefined, who: undefined })}>{t('filter.clear')}</Button>
                )
              }
            />
          }
        />
      </div>
    </>
  );
}
