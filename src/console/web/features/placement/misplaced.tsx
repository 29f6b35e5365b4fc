import { useMisplaced, type MisplacedMember, type PlacementCause } from '../../api/placement.js';
import { Blank } from '../../components/blank.js';
import { Records } from '../../components/records.js';
import sheet from '../../components/sheet.module.css';
import { useFilters } from '../../components/use-filters.js';
import { useTexts } from '../../i18n/i18n.js';
import { BulkAction, CauseChips, PlaceFilters, type Filtering } from './misplaced-filters.js';
import { columnsOf, MemberCard, type RowProps } from './misplaced-row.js';
import styles from './placement.module.css';
import { PlacingReport } from './placing-report.js';
import { usePlacing } from './use-placing.js';

/** Members who are not in the right group, by cause, and what can be done for those who are chosen. */
export function Misplaced({ causes }: { readonly causes: readonly PlacementCause[] }) {
  const texts = useTexts();
  const { t, say } = texts;
  const [filters, change] = useFilters(['cause', 'tier', 'place']);
  const pages = useMisplaced(filters);
  const placing = usePlacing(pages.rows);
  const cause = causes.find(({ code }) => code === filters.cause);
  const action = cause?.action ?? null;
  const filterBy: Filtering['filterBy'] = (changes) => {
    placing.chooseAll(false);
    change(changes);
  };
  const rowOf = (member: MisplacedMember): RowProps => ({
    member,
    isChosen: placing.picked.includes(member.memberId),
    choose: action === null ? null : (isChosen) => placing.choose(member.memberId, isChosen),
  });
  return (
    <div className={sheet.sheet}>
      <CauseChips causes={causes} filters={filters} filterBy={filterBy} />
      <div className={sheet.filters} role="search" aria-label={t('filter.label')}>
        <PlaceFilters filters={filters} filterBy={filterBy} />
        {cause && <span className={styles.hint}>{say(cause.hint)}</span>}
        {action !== null && pages.rows.length > 0 && <BulkAction placing={placing} action={action} />}
      </div>
      <Records<MisplacedMember>
        label={t('placement.list')}
        pages={pages}
        columns={columnsOf(texts, rowOf, action !== null)}
        card={(member) => <MemberCard {...rowOf(member)} />}
        keyOf={({ memberId }) => memberId}
        empty={<Blank title={t('placement.nobody')} hint={t('placement.noneHint')} />}
      />
      <PlacingReport report={placing.report} close={placing.closeReport} />
    </div>
  );
}
