import { Button } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useMembers, type MemberRow } from '../../api/members.js';
import { isFault } from '../../api/request.js';
import { Blank } from '../../components/blank.js';
import { PageHead } from '../../components/page-head.js';
import { Records } from '../../components/records.js';
import sheet from '../../components/sheet.module.css';
import { useFilters } from '../../components/use-filters.js';
import { useTexts } from '../../i18n/i18n.js';
import { ConditionBox } from './condition-box.js';
import { MemberCard } from './member-card.js';
import { useMemberColumns } from './member-columns.js';
import { MemberFilters } from './member-filters.js';
import styles from './members.module.css';
import { SaveSegment } from './save-segment.js';
import { conditionOf } from './segment-of-filters.js';

export const memberFilterNames = ['q', 'tier', 'stage', 'tag', 'segment', 'where'] as const;

export function Members() {
  const { t } = useTexts();
  const navigate = useNavigate();
  const [filters, change] = useFilters(memberFilterNames);
  const [advanced, setAdvanced] = useState(filters.where !== undefined);
  const pages = useMembers(filters);
  const columns = useMemberColumns();
  const badRule = isFault(pages.error, 'bad_rule') ? pages.error : null;
  const clear = (): void =>
    change({ q: undefined, tier: undefined, stage: undefined, tag: undefined, segment: undefined, where: undefined });
  const condition = badRule ? null : conditionOf(filters);
  const filtered = Object.keys(filters).length > 0;
  const seenTags = [...new Set(pages.rows.flatMap(({ tags }) => tags))].sort((a, b) => a.localeCompare(b, 'zh'));
  return (
    <>
      <PageHead title={t('nav.members')} lead={t('members.lead')} />
      <div className={sheet.sheet}>
        <MemberFilters
          filters={filters}
          seenTags={seenTags}
          onChange={change}
          advanced={advanced}
          onAdvanced={() => setAdvanced(!advanced)}
        />
        {advanced && (
          <ConditionBox
            key={filters.where ?? ''}
            applied={filters.where ?? ''}
            refused={badRule}
            onApply={(where) => change({ where: where || undefined })}
          />
        )}
        {condition !== null && (
          <p className={styles.save}>
            <SaveSegment condition={condition} />
          </p>
        )}
        {!badRule && (
          <Records<MemberRow>
            label={t('nav.members')}
            pages={pages}
            columns={columns}
            card={(row) => <MemberCard member={row} />}
            keyOf={(row) => row.id}
            onOpen={(row) => void navigate(`/members/${encodeURIComponent(String(row.id))}`)}
            minWidth={980}
            empty={
              <Blank
                title={t(filtered ? 'members.noneMatch' : 'members.none')}
                hint={t(filtered ? 'members.noneMatchHint' : 'members.noneHint')}
                action={filtered && <Button onClick={clear}>{t('filter.clear')}</Button>}
              />
            }
          />
        )}
      </div>
    </>
  );
}
