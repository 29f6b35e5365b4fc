import { FilterOutlined, SearchOutlined } from '@ant-design/icons';
import { AutoComplete, Button, Input, Select } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useSegments } from '../../api/segments.js';
import { useSession } from '../../components/corp.js';
import sheet from '../../components/sheet.module.css';
import { StageMark } from '../../components/stage-mark.js';
import { TierPill } from '../../components/tier-pill.js';
import { useSettled } from '../../components/use-settled.js';
import { useTexts } from '../../i18n/i18n.js';

type Name = 'q' | 'tier' | 'stage' | 'tag' | 'segment' | 'where';

interface Props {
  readonly filters: Readonly<Partial<Record<Name, string>>>;
  readonly seenTags: readonly string[];
  readonly onChange: (change: Partial<Record<Name, string | undefined>>) => void;
  readonly advanced: boolean;
  readonly onAdvanced: () => void;
}

export function MemberFilters({ filters, seenTags, onChange, advanced, onAdvanced }: Props) {
  const { t, say } = useTexts();
  const segments = useSegments();
  const { tiers, stages } = useSession();
  const [q, setQ] = useState(filters.q ?? '');
  const [tag, setTag] = useState(filters.tag ?? '');
  const settled = useSettled(q.trim(), 300);
  const asked = useRef(filters.q ?? '');
  useEffect(() => {
    if (settled === asked.current) return;
    asked.current = settled;
    onChange({ q: settled || undefined });
    // Only typing changes the address; the effect below handles a search that was cleared in another way.
  }, [settled]);
  useEffect(() => {
    if (filters.q || !asked.current) return;
    asked.current = '';
    setQ('');
  }, [filters.q]);
  useEffect(() => setTag(filters.tag ?? ''), [filters.tag]);
  return (
    <div className={sheet.filters} role="search" aria-label={t('members.filters')}>
      <Input
        className={sheet.grow ?? ''}
        prefix={<SearchOutlined style={{ color: 'var(--ink-faint)' }} />}
        placeholder={t('members.searchHint')}
        aria-label={t('members.search')}
        allowClear
        value={q}
        onChange={(event) => setQ(event.target.value)}
      />
      <Select
        className={sheet.half ?? ''}
        style={{ minWidth: 124 }}
        allowClear
        placeholder={t('filter.tier')}
        aria-label={t('filter.tier')}
        value={filters.tier ?? null}
        onChange={(tier: string | null) => onChange({ tier: tier ?? undefined })}
        options={tiers.map(({ key }) => ({ value: key, label: <TierPill tier={key} /> }))}
      />
      <Select
        className={sheet.half ?? ''}
        style={{ minWidth: 124 }}
        allowClear
        placeholder={t('filter.stage')}
        aria-label={t('filter.stage')}
        value={filters.stage ?? null}
        onChange={(stage: string | null) => onChange({ stage: stage ?? undefined })}
        options={stages.map(({ key }) => ({ value: key, label: <StageMark stage={key} /> }))}
      />
      <AutoComplete
        className={sheet.half ?? ''}
        style={{ minWidth: 140 }}
        allowClear
        placeholder={t('filter.tag')}
        aria-label={t('filter.tag')}
        value={tag}
        onChange={(value: string | undefined) => {
          setTag(value ?? '');
          if (!value) onChange({ tag: undefined });
        }}
        onSelect={(value) => onChange({ tag: value })}
        onBlur={() => onChange({ tag: tag.trim() || undefined })}
        onInputKeyDown={(event) => {
          if (event.key === 'Enter') onChange({ tag: tag.trim() || undefined });
        }}
        options={seenTags.filter((name) => name.includes(tag)).map((name) => ({ value: name }))}
      />
      <Select
        className={sheet.half ?? ''}
        style={{ minWidth: 140 }}
        allowClear
        placeholder={t('filter.segment')}
        aria-label={t('filter.segment')}
        value={filters.segment ?? null}
        onChange={(segment: string | null) => onChange({ segment: segment ?? undefined })}
        options={(segments.data?.items ?? []).map(({ key, label }) => ({ value: key, label: say(label) }))}
      />
      <Button
        className={`${sheet.push} ${sheet.half}`}
        icon={<FilterOutlined />}
        onClick={onAdvanced}
        aria-expanded={advanced}
        type={filters.where ? 'primary' : 'default'}
        ghost={filters.where !== undefined}
      >
        {t('members.condition')}
      </Button>
    </div>
  );
}
